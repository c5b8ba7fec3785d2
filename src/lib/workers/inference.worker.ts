import { expose, releaseProxy, type Remote } from 'comlink';
import type { JobEvent } from '../domain/job.ts';
import type { SessionResult } from '../domain/result.ts';
import type { RunSettings } from '../domain/settings.ts';
import { createBrowserInference } from '../inference/browser-inference.ts';
import { connectMedia } from '../media/remote.ts';
import { runAndKeep } from '../pipeline/run-and-keep.ts';
import { AvsrShelf } from '../recognisers/avsr/avsr-shelf.ts';
import { WhisperShelf } from '../recognisers/whisper/whisper-shelf.ts';
import { openStore, withJobLock } from '../store/index.ts';
import { ModelShelf } from '../store/shelf/model-shelf.ts';
import { present } from '../support/assert.ts';
import { memo } from '../support/memo.ts';
import { SerialQueue } from '../support/serial-queue.ts';
import { installTransferHandlers } from './rpc/transfer-handlers.ts';
import { SessionStages } from './session-stages.ts';
import { unpackSession, type OpenFile, type SessionWire } from './session-wire.ts';

/** What the inference worker answers to. */
export interface InferenceApi {
	/** Must come first: `base` is the app's address, `media` leads to the media worker. */
	connect(base: string, media: MessagePort): void;
	/** Runs a session and stores its outcome; runs take turns. See `runSession`. */
	run(
		session: SessionWire,
		settings: RunSettings,
		openFile: OpenFile,
		onEvent: (event: JobEvent) => void,
		signal: AbortSignal,
	): Promise<SessionResult>;
}

class InferenceService implements InferenceApi {
	readonly #runs = new SerialQueue();
	readonly #store = memo(() => openStore());
	#stages: (() => Promise<SessionStages>) | null = null;

	connect(base: string, media: MessagePort): void {
		this.#stages = memo(async () => {
			const { checks } = await this.#store();
			const shelf = new ModelShelf();
			const added = { avsr: new AvsrShelf(shelf), whisper: new WhisperShelf(shelf) };
			const sources = [added.avsr, added.whisper];
			const inference = createBrowserInference({ base, checks, sources });
			return new SessionStages(inference, connectMedia(media), added);
		});
	}

	async run(
		...[wire, settings, openFile, onEvent, signal]: Parameters<InferenceApi['run']>
	): Promise<SessionResult> {
		const session = unpackSession(wire, openFile);
		try {
			const [store, stages] = await Promise.all([
				this.#store(),
				present(this.#stages, 'The connection to the media worker')(),
			]);
			return await this.#runs.run(
				() =>
					withJobLock(session.id, () => {
						stages.begin((use) => onEvent({ kind: 'model', use }));
						return runAndKeep(session, store, {
							settings,
							stages,
							signal,
							onEvent,
						});
					}),
				signal,
			);
		} finally {
			for (const proxied of [openFile, onEvent]) release(proxied);
		}
	}
}

/** Frees a callback that lives on another thread. */
function release(callback: unknown): void {
	(callback as Remote<() => void>)[releaseProxy]();
}

installTransferHandlers();
expose(new InferenceService());
