import { describe, expect, test } from 'vitest';
import { FakeRuntime, fakeModel, serveModels } from './fakes.ts';
import type { Gpu } from './gpu.ts';
import { Inference } from './inference.ts';
import type { InferenceOptions } from './inference-options.ts';
import { ModelFiles } from './model-files.ts';
import { ServedModels } from './served-models.ts';
import type { Tensors } from './model.ts';
import { VolatileCheckMemory } from './self-check.ts';

const x = (value: number): Tensors => ({
	x: { type: 'float32', dims: [1], data: Float32Array.of(value) },
});

/** A GPU whose device can be taken away. */
function fakeGpu(): { gpu: Gpu; lose: () => void } {
	let lose = (): void => undefined;
	const lost = new Promise<GPUDeviceLostInfo>((resolve) => {
		lose = () => {
			const info: unknown = { reason: 'unknown', message: 'driver reset' };
			resolve(info as GPUDeviceLostInfo);
		};
	});
	const device: unknown = { lost, destroy: () => undefined };
	const gpu: Gpu = {
		available: true,
		name: 'test gpu',
		halfPrecision: false,
		requestDevice: () => Promise.resolve(device as GPUDevice),
	};
	return {
		gpu,
		lose: () => {
			lose();
		},
	};
}

function setUp(changes: Partial<InferenceOptions> = {}) {
	const runtime = new FakeRuntime();
	const { gpu, lose } = fakeGpu();
	const checks = new VolatileCheckMemory();
	const loaded: string[] = [];
	const make = (): Inference =>
		new Inference({
			files: new ModelFiles([
				new ServedModels(serveModels([fakeModel('a'), fakeModel('b', { providers: ['wasm'] })])),
			]),
			loadRuntime: (kind) => {
				loaded.push(kind);
				return Promise.resolve(runtime.asRuntime());
			},
			probeGpu: () => Promise.resolve(gpu),
			checks,
			environment: 'test',
			...changes,
		});
	return { runtime, make, inference: make(), lose, loaded };
}

describe('choosing a provider', () => {
	test('takes the first that gives the reference output', async () => {
		const { inference, loaded } = setUp();
		const model = await inference.load('a');
		expect(model.provider).toBe('webgpu');
		expect(inference.uses()).toEqual([{ id: 'a', provider: 'webgpu', precision: 'fp32' }]);
		expect((await model.run(x(5)))['y']?.data[0]).toBe(6);
		expect(loaded).toEqual(['webgpu']);
	});

	test('passes over one whose output is wrong, visibly', async () => {
		const { inference, runtime } = setUp();
		runtime.run = (value, provider) => (provider === 'webgpu' ? value + 1.2 : value + 1);
		const model = await inference.load('a');
		expect(model.provider).toBe('wasm');
		expect(inference.uses()[0]?.note).toMatch(/wrong on webgpu: off its reference by 0.067/);
		expect(runtime.released).toEqual(['webgpu']);
	});

	test('counts output that is not a number as wrong', async () => {
		const { inference, runtime } = setUp();
		runtime.run = (value, provider) => (provider === 'webgpu' ? Number.NaN : value + 1);
		expect((await inference.load('a')).provider).toBe('wasm');
	});

	test('passes over one that cannot create the model', async () => {
		const { inference, runtime } = setUp();
		runtime.create = (provider) => {
			if (provider === 'webgpu') throw new Error('no kernel for GRU');
		};
		expect((await inference.load('a')).provider).toBe('wasm');
		expect(inference.uses()[0]?.note).toContain('no kernel for GRU');
	});

	test('passes over the GPU for a model that is kept off it, loaded or not', async () => {
		const { inference, runtime } = setUp();
		expect((await inference.load('a')).provider).toBe('webgpu');
		inference.keepOffGpu('a', 'it has failed there');
		const model = await inference.load('a');
		expect(model.provider).toBe('wasm');
		expect(inference.uses()[0]?.note).toBe('not on the GPU: it has failed there');
		expect(runtime.created).toEqual(['webgpu', 'wasm']);
	});

	test('fails with ModelMismatch when all are wrong', async () => {
		const { inference, runtime } = setUp();
		runtime.run = () => 0;
		await expect(inference.load('a')).rejects.toMatchObject({ code: 'ModelMismatch' });
	});

	test('remembers what it found, for this browser', async () => {
		const { inference, make, runtime } = setUp();
		await inference.load('a');
		expect(runtime.runs).toBe(1);
		await make().load('a');
		expect(runtime.runs).toBe(1);
	});

	test('checks again where nothing can be remembered', async () => {
		const refuse = (): Promise<never> => Promise.reject(new Error('private mode'));
		const { make, runtime } = setUp({ checks: { get: refuse, set: refuse } });
		await make().load('a');
		await make().load('a');
		expect(runtime.runs).toBe(2);
	});

	test('loads the CPU build alone where there is no GPU, and says so', async () => {
		const { inference, loaded } = setUp({
			probeGpu: () => Promise.resolve({ available: false, reason: 'no WebGPU' }),
		});
		await inference.load('a');
		await inference.load('b');
		expect(loaded).toEqual(['wasm']);
		expect(inference.uses().map(({ note }) => note)).toEqual([
			'not on the GPU: no WebGPU',
			undefined,
		]);
	});

	test('falls back to the CPU build when the one for the GPU does not load', async () => {
		const runtime = new FakeRuntime();
		const { inference } = setUp({
			loadRuntime: (kind) =>
				kind === 'webgpu' ? Promise.reject(new Error('404')) : Promise.resolve(runtime.asRuntime()),
		});
		expect((await inference.load('a')).provider).toBe('wasm');
		expect(inference.uses()[0]?.note).toContain('404');
	});
});

