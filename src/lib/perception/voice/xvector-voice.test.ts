import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';
import { createNodeInference, nodeModels } from '../../../../tests/node-inference.ts';
import type { Model, Tensors } from '../../inference/model.ts';
import { cosineOf } from './voice-embedder.ts';
import { XVectorVoice } from './xvector-voice.ts';

/** A network that gives the root mean square of the first two columns, and remembers what it was shown. */
function listening(seen: Tensors[]): Model {
	return {
		id: 'fake',
		provider: 'wasm',
		precision: 'fp32',
		run: (inputs, signal) => {
			signal?.throwIfAborted();
			seen.push(inputs);
			const { dims = [], data = [] } = inputs['feats'] ?? {};
			const sums = [0, 0];
			for (let i = 0; i < data.length; i++) {
				if (i % 23 < 2) sums[i % 23]! += Number(data[i]) ** 2 / dims[1]!;
			}
			const embedding = Float32Array.from(sums, Math.sqrt);
			return Promise.resolve({ embedding: { type: 'float32', dims: [1, 2], data: embedding } });
		},
	};
}

const sound = (seconds: number): Float32Array =>
	Float32Array.from({ length: 16_000 * seconds }, (_, n) => 0.3 * Math.sin(0.1 * n + n * n * 1e-7));

const shown = ({ feats }: Tensors): number[] => Array.from(feats?.data ?? [], Number);

describe('XVectorVoice', () => {
	test('hears a long recording in equal parts of at most four seconds, all of it', async () => {
		const seen: Tensors[] = [];
		const done: number[] = [];
		const print = await new XVectorVoice(listening(seen)).embed(sound(10), {
			onProgress: (progress) => done.push(progress.done),
		});
		// 998 rows.
		expect(seen.map(({ feats }) => feats?.dims)).toEqual([
			[1, 332, 23],
			[1, 333, 23],
			[1, 333, 23],
		]);
		expect(done).toEqual([1, 2, 3]);
		expect(Math.hypot(...print)).toBeCloseTo(1, 6);
	});

	test('shows rows without the mean of those around, whatever the loudness', async () => {
		const seen: Tensors[] = [];
		const voice = new XVectorVoice(listening(seen));
		await voice.embed(sound(2));
		await voice.embed(sound(2).map((sample) => sample / 8));
		const [loud = [], quiet = []] = seen.map(shown);
		expect(loud).toHaveLength(198 * 23);
		for (let column = 0; column < 23; column++) {
			const sum = loud.reduce((all, value, i) => (i % 23 === column ? all + value : all), 0);
			expect(Math.abs(sum / 198)).toBeLessThan(1e-4);
		}
		loud.forEach((value, i) => expect(Math.abs(value - quiet[i]!)).toBeLessThan(2e-3));
	});

	test('does not hear what a telephone does not let through', async () => {
		const seen: Tensors[] = [];
		const voice = new XVectorVoice(listening(seen));
		const noise = Float32Array.from(
			{ length: 16_000 },
			(_, n) => 0.2 * (((n * n * 7919 + n * 104_729) % 65_537) / 65_537 - 0.5),
		);
		await voice.embed(noise);
		// A whistle at 6.4 kHz. The filter smears its sudden start and end.
		await voice.embed(noise.map((sample, n) => sample + 0.1 * Math.sin(2 * Math.PI * 0.4 * n)));
		const [plain = [], whistling = []] = seen.map(shown);
		expect(plain).toHaveLength(98 * 23);
		for (let i = 3 * 23; i < 95 * 23; i++) {
			expect(Math.abs(plain[i]! - whistling[i]!)).toBeLessThan(0.1);
		}
	});

	test('repeats a sound of less than half a second, refuses none, stops when told to', async () => {
		const seen: Tensors[] = [];
		const voice = new XVectorVoice(listening(seen));
		expect(await voice.embed(sound(1).subarray(0, 200))).toHaveLength(2);
		expect(seen[0]?.['feats']?.dims).toEqual([1, 48, 23]);
		await expect(voice.embed(new Float32Array())).rejects.toThrow(TypeError);
		await expect(voice.embed(sound(1), { signal: AbortSignal.abort() })).rejects.toMatchObject({
			name: 'AbortError',
		});
		expect(await voice.embed(sound(1))).toHaveLength(2);
	});
});

const golden = v.parse(
	v.object({ embedding: v.array(v.number()) }),
	JSON.parse(await readFile('tests/golden/voice/xvector.json', 'utf8')),
);
const ready = (await nodeModels().entries()).some(
	({ id, status }) => id === 'xvector' && status === 'ready',
);

describe.skipIf(!ready)('the network', () => {
	const inference = createNodeInference();
	afterAll(() => inference.close());

	test('gives what its definition gives', async () => {
		const model = await inference.load('xvector');
		const data = Float32Array.from(
			{ length: 60 * 23 },
			(_, i) => (i % 23 === 0 ? 2 : 0) + 6 * Math.sin(0.11 * i) + 4 * Math.cos(0.037 * i),
		);
		const outputs = await model.run({ feats: { type: 'float32', dims: [1, 60, 23], data } });
		golden.embedding.forEach((value, i) => {
			expect(Math.abs(Number(outputs['embedding']?.data[i]) - value)).toBeLessThan(1e-3);
		});
		expect(golden.embedding).toHaveLength(128);
	});

	test('gives a print for any sound', async () => {
		const voice = new XVectorVoice(await inference.load('xvector'));
		const [a, b] = [await voice.embed(sound(5)), await voice.embed(sound(9))];
		expect(a).toHaveLength(128);
		expect(cosineOf(a, b)).toBeGreaterThan(0.5);
	});
});
