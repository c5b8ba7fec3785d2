import type * as Ort from 'onnxruntime-web';
import type { ModelContent } from './loaded-model.ts';
import type { ReadyModel } from './manifest.ts';
import type { Tensors } from './model.ts';
import { RunFeeds } from './run-feeds.ts';
import { runSession } from './run-session.ts';
import type { Runtime } from './runtime.ts';
import { referenceInputs } from './self-check.ts';

/** Runs the reference input. @param guard what the run itself is waited for with */
export async function runReference(
	{ check }: Pick<ReadyModel, 'check'>,
	place: { runtime: Runtime; session: Ort.InferenceSession; onGpu: boolean },
	guard?: <T>(work: Promise<T>) => Promise<T>,
): Promise<Tensors> {
	const feeds = new RunFeeds(referenceInputs(check.inputs));
	return (await runSession({ ...place, feeds, held: [] }, guard)).tensors;
}

/**
 * The reference output where nobody has written one down: what the CPU gives with all optimisations off,
 * another code than that which is checked, whichever provider that is. It takes as long as it takes to
 * create a session and to run it once; nothing stays loaded.
 */
export async function cpuReference(
	model: Pick<ReadyModel, 'check'>,
	runtime: Runtime,
	content: ModelContent,
): Promise<Tensors> {
	const session = await runtime.InferenceSession.create(content.graph, {
		...sessionOptions(content),
		graphOptimizationLevel: 'disabled',
		executionProviders: ['wasm'],
	});
	try {
		return await runReference(model, { runtime, session, onGpu: false });
	} finally {
		await session.release();
	}
}

/** What every session of a model is created with. */
export function sessionOptions({ weights }: ModelContent): Ort.InferenceSession.SessionOptions {
	return { logSeverityLevel: 3, ...(weights.length > 0 && { externalData: weights }) };
}
