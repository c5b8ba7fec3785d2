import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { browserEnvironment, runtimeVersion } from './browser-environment.ts';
import { fakeModel } from './fakes.ts';
import type { ReadyModel } from './manifest.ts';
import { ModelChecks } from './model-checks.ts';
import { sampleOutputs, VolatileCheckMemory } from './self-check.ts';

const memory = new VolatileCheckMemory();
const checks = new ModelChecks(memory, 'test');
const output = (value: number) => ({
	y: { type: 'float32', dims: [1], data: Float32Array.of(value) } as const,
});
const check = fakeModel('a').check;

test('a verdict holds for one check, runtime and browser', async () => {
	const model = fakeModel('a');
	const expected = sampleOutputs(output(3));
	await checks.outcome(model, 'wasm', expected, () => Promise.resolve(output(3)));
	expect(await checks.remembered(model, 'wasm')).toEqual({ passed: true, deviation: 0 });
	const others: readonly Partial<ReadyModel['check']>[] = [
		{ tolerance: 1e-4 },
		{ inputs: { x: { type: 'float32', dims: [1], offset: 4, amplitude: 0, step: 0 } } },
		{ outputs: sampleOutputs(output(4)) },
	];
	for (const other of others) {
		const changed = fakeModel('a', { check: { ...check, ...other } });
		expect(await checks.remembered(changed, 'wasm')).toBeNull();
	}
	expect(await new ModelChecks(memory, 'other').remembered(model, 'wasm')).toBeNull();
});

test('a reference that was computed holds for one input', async () => {
	const { inputs, tolerance } = check;
	const model = fakeModel('a', { check: { inputs, tolerance } });
	let runs = 0;
	const compute = () => Promise.resolve(output((runs += 1)));
	await checks.reference(model, compute);
	await checks.reference(fakeModel('a', { check: { inputs, tolerance: 1 } }), compute);
	expect(runs).toBe(1);
	const x = { type: 'float32', dims: [1], offset: 9, amplitude: 0, step: 0 } as const;
	await checks.reference(
		fakeModel('a', { check: { inputs: { x: { ...x, dims: [1] } }, tolerance } }),
		compute,
	);
	expect(runs).toBe(2);
});

test('an environment is the runtime, and the browser as exactly as it tells', async () => {
	const declared = JSON.parse(readFileSync('package.json', 'utf8')) as {
		dependencies: Record<string, string>;
	};
	expect(runtimeVersion).toBe(declared.dependencies['onnxruntime-web']);
	const userAgent = 'Chrome/140.0.0.0';
	const asked: string[][] = [];
	const withVersions = (answer: Promise<unknown>) =>
		browserEnvironment({
			userAgent,
			userAgentData: {
				getHighEntropyValues: (hints) => {
					asked.push(hints);
					return answer;
				},
			},
		});
	const plain = `ort ${runtimeVersion}; ${userAgent}`;
	expect(await browserEnvironment({ userAgent })).toBe(plain);
	expect(await withVersions(Promise.reject(new Error('not allowed')))).toBe(plain);
	const fullVersionList = [{ brand: 'Chromium', version: '140.0.7339.16' }];
	expect(await withVersions(Promise.resolve({ fullVersionList }))).toBe(
		`ort ${runtimeVersion}; Chromium 140.0.7339.16; ${userAgent}`,
	);
	expect(asked.at(-1)).toEqual(['fullVersionList']);
});
