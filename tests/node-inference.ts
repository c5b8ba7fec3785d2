import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-web/wasm';
import { Inference } from '../src/lib/inference/inference.ts';
import { ModelFiles } from '../src/lib/inference/model-files.ts';
import type { ModelSource } from '../src/lib/inference/model-source.ts';
import { ServedModels } from '../src/lib/inference/served-models.ts';
import { VolatileCheckMemory } from '../src/lib/inference/self-check.ts';

const modelFolder = resolve(dirname(fileURLToPath(import.meta.url)), '../static/models');

/** The models of `static/models` by way of the file system. */
export function nodeModels(folder = modelFolder): ServedModels {
	return new ServedModels(async (path) => new Response(await readFile(join(folder, path))));
}

/**
 * Inference for scripts and tests that run in Node: the same models and the same CPU code as in the
 * browser. One thread by default, so that nothing keeps the process alive.
 */
export function createNodeInference({
	folder = modelFolder,
	threads = 1,
	sources = [],
}: {
	folder?: string;
	threads?: number;
	/** Where models come from besides the folder. */
	sources?: readonly ModelSource[];
} = {}): Inference {
	return new Inference({
		files: new ModelFiles([nodeModels(folder), ...sources]),
		loadRuntime: () => {
			ort.env.logLevel = 'error';
			ort.env.wasm.numThreads = threads;
			return Promise.resolve(ort);
		},
		probeGpu: () => Promise.resolve({ available: false, reason: 'Node has none' }),
		checks: new VolatileCheckMemory(),
		environment: `node ${process.version}`,
		policy: 'wasm',
	});
}
