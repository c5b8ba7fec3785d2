import { afterAll, describe, expect, test } from 'vitest';
import { referenceClip, referenceScores3 } from '../../../models/builder/light-asd-reference.ts';
import { createBrowserInference } from './browser-inference.ts';
import type { Inference } from './inference.ts';
import { parseManifest } from './manifest.ts';
import type { Tensor } from './model.ts';
import type { ProviderPolicy } from './provider-plan.ts';
import { VolatileCheckMemory } from './self-check.ts';

/** The set-up may have run where models can neither be copied nor downloaded. */
const manifest = parseManifest(await (await fetch('/models/manifest.json')).json());
const ready = new Map(
	'models' in manifest ? manifest.models.map((one) => [one.id, one.status]) : [],
);
const here = ['light-asd-visual', 'light-asd-audio', 'light-asd-head', 'silero-vad'].every(
	(id) => ready.get(id) === 'ready',
);

const opened: Inference[] = [];

function inferenceWith(policy: ProviderPolicy): Inference {
	const inference = createBrowserInference({
		base: `${location.origin}/`,
		checks: new VolatileCheckMemory(),
		policy,
	});
	opened.push(inference);
	return inference;
}

const gpu = inferenceWith('webgpu');

afterAll(async () => {
	for (const inference of opened) await inference.close();
}, 120_000);

/** Every text that is turned into code, whoever does it. */
const evaluated: string[] = [];
const OriginalFunction = globalThis.Function;
globalThis.Function = new Proxy(OriginalFunction, {
	construct(target, args: string[], newTarget) {
		evaluated.push(args.join());
		return Reflect.construct(target, args, newTarget) as object;
	},
});

async function scoreClip(inference: Inference): Promise<{ scores: Float32Array; where: string[] }> {
	const clip = referenceClip(3);
	const run = async (id: string, name: string, tensor: Tensor): Promise<Tensor> => {
		const model = await inference.load(id);
		const output = Object.values(await model.run({ [name]: tensor }))[0];
		await model.close();
		if (output?.type !== 'float32') throw new TypeError('no output');
		return output;
	};
	const face = await run('light-asd-visual', 'frames', {
		type: 'float32',
		dims: [1, 3, 112, 112],
		data: clip.frames,
	});
	const sound = await run('light-asd-audio', 'mfcc', {
		type: 'float32',
		dims: [1, 12, 13],
		data: clip.mfcc,
	});
	const fused = new Float32Array(3 * 128);
	for (let i = 0; i < fused.length; i++) fused[i] = Number(face.data[i]) + Number(sound.data[i]);
	const scores = await run('light-asd-head', 'fused', {
		type: 'float32',
		dims: [1, 3, 128],
		data: fused,
	});
	return {
		scores: Float32Array.from(scores.data as Float32Array),
		where: inference.uses().map(({ provider }) => provider),
	};
}

function largestDifference(scores: Float32Array): number {
	return Math.max(...referenceScores3.map((score, i) => Math.abs(score - (scores[i] ?? NaN))));
}

describe.skipIf(!here)('on WebGPU (in software: results, not speed)', { timeout: 600_000 }, () => {
	test('Light-ASD gives the scores of PyTorch', async () => {
		const { scores, where } = await scoreClip(gpu);
		expect(where).toEqual(['webgpu', 'webgpu', 'webgpu']);
		expect(largestDifference(scores)).toBeLessThan(1e-3);
	});

	test('a model is used where it is right, and refused where it is wrong', async () => {
		const model = await gpu.load('silero-vad');
		const use = gpu.uses().find(({ id }) => id === 'silero-vad');
		// Seen with onnxruntime-web 1.30: 0.19 on WebGPU where the CPU gives 0.004. Should a later
		// release be right, it may run there; should it be wrong, it must not.
		if (model.provider === 'wasm') expect(use?.note).toMatch(/wrong on webgpu: off its reference/);
		else expect(use?.note).toBeUndefined();
		const silence = await model.run({
			input: { type: 'float32', dims: [1, 576], data: new Float32Array(576) },
			state: { type: 'float32', dims: [2, 1, 128], data: new Float32Array(256) },
			sr: { type: 'int64', dims: [], data: BigInt64Array.of(16_000n) },
		});
		expect(Number(silence['output']?.data[0])).toBeLessThan(0.05);
	});

	test('nothing is evaluated from text', () => {
		expect(evaluated).toEqual([]);
	});
});

describe.skipIf(!here)('by itself', { timeout: 300_000 }, () => {
	test('does not take software for a GPU', async () => {
		const inference = inferenceWith('automatic');
		const { scores, where } = await scoreClip(inference);
		expect(where).toEqual(['wasm', 'wasm', 'wasm']);
		expect(inference.uses()[0]?.note).toMatch(/software/);
		expect(largestDifference(scores)).toBeLessThan(1e-3);
	});
});
