import { expect, test } from 'vitest';
import { defaultSettings } from '../../domain/settings.ts';
import type { Inference } from '../../inference/inference.ts';
import { AvsrFamily } from './avsr-family.ts';
import type { AvsrEntry, AvsrShelf } from './avsr-shelf.ts';
import { bucketOf } from './graphs.ts';

test('on a GPU clips are wanted in batches of one padded length, on the CPU as they come', async () => {
	const entry = (kind: AvsrEntry['kind']): unknown => ({ kind, model: { id: kind, files: [] } });
	const shelf: unknown = { entries: () => Promise.resolve([entry('q4'), entry('q8')]) };
	const gpu = { available: true, halfPrecision: true };
	const inference: unknown = { gpu: () => Promise.resolve(gpu) };
	const family = new AvsrFamily(shelf as AvsrShelf, inference as Inference);
	const candidates = await family.candidates(defaultSettings);
	const onGpu = { frames: 1500, padTo: bucketOf };
	expect(candidates.map(({ name, batching }) => [name, batching])).toEqual([
		['q4 on webgpu in half precision', onGpu],
		['q4 on webgpu', onGpu],
		['q8 on wasm', undefined],
		['q4 on wasm', undefined],
	]);
});