describe('weights that nobody has seen before', () => {
	const { inputs, tolerance } = fakeModel('a').check;
	const added = { ...fakeModel('a'), check: { inputs, tolerance } };
	const source = (): Partial<InferenceOptions> => ({
		files: new ModelFiles([new ServedModels(serveModels([added]))]),
	});

	test('are compared with the CPU, all optimisations off, once', async () => {
		const { inference, make, runtime } = setUp(source());
		runtime.run = (value) => 3 * value;
		expect((await inference.load('a')).provider).toBe('webgpu');
		expect(runtime.created).toEqual(['wasm', 'webgpu']);
		expect(runtime.optimisations).toEqual(['disabled', 'all']);
		expect(runtime.released).toEqual(['wasm']);
		expect(runtime.runs).toBe(2);
		await make().load('a');
		expect(runtime.created).toEqual(['wasm', 'webgpu', 'webgpu']);
		expect(runtime.runs).toBe(2);
		expect(runtime.live.size).toBe(0);
	});

	test('are passed over where they are wrong', async () => {
		const { inference, runtime } = setUp(source());
		runtime.run = (value, provider) => (provider === 'webgpu' ? 0 : value);
		expect((await inference.load('a')).provider).toBe('wasm');
		expect(inference.uses()[0]?.note).toMatch(/wrong on webgpu/);
	});

	test('are refused where the CPU itself puts out no numbers', async () => {
		const { inference, runtime } = setUp(source());
		runtime.run = () => Number.NaN;
		await expect(inference.load('a')).rejects.toMatchObject({ code: 'ModelMismatch' });
	});

	test('lie beside the graph, and are handed over unread', async () => {
		const file = {
			path: 'folder/weights-1.data',
			bytes: 3,
			sha256: fakeModel('a').files.graph.sha256,
		};
		const { inference, runtime } = setUp({
			files: new ModelFiles([new ServedModels(serveModels([{ ...added, data: [file] }]))]),
		});
		await inference.load('a');
		expect(runtime.weights).toEqual([
			[{ path: 'weights-1.data', data: expect.any(Blob) as unknown }],
			[{ path: 'weights-1.data', data: expect.any(Blob) as unknown }],
		]);
		expect(await inference.version('a')).toBe('039058c6f2c0cb49-039058c6f2c0cb49');
	});
});

