import * as v from 'valibot';
import { probeGpu } from '../../src/lib/inference/gpu.ts';
import { ModelFiles } from '../../src/lib/inference/model-files.ts';
import { ServedModels } from '../../src/lib/inference/served-models.ts';
import { loadRuntime } from '../../src/lib/inference/runtime.ts';
import { tallyDevice } from './gpu/machine.ts';
import { measurePart, partNames } from './gpu/parts.ts';
import type { BenchRow } from './row.ts';

const inputSchema = v.variant('part', [
	v.object({ part: v.null() }),
	v.object({
		part: v.picklist(partNames),
		/** Addresses. */
		artefacts: v.string(),
		reference: v.nullable(v.string()),
	}),
]);

interface Outcome {
	readonly missing: string | null;
	readonly rows: readonly BenchRow[];
	readonly good: boolean;
}

/** Says whether there is a GPU to measure and, when asked for a part, measures it. */
export async function run(input: unknown): Promise<Outcome> {
	const request = v.parse(inputSchema, input);
	const gpu = await probeGpu(navigator.gpu);
	if (!gpu.available) return { missing: gpu.reason, rows: [], good: true };
	if (request.part === null) return { missing: null, rows: [], good: true };
	console.log(`${request.part} on ${gpu.name}`);
	const runtime = await loadRuntime('webgpu', {
		folder: `${location.origin}/runtime/ort/`,
		threads: 1,
	});
	const device = await gpu.requestDevice();
	const rows: BenchRow[] = [];
	const get = async (address: string): Promise<Response> => {
		const response = await fetch(address);
		if (!response.ok) throw new Error(`${address}: ${response.status}`);
		return response;
	};
	const reference: unknown =
		request.reference === null ? null : await (await get(request.reference)).json();
	const good = await measurePart(
		{
			runtime,
			gpu: navigator.gpu,
			device,
			tally: tallyDevice(device),
			halfPrecision: gpu.halfPrecision,
			models: new ModelFiles([new ServedModels((path) => fetch(`/models/${path}`))]),
			read: async (path) =>
				new Uint8Array(await (await get(`${request.artefacts}/${path}`)).arrayBuffer()),
			reference,
			// A page is not told of the card's memory; what buffers take is counted.
			memoryMb: () => Promise.resolve(null),
			log: (line) => console.log(line),
			record: (row) => rows.push(row),
		},
		request.part,
	);
	device.destroy();
	return { missing: null, rows, good };
}
