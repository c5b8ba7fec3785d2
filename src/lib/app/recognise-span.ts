import type { SpeechActivity } from '../domain/activity.ts';
import { runIdOf } from '../domain/run-id.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { StudioClient } from '../state/studio-client.ts';
import type { InferenceApi } from '../workers/inference.worker.ts';
import { proxy, type WorkerHandle } from '../workers/rpc/index.ts';
import { packSession } from '../workers/session-wire.ts';
import type { OnProgress } from '../support/progress.ts';

/** Does a piece of work when those before it are done. */
export type InTurn = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

interface Parts {
	readonly inTurn: InTurn;
	readonly inference: Pick<WorkerHandle<InferenceApi>, 'call'>;
	readonly loadRun: StudioClient['loadRun'];
}

/** Recognising of spans, in the inference worker. */
export function createSpanRecogniser({
	inTurn,
	inference,
	loadRun,
}: Parts): StudioClient['recogniseSpan'] {
	/** When the speaker talks, by the run with these settings or else by the latest one of the session. */
	const activityOf = async (
		sessionId: string,
		settings: RunSettings,
		speakerId: string,
	): Promise<SpeechActivity | null> => {
		const run = (await loadRun(sessionId, runIdOf(settings))) ?? (await loadRun(sessionId, null));
		return run?.speakers.find((speaker) => speaker.speakerId === speakerId)?.activity ?? null;
	};
	return (session, settings, span, options) =>
		inTurn(async () => {
			const { signal = new AbortController().signal, onProgress } = options;
			const { wire, open } = packSession(session);
			const activity = await activityOf(session.id, settings, span.speakerId);
			return inference.call(
				(worker) =>
					worker.recogniseSpan(
						wire,
						span,
						settings,
						activity,
						proxy(open),
						proxy<OnProgress>((progress) => onProgress?.(progress)),
						signal,
					),
				signal,
			);
		}, options.signal);
}