describe('running', () => {
	test('a failed run does not disturb the next', async () => {
		const { inference, runtime } = setUp();
		const model = await inference.load('a');
		runtime.run = (value) => {
			if (value < 0) throw new Error('bad input');
			return value;
		};
		const [bad, good] = await Promise.allSettled([model.run(x(-1)), model.run(x(4))]);
		expect(bad.status).toBe('rejected');
		expect(good.status).toBe('fulfilled');
	});

	test('models take turns', async () => {
		const { inference, runtime } = setUp();
		const [a, b] = await Promise.all([inference.load('a'), inference.load('b')]);
		let running = 0;
		runtime.run = async (value) => {
			running += 1;
			expect(running).toBe(1);
			await new Promise((resolve) => setTimeout(resolve, 2));
			running -= 1;
			return value;
		};
		await Promise.all([a.run(x(1)), b.run(x(1)), a.run(x(2)), b.run(x(2))]);
	});

	test('can be cancelled and tried again', async () => {
		const { inference, runtime } = setUp();
		const model = await inference.load('a');
		let release = (): void => undefined;
		runtime.run = (value) =>
			new Promise((resolve) => {
				release = () => {
					resolve(value);
				};
			});
		const stop = new AbortController();
		const running = model.run(x(1), stop.signal);
		const waiting = model.run(x(2), stop.signal);
		await new Promise((resolve) => setTimeout(resolve, 5));
		stop.abort();
		await expect(running).rejects.toHaveProperty('name', 'AbortError');
		await expect(waiting).rejects.toHaveProperty('name', 'AbortError');
		release();
		runtime.run = (value) => value;
		expect((await model.run(x(3)))['y']?.data[0]).toBe(3);
	});

	test('loading can be cancelled and tried again, and nothing leaks', async () => {
		const { inference, runtime } = setUp();
		let release = (): void => undefined;
		const held = new Promise<void>((resolve) => {
			release = resolve;
		});
		runtime.create = () => held;
		const stop = new AbortController();
		const loading = inference.load('a', { signal: stop.signal });
		await new Promise((resolve) => setTimeout(resolve, 20));
		stop.abort();
		await expect(loading).rejects.toHaveProperty('name', 'AbortError');
		release();
		const model = await inference.load('a');
		await model.run(x(1));
		await model.close();
		await inference.close();
		expect(runtime.released).toHaveLength(runtime.created.length);
	});

	test('on a device that goes away fails with DeviceLost, even if it would never end', async () => {
		const { inference, runtime, lose } = setUp();
		const model = await inference.load('a');
		const cpu = await inference.load('b');
		runtime.run = (value, provider) =>
			provider === 'webgpu' ? new Promise<number>(() => undefined) : value;
		const run = model.run(x(1));
		setTimeout(lose, 5);
		await expect(run).rejects.toMatchObject({ code: 'DeviceLost' });
		await expect(model.run(x(1))).rejects.toMatchObject({ code: 'DeviceLost' });
		// What runs on the CPU goes on, and a reload moves there.
		expect((await cpu.run(x(7)))['y']?.data[0]).toBe(7);
		runtime.run = (value) => value + 1;
		const again = await inference.load('a');
		expect(again.provider).toBe('wasm');
		expect(inference.uses().find(({ id }) => id === 'a')?.note).toContain('went away');
	});

	test('an error that a lost device causes is DeviceLost too', async () => {
		const { inference, runtime, lose } = setUp();
		const model = await inference.load('a');
		runtime.run = () => {
			setTimeout(lose, 5);
			throw new Error('mapAsync failed');
		};
		await expect(model.run(x(1))).rejects.toMatchObject({ code: 'DeviceLost' });
	});
});

describe('closing', () => {
	test('a shared model is freed with its last user', async () => {
		const { inference, runtime } = setUp();
		const first = await inference.load('a');
		const second = await inference.load('a');
		expect(runtime.created).toHaveLength(1);
		await first.close();
		await first.close();
		expect(runtime.released).toHaveLength(0);
		await expect(first.run(x(1))).rejects.toThrow(TypeError);
		await second.run(x(1));
		await second.close();
		expect(runtime.released).toHaveLength(1);
	});

	test('everything frees everything', async () => {
		const { inference, runtime } = setUp();
		const model = await inference.load('a');
		await inference.load('b');
		await inference.close();
		expect(runtime.released).toHaveLength(2);
		await expect(model.run(x(1))).rejects.toThrow(TypeError);
		await expect(inference.load('a')).rejects.toThrow(TypeError);
	});
});
