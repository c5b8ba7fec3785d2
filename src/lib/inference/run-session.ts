import type * as Ort from 'onnxruntime-web';
import type { ChainOutputs, HeldTensor } from './model.ts';
import { HeldOutput, type RunFeeds } from './run-feeds.ts';
import type { Runtime } from './runtime.ts';
import { dispose, fromRuntime } from './tensors.ts';

/** One run of a session. */
export interface SessionRun {
	readonly runtime: Runtime;
	readonly session: Ort.InferenceSession;
	readonly onGpu: boolean;
	/** The caller releases them. */
	readonly feeds: RunFeeds;
	/** Outputs that are not read back. */
	readonly held: readonly string[];
	/** Outputs to compute; all when it is left out. */
	readonly wanted?: readonly string[] | undefined;
}

/**
 * Runs a session. Whatever happens, nothing is left but the outputs that are held.
 *
 * @param guard what the run itself is waited for with
 * @throws TypeError when the session has no output of a name that is to be held.
 */
export async function runSession(
	{ runtime, session, onGpu, feeds, held: left, wanted }: SessionRun,
	guard: <T>(work: Promise<T>) => Promise<T> = (work) => work,
): Promise<ChainOutputs> {
	const held = wanted ? left.filter((name) => wanted.includes(name)) : left;
	const converted = await feeds.toRuntime(runtime, onGpu);
	let results: Record<string, Ort.Tensor> = {};
	try {
		const run = wanted ? session.run(converted.feeds, wanted) : session.run(converted.feeds);
		results = { ...(await guard(run)) };
		const read = Object.entries(results).filter(([name]) => !held.includes(name));
		const tensors = await fromRuntime(Object.fromEntries(read));
		const kept: Record<string, HeldTensor> = {};
		for (const name of held) {
			const output = results[name];
			if (!output) throw new TypeError(`There is no output "${name}" to hold`);
			kept[name] = new HeldOutput(output);
		}
		results = Object.fromEntries(read);
		return { tensors, held: kept };
	} finally {
		dispose(converted.own);
		dispose(results);
	}
}
