import { readFile } from 'node:fs/promises';
import * as ort from 'onnxruntime-web/wasm';
import type { Model } from '../../src/lib/inference/model.ts';
import { dispose, fromRuntime, toRuntime } from '../../src/lib/inference/tensors.ts';

/** An ONNX file that is not in the catalogue (yet), on the CPU build that the app uses. One thread. */
export async function openOnnxFile(path: string, id: string): Promise<Model> {
	ort.env.wasm.numThreads = 1;
	ort.env.logLevel = 'error';
	const session = await ort.InferenceSession.create(await readFile(path), { logSeverityLevel: 3 });
	return {
		id,
		provider: 'wasm',
		precision: 'fp32',
		async run(inputs, signal) {
			signal?.throwIfAborted();
			const feeds = toRuntime(ort, inputs);
			const results = await session.run(feeds);
			try {
				return await fromRuntime(results);
			} finally {
				dispose(feeds);
				dispose(results);
			}
		},
	};
}
