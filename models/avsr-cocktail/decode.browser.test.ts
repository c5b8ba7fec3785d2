import { describe, expect, test } from 'vitest';
import type { ChainModel, HeldTensor, Tensor } from '../../src/lib/inference/model.ts';
import { HeldOutput } from '../../src/lib/inference/run-feeds.ts';
import { loadRuntime } from '../../src/lib/inference/runtime.ts';
import { heldOutputs } from '../../src/lib/recognisers/avsr/avsr-recogniser.ts';
import { CachedDecoder } from '../../src/lib/recognisers/avsr/cached-decoder.ts';
import type { JointHypothesis } from '../../src/lib/recognisers/decoding/joint-beam.ts';
import { baselineBeam, JointBeam } from '../../src/lib/recognisers/decoding/joint-beam.ts';
import { searchTogether } from '../../src/lib/recognisers/decoding/search-together.ts';
import { reducedArtefact } from './reduced.ts';
import { chainOf } from './trial-chain.ts';
import { openGraph, type TrialOptions } from './trial.ts';

const frames = 9;
const segments = 2;

function waves(dims: readonly number[], step: number): Tensor {
	const count = dims.reduce((product, size) => product * size, 1);
	const data = Float32Array.from({ length: count }, (_, i) => Math.sin(step * i));
	return { type: 'float32', dims, data };
}

/** Decodes two made segments together; tells where the outputs that are held lay. */
async function decode(
	artefact: TrialOptions,
	provider: 'webgpu' | 'wasm',
): Promise<{ sentences: JointHypothesis[][]; places: Set<string> }> {
	const { runtime, manifest, arithmetic } = artefact;
	const { shape, graphs } = manifest;
	const held = heldOutputs(shape);
	const places = new Set<string>();
	const left = new Set<HeldTensor>();
	const open = async (name: 'encoder' | 'cross' | 'decoder'): Promise<ChainModel> => {
		const session = await openGraph(
			{
				...artefact,
				session: {
					executionProviders: [provider],
					...(provider === 'webgpu' && {
						preferredOutputLocation: Object.fromEntries(
							held[name].map((output) => [output, 'gpu-buffer'] as const),
						),
					}),
				},
			},
			graphs[name],
		);
		const model = chainOf(runtime, session, name, held[name], provider === 'webgpu');
		return {
			...model,
			runChain: async (inputs, signal) => {
				const outputs = await model.runChain(inputs, signal);
				for (const tensor of Object.values(outputs.held)) {
					if (!(tensor instanceof HeldOutput)) continue;
					places.add(tensor.take().location);
					tensor.release();
					left.add(tensor);
					const free = tensor.dispose.bind(tensor);
					tensor.dispose = () => {
						left.delete(tensor);
						free();
					};
				}
				return outputs;
			},
		};
	};
	const mask: Tensor = {
		type: 'float32',
		dims: [segments, frames],
		data: new Float32Array(segments * frames).fill(1, 0, segments * frames - 3),
	};
	const heard = await (
		await open('encoder')
	).runChain({
		lips: waves([segments, frames, 88, 88], 0.017),
		audio: waves([segments, frames, 104], 0.23),
		mask,
	});
	const { held: cross } = await (await open('cross')).runChain(heard.held);
	for (const tensor of Object.values(heard.held)) tensor.dispose();
	const output = heard.tensors['log_probs'];
	if (output?.type !== 'float32') throw new TypeError('no log_probs');
	const beams = [frames, frames - 3].map((count, i) => {
		const start = i * frames * shape.units;
		const data = output.data.subarray(start, start + count * shape.units);
		const options = { ...baselineBeam, maximumSteps: 7, boundaryUnit: shape.units - 1 };
		return new JointBeam({ frames: count, classes: shape.units, data }, options);
	});
	const decoder = new CachedDecoder(await open('decoder'), { shape, arithmetic }, { mask, cross });
	await searchTogether(beams, decoder);
	decoder.dispose();
	for (const tensor of Object.values(cross)) tensor.dispose();
	expect(left.size).toBe(0);
	return { sentences: beams.map((beam) => beam.sentences()), places };
}

describe('decoding the reduced network', { timeout: 600_000 }, () => {
	test('gives on WebGPU, where its states stay, what it gives on WebAssembly', async () => {
		const runtime = await loadRuntime('webgpu', {
			folder: `${location.origin}/runtime/ort/`,
			threads: 1,
		});
		const artefact = await reducedArtefact(runtime, 'fp32', 'float32');
		const gpu = await decode(artefact, 'webgpu');
		expect([...gpu.places]).toEqual(['gpu-buffer']);
		const cpu = await decode(artefact, 'wasm');
		expect([...cpu.places]).toEqual(['cpu']);
		gpu.sentences.forEach((sentences, i) => {
			const expected = cpu.sentences[i] ?? [];
			expect(sentences.map(({ units }) => units.join())).toEqual(
				expected.map(({ units }) => units.join()),
			);
			sentences.forEach(({ score }, rank) => {
				expect(score).toBeCloseTo(expected[rank]?.score ?? Number.NaN, 2);
			});
			expect(Math.max(...sentences.map(({ units }) => units.length))).toBe(i === 0 ? 7 : 6);
		});
	});
});
