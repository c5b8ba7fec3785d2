/**
 * Measures a GPU where there is no browser: Node with Dawn, the WebGPU of Chromium, from the npm
 * package `webgpu`, which is not part of Confab.
 *
 *     npx tsx tests/bench/gpu/node.ts --dawn <dawn.node> --part fp16 [--artefacts DIR]
 *         [--reference FILE] [--runtime DIR] [--models DIR] [--rows FILE] [--software]
 *
 * Dawn offered no half precision on an NVIDIA H100 by itself; with
 * DAWN_FLAGS=enable-dawn-features=allow_unsafe_apis,vulkan_enable_f16_on_nvidia it did.
 *
 * What goes on is printed; rows are added to a file, one JSON object a line.
 */
import { execFile } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import * as v from 'valibot';
import { probeGpu } from '../../../src/lib/inference/gpu.ts';
import { ModelFiles } from '../../../src/lib/inference/model-files.ts';
import { loadRuntime } from '../../../src/lib/inference/runtime.ts';
import { nodeModels } from '../../node-inference.ts';
import { type BenchRow, table } from '../row.ts';
import { tallyDevice } from './machine.ts';
import { measurePart, partNames } from './parts.ts';

const { values } = parseArgs({
	options: {
		dawn: { type: 'string' },
		part: { type: 'string', default: 'small' },
		artefacts: { type: 'string', default: 'models/.cache/avsr-cocktail/built' },
		reference: { type: 'string' },
		runtime: { type: 'string', default: 'static/runtime/ort' },
		models: { type: 'string', default: 'static/models' },
		rows: { type: 'string' },
		software: { type: 'boolean', default: false },
	},
});

const dawnSchema = v.object({ create: v.function(), globals: v.record(v.string(), v.unknown()) });

interface Gpu {
	requestAdapter: GPU['requestAdapter'];
}

function isGpu(value: unknown): value is Gpu {
	return typeof value === 'object' && value !== null && 'requestAdapter' in value;
}

/** Dawn's GPU; its classes become global, as the runtime expects them. */
function openDawn(path: string): Gpu {
	const { create, globals } = v.parse(dawnSchema, createRequire(import.meta.url)(resolve(path)));
	Object.assign(globalThis, globals);
	const gpu: unknown = create((process.env['DAWN_FLAGS'] ?? '').split(';').filter(Boolean));
	if (!isGpu(gpu)) throw new TypeError(`${path} is not Dawn`);
	if (!('navigator' in globalThis)) Object.assign(globalThis, { navigator: {} });
	Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
	return gpu;
}

/** Memory in use on the first card of NVIDIA's. */
async function memoryMb(): Promise<number | null> {
	const query = ['--query-gpu=memory.used', '--format=csv,noheader,nounits'];
	try {
		const { stdout } = await promisify(execFile)('nvidia-smi', query);
		return Number.parseFloat(stdout);
	} catch {
		return null;
	}
}

async function main(): Promise<void> {
	const part = partNames.find((name) => name === values.part);
	if (part === undefined) throw new TypeError(`--part is one of ${partNames.join(', ')}`);
	if (values.dawn === undefined) throw new TypeError('Name the file dawn.node with --dawn');
	const started = performance.now();
	const log = (line: string): void => {
		console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
	};
	const dawn = openDawn(values.dawn);
	const gpu = await probeGpu(dawn, { allowSoftware: values.software });
	if (!gpu.available) throw new Error(`Nothing is measured: ${gpu.reason}`);
	log(`${gpu.name}, ${gpu.halfPrecision ? 'with' : 'without'} half precision`);
	const folder = `${pathToFileURL(resolve(values.runtime)).href}/`;
	const runtime = await loadRuntime('webgpu', { folder, threads: 1 });
	const device = await gpu.requestDevice();
	const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
	log(`buffers of ${maxBufferSize}, bindings of ${maxStorageBufferBindingSize} bytes at most`);
	device.addEventListener('uncapturederror', ({ error }) => log(`GPU ERROR: ${error.message}`));
	const rows: BenchRow[] = [];
	const good = await measurePart(
		{
			runtime,
			gpu: dawn,
			device,
			tally: tallyDevice(device),
			halfPrecision: gpu.halfPrecision,
			models: new ModelFiles([nodeModels(values.models)]),
			read: (path) => readFile(join(values.artefacts, path)),
			reference:
				values.reference === undefined
					? null
					: JSON.parse(await readFile(values.reference, 'utf8')),
			memoryMb,
			log,
			record: (row) => {
				rows.push(row);
				if (values.rows !== undefined) appendFileSync(values.rows, `${JSON.stringify(row)}\n`);
			},
		},
		part,
	);
	console.log(table(rows));
	// Dawn and the runtime's threads would keep the process alive.
	process.exit(good ? 0 : 1);
}

await main();
