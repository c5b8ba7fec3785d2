import { afterAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../conversion/onnx-graph.ts';
import { createBrowserInference } from './browser-inference.ts';
import { fakeModel } from './fakes.ts';
import type { Inference } from './inference.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { Feeds, HeldTensor, Tensor } from './model.ts';
import type { ProviderPolicy } from './provider-plan.ts';
import { VolatileCheckMemory } from './self-check.ts';

/**
 * One step of a recurrence as an attention decoder makes it: `x` [N, 4] is appended to those rows of
 * `cache` [R, L, 4] that `parents` [N] names → `new_cache` [N, L + 1, 4], and `y` [N, 4], its sum over L.
 */
function stepGraph(): Uint8Array<ArrayBuffer> {
	const graph = new GraphBuilder('step', 17);
	const x = graph.input('x', 'float32', ['N', 4]);
	const named = graph.input('parents', 'float32', ['N']);
	const parents = graph.node('Cast', [named], { to: { int: 6 } });
	const cache = graph.input('cache', 'float32', ['R', 'L', 4]);
	const own = graph.node('Gather', [cache, parents], { axis: { int: 0 } });
	const row = graph.node('Unsqueeze', [x, graph.integers([1])]);
	const all = graph.node('Concat', [own, row], { axis: { int: 1 } });
	const sum = graph.node('ReduceSum', [all, graph.integers([1])], { keepdims: { int: 0 } });
	graph.output('y', sum, 'float32', ['N', 4]);
	graph.output('new_cache', all, 'float32', ['N', 'M', 4]);
	return graph.toBytes();
}

const bytes = stepGraph();
const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
const described = fakeModel('step', {
	files: {
		graph: {
			path: 'step.onnx',
			bytes: bytes.length,
			sha256: Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join(''),
		},
	},
	check: {
		inputs: {
			x: { type: 'float32', dims: [1, 4], offset: 1, amplitude: 0, step: 0 },
			parents: { type: 'float32', dims: [1], offset: 0, amplitude: 0, step: 0 },
			cache: { type: 'float32', dims: [1, 0, 4], offset: 0, amplitude: 0, step: 0 },
		},
		outputs: { y: { dims: [1, 4], indices: [0, 3], values: [1, 1] } },
		tolerance: 1e-3,
	},
});

const opened: Inference[] = [];
afterAll(async () => {
	for (const inference of opened) await inference.close();
});

async function load(policy: ProviderPolicy): Promise<LoadedModel> {
	const inference = createBrowserInference({
		base: `${location.origin}/`,
		checks: new VolatileCheckMemory(),
		policy,
		fetch: (address) =>
			Promise.resolve(
				typeof address === 'string' && address.endsWith('manifest.json')
					? Response.json({ version: 1, models: [described] })
					: new Response(bytes.slice()),
			),
	});
	opened.push(inference);
	return inference.load('step', { held: ['new_cache'] });
}

const floats = (dims: readonly number[], values: readonly number[]): Tensor => ({
	type: 'float32',
	dims,
	data: Float32Array.from(values),
});
const rows = (...values: number[]): Tensor =>
	floats(
		[values.length, 4],
		values.flatMap((value) => [value, value, value, value]),
	);
const indices = (...values: number[]): Tensor => floats([values.length], values);

/** Grows three rows out of one, in another order each time: 1, then 1+10 1+20 1+30, and so on. */
async function grow(model: LoadedModel): Promise<{ sums: number[][]; cache: HeldTensor }> {
	const sums: number[][] = [];
	let cache: Tensor | HeldTensor = floats([1, 0, 4], []);
	const steps: Feeds[] = [
		{ x: rows(1), parents: indices(0) },
		{ x: rows(10, 20, 30), parents: indices(0, 0, 0) },
		{ x: rows(100, 200, 300), parents: indices(2, 0, 2) },
		{ x: rows(1000, 2000), parents: indices(1, 2) },
	];
	for (const step of steps) {
		const { tensors, held } = await model.runChain({ ...step, cache });
		const { y } = tensors;
		sums.push(Array.from(y?.data ?? [], Number).filter((_, i) => i % 4 === 0));
		if ('dispose' in cache) cache.dispose();
		cache = held['new_cache'] ?? floats([1, 0, 4], []);
	}
	if (!('dispose' in cache)) throw new TypeError('nothing is held');
	return { sums, cache };
}

const expected = [[1], [11, 21, 31], [131, 211, 331], [1211, 2331]];

describe('a chain of runs', { timeout: 300_000 }, () => {
	test('on WebGPU leaves its caches there, and a model elsewhere can go on with them', async () => {
		const gpu = await load('webgpu');
		expect(gpu.provider).toBe('webgpu');
		const { sums, cache } = await grow(gpu);
		expect(sums).toEqual(expected);
		expect(cache.dims).toEqual([2, 4, 4]);
		const cpu = await load('wasm');
		const { tensors, held } = await cpu.runChain({ x: rows(5), parents: indices(1), cache });
		expect(tensors['y']?.data[0]).toBe(2336);
		const { tensors: back } = await gpu.runChain({
			x: rows(7, 8),
			parents: indices(0, 0),
			cache: held['new_cache'] ?? cache,
		});
		expect(Array.from(back['y']?.data ?? [], Number).filter((_, i) => i % 4 === 0)).toEqual([
			2343, 2344,
		]);
	});

	test('on WebAssembly gives the same', async () => {
		const { sums, cache } = await grow(await load('wasm'));
		expect(sums).toEqual(expected);
		cache.dispose();
	});
});
