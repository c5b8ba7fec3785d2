import { expect, test } from 'vitest';
import { fakeModel, FakeRuntime, serveModels } from '../inference/fakes.ts';
import { Inference } from '../inference/inference.ts';
import { ModelFiles } from '../inference/model-files.ts';
import { ServedModels } from '../inference/served-models.ts';
import { VolatileCheckMemory } from '../inference/self-check.ts';
import { parseSpeed, SpeedLog } from './speed-log.ts';

test('runs of a model are timed, and what it did is counted', async () => {
	const runtime = new FakeRuntime();
	const inference = new Inference({
		files: new ModelFiles([new ServedModels(serveModels([fakeModel('a')]))]),
		loadRuntime: () => Promise.resolve(runtime.asRuntime()),
		probeGpu: () => Promise.resolve({ available: false, reason: 'none' }),
		checks: new VolatileCheckMemory(),
		environment: 'test',
	});
	let now = 0;
	runtime.run = (value) => {
		now += 0.5;
		return value + 1;
	};
	const log = new SpeedLog(() => now);
	const model = log.timed(await inference.load('a'));
	now = 100;
	const x = { type: 'float32', dims: [1], data: Float32Array.of(1) } as const;
	for (let run = 0; run < 4; run += 1) await model.run({ x });
	log.count('a', 80, 'frames');
	log.count('never run', 3, 'seconds');
	expect([...log.speeds(7)]).toEqual([
		['a', { unit: 'frames', amount: 80, computeSeconds: 2, at: 7 }],
	]);
	log.clear();
	expect(log.speeds(8).size).toBe(0);
	await inference.close();
});

test('what was kept is parsed', () => {
	expect(parseSpeed({ unit: 'seconds', amount: 1, computeSeconds: 2, at: 3 })?.amount).toBe(1);
	expect(parseSpeed({ passed: true })).toBeNull();
	expect(parseSpeed(undefined)).toBeNull();
});
