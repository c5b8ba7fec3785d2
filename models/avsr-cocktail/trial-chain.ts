import type * as Ort from 'onnxruntime-web';
import type { ChainModel, ChainOutputs, Feeds } from '../../src/lib/inference/model.ts';
import { RunFeeds } from '../../src/lib/inference/run-feeds.ts';
import { runSession } from '../../src/lib/inference/run-session.ts';
import type { Runtime } from '../../src/lib/inference/runtime.ts';

/**
 * A session as the recogniser takes it. Whoever opened it releases it; on a GPU it has been told to leave
 * the outputs in `held` there.
 */
export function chainOf(
	runtime: Runtime,
	session: Ort.InferenceSession,
	id: string,
	held: readonly string[],
	onGpu = false,
): ChainModel {
	const run = async (
		inputs: Feeds,
		kept: readonly string[],
		signal?: AbortSignal,
	): Promise<ChainOutputs> => {
		signal?.throwIfAborted();
		const feeds = new RunFeeds(inputs);
		try {
			return await runSession({ runtime, session, onGpu, feeds, held: kept });
		} finally {
			feeds.release();
		}
	};
	return {
		id,
		provider: onGpu ? 'webgpu' : 'wasm',
		precision: 'fp32',
		run: async (inputs, signal) => (await run(inputs, [], signal)).tensors,
		runChain: (inputs, signal) => run(inputs, held, signal),
	};
}
