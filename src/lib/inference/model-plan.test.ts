import { expect, test } from 'vitest';
import { FakeRuntime, fakeModel, serveModels } from './fakes.ts';
import type { Gpu } from './gpu.ts';
import { Inference } from './inference.ts';
import { ModelChecks } from './model-checks.ts';
import { ModelFiles } from './model-files.ts';
import { planModel } from './model-plan.ts';
import { ServedModels } from './served-models.ts';
import { VolatileCheckMemory } from './self-check.ts';

const device: unknown = { lost: new Promise(() => undefined), destroy: () => undefined };
const gpu: Gpu = {
	available: true,
	name: 'test gpu',
	halfPrecision: false,
	requestDevice: () => Promise.resolve(device as GPUDevice),
};
const none: Gpu = { available: false, reason: 'this browser has no WebGPU' };

/** Loads the model as a run does, so that its checks are remembered. */
async function load(memory: VolatileCheckMemory, wrongOn: string | null): Promise<string> {
	const runtime = new FakeRuntime();
	runtime.run = (value, provider) => (provider === wrongOn ? 0 : value + 1);
	const inference = new Inference({
		files: new ModelFiles([new ServedModels(serveModels([fakeModel('a')]))]),
		loadRuntime: () => Promise.resolve(runtime.asRuntime()),
		probeGpu: () => Promise.resolve(gpu),
		checks: memory,
		environment: 'test',
	});
	const { provider } = await inference.load('a');
	await inference.close();
	return provider;
}

test('what was not checked yet goes to its first choice', async () => {
	const checks = new ModelChecks(new VolatileCheckMemory(), 'test');
	expect(await planModel(fakeModel('a'), gpu, checks)).toEqual({
		provider: 'webgpu',
		precision: 'fp32',
		why: ['WebGPU works here: test gpu'],
		check: null,
	});
});

test.each([null, 'webgpu'])('plans what a load has found (wrong on %s)', async (wrongOn) => {
	const memory = new VolatileCheckMemory();
	const loaded = await load(memory, wrongOn);
	const plan = await planModel(fakeModel('a'), gpu, new ModelChecks(memory, 'test'));
	expect(plan.provider).toBe(loaded);
	expect(plan.check).toEqual({ passed: true, deviation: 0, tolerance: 1e-3 });
	if (wrongOn !== null) expect(plan.why).toEqual([expect.stringContaining('wrong on webgpu')]);
});

test('says why it is not on the GPU', async () => {
	const checks = new ModelChecks(new VolatileCheckMemory(), 'test');
	expect(await planModel(fakeModel('a'), none, checks)).toMatchObject({
		provider: 'wasm',
		why: ['not on the GPU: this browser has no WebGPU'],
	});
	const half = fakeModel('a', { precision: 'fp16' });
	expect((await planModel(half, gpu, checks)).why[0]).toContain('half precision');
	const small = fakeModel('a', { providers: ['wasm'] });
	expect((await planModel(small, gpu, checks)).why).toEqual([
		'small, or step by step: on a graphics processor it would gain nothing',
	]);
});
