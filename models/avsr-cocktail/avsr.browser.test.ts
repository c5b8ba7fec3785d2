import { describe, expect, test } from 'vitest';
import golden from '../../tests/golden/avsr-reduced.json';
import { loadRuntime } from '../../src/lib/inference/runtime.ts';
import type { AvsrKind } from '../../src/lib/recognisers/avsr/manifest.ts';
import { reducedArtefact } from './reduced.ts';
import { runGolden } from './trial.ts';

describe('the reduced AV-HuBERT recogniser on WebGPU', { timeout: 600_000 }, () => {
	// Checkpoint and artefact are made here too, in the browser. The software adapter has no half
	// precision. What passes from graph to graph stays on the GPU.
	test.each<[AvsrKind, number]>([
		['fp32', 1e-4],
		['q4', 0.8],
	])('gives the numbers of PyTorch in %s, with padding', async (kind, most) => {
		const runtime = await loadRuntime('webgpu', {
			folder: `${location.origin}/runtime/ort/`,
			threads: 1,
		});
		const artefact = await reducedArtefact(runtime, kind, 'float32');
		const session = {
			executionProviders: ['webgpu'],
			preferredOutputLocation: 'gpu-buffer',
		} as const;
		const errors = await runGolden({ ...artefact, session }, golden, 2);
		expect(Math.max(...errors)).toBeLessThan(most);
	});
});
