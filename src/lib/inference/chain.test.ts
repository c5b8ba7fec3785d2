import { describe, expect, test } from 'vitest';
import { FakeRuntime, fakeModel, serveModels } from './fakes.ts';
import { Inference } from './inference.ts';
import { ModelFiles } from './model-files.ts';
import { ServedModels } from './served-models.ts';
import type { Feeds, HeldTensor } from './model.ts';
import { VolatileCheckMemory } from './self-check.ts';

const x = (value: number): Feeds => ({
	x: { type: 'float32', dims: [1], data: Float32Array.of(value) },
});

async function setUp(held: readonly string[] = ['z']) {
	const runtime = new FakeRuntime();
	const device: unknown = { lost: new Promise(() => undefined), destroy: () => undefined };
	const inference = new Inference({
		files: new ModelFiles([
			new ServedModels(serveModels([fakeModel('a'), fakeModel('b', { providers: ['wasm'] })])),
		]),
		loadRuntime: () => Promise.resolve(runtime.asRuntime()),
		probeGpu: () =>
			Promise.resolve({
				available: true,
				name: 'test gpu',
				halfPrecision: false,
				requestDevice: () => Promise.resolve(device as GPUDevice),
			}),
		checks: new VolatileCheckMemory(),
		environment: 'test',
	});
	const model = await inference.load('a', { held });
	return { runtime, inference, model };
}

/** Lets everything that is queued run. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('outputs that stay where they are', () => {
	test('go into the next run unread, until they are disposed', async () => {
		const { runtime, model } = await setUp();
		expect(runtime.outputLocations).toEqual([{ z: 'gpu-buffer' }]);
		expect(runtime.live.size).toBe(0);
		let state: Feeds = x(5);
		const left: HeldTensor[] = [];
		for (let step = 0; step < 4; step++) {
			const { tensors, held } = await model.runChain(state);
			expect(Object.keys(tensors)).toEqual(['y']);
			expect(tensors['y']?.data[0]).toBe(6 + step);
			expect(held['z']?.dims).toEqual([1]);
			left.push(held['z']!);
			state = { x: held['z']! };
		}
		expect(runtime.live.size).toBe(4);
		for (const tensor of left) tensor.dispose();
		left[0]?.dispose();
		expect(runtime.live.size).toBe(0);
	});

	test('are read by a plain run, and by a model on another provider', async () => {
		const { runtime, inference, model } = await setUp();
		expect(
			Object.keys(await model.run({ x: { type: 'float32', dims: [1], data: Float32Array.of(1) } })),
		).toEqual(['y', 'z']);
		const { held } = await model.runChain(x(1));
		const other = await inference.load('b');
		expect(other.provider).toBe('wasm');
		const { tensors } = await other.runChain({ x: held['z']! });
		expect(tensors['z']?.data[0]).toBe(3);
		held['z']?.dispose();
		expect(runtime.live.size).toBe(0);
	});

	test('wait for the runs that use them', async () => {
		const { runtime, model } = await setUp();
		const { held } = await model.runChain(x(1));
		let go = (): void => undefined;
		runtime.run = (value) => new Promise((resolve) => (go = () => resolve(value + 1)));
		const first = model.runChain({ x: held['z']! });
		const second = model.runChain({ x: held['z']! });
		held['z']?.dispose();
		await settle();
		expect(runtime.live.size).toBe(1);
		go();
		expect((await first).tensors['y']?.data[0]).toBe(3);
		await settle();
		go();
		const after = await second;
		expect(runtime.live.size).toBe(2);
		for (const { held: made } of [await first, after]) made['z']?.dispose();
		expect(runtime.live.size).toBe(0);
		await expect(model.runChain({ x: held['z']! })).rejects.toThrow(/disposed/);
	});

	test('of a run that was given up belong to nobody, and are freed', async () => {
		const { runtime, model } = await setUp();
		const { held } = await model.runChain(x(1));
		let go = (): void => undefined;
		runtime.run = (value) => new Promise((resolve) => (go = () => resolve(value + 1)));
		const controller = new AbortController();
		const running = model.runChain({ x: held['z']! }, controller.signal);
		const waiting = model.runChain({ x: held['z']! }, controller.signal);
		await settle();
		controller.abort();
		await expect(running).rejects.toMatchObject({ name: 'AbortError' });
		await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
		held['z']?.dispose();
		expect(runtime.live.size).toBe(1);
		go();
		await settle();
		expect(runtime.live.size).toBe(0);
		runtime.run = (value) => value + 1;
		expect(
			(await model.run({ x: { type: 'float32', dims: [1], data: Float32Array.of(4) } }))['y']
				?.data[0],
		).toBe(5);
	});

	test('of a run that fails are not there; its inputs can be freed', async () => {
		const { runtime, model } = await setUp();
		const { held } = await model.runChain(x(1));
		runtime.run = () => {
			throw new Error('out of memory');
		};
		await expect(model.runChain({ x: held['z']! })).rejects.toThrow('out of memory');
		held['z']?.dispose();
		expect(runtime.live.size).toBe(0);
	});

	test('must be outputs of the model, and the same for all who load it', async () => {
		const { runtime, inference, model } = await setUp(['w']);
		await expect(model.runChain(x(1))).rejects.toThrow(/no output "w"/);
		expect(runtime.live.size).toBe(0);
		await expect(inference.load('a')).rejects.toThrow(/other outputs held/);
		await expect(model.runChain({ x: { dims: [1], dispose: () => undefined } })).rejects.toThrow(
			/not a tensor/,
		);
	});
});
