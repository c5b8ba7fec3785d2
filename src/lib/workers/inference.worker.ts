import { expose, releaseProxy, type Remote } from 'comlink';
import type { SpeechActivity } from '../domain/activity.ts';
import type { SessionResult } from '../domain/result.ts';
import { defaultSettings, type RunSettings } from '../domain/settings.ts';
import type { RecognisedSpan, Span } from '../domain/span.ts';
import { createBrowserInference } from '../inference/browser-inference.ts';
import { ServedModels } from '../inference/served-models.ts';
import type { CheckMemory } from '../inference/self-check.ts';
import { connectMedia } from '../media/remote.ts';
import type { JobEvent } from '../pipeline/job.ts';
import { recogniseSpan } from '../pipeline/recognise-span.ts';
import { runAndKeep } from '../pipeline/run-and-keep.ts';
import { pathOf } from '../pipeline/run-session.ts';
import { wordsStage } from '../pipeline/stages/words/stage.ts';
import { AvsrFamily } from '../recognisers/avsr/avsr-family.ts';
import { AvsrShelf } from '../recognisers/avsr/avsr-shelf.ts';
import { ServedWhispers } from '../recognisers/whisper/served-whispers.ts';
import { WhisperShelf } from '../recognisers/whisper/whisper-shelf.ts';
import { openStore, withJobLock, type Store } from '../store/index.ts';
import { ModelShelf } from '../store/shelf/model-shelf.ts';
import { present } from '../support/assert.ts';
import { ConfabError } from '../support/errors.ts';
import { memo } from '../support/memo.ts';
import type { OnProgress } from '../support/progress.ts';
import { reportRequests } from '../support/request-report.ts';
import { SerialQueue } from '../support/serial-queue.ts';
import { AddedVoices } from './added-voices.ts';
import { installTransferHandlers } from './rpc/transfer-handlers.ts';
import { RunPorts } from './run-ports.ts';
import { unpackSession, type OpenFile, type SessionWire } from './session-wire.ts';
import { speedKey, type SpeedLog } from './speed-log.ts';

/** What the inference worker answers to. */
export interface InferenceApi {
	/** Must come first: `base` is the app's address, `media` leads to the media worker. */
	connect(base: string, media: MessagePort): void;
	/** Runs a session and stores its result; runs take turns. See `runSession`. */
	run(
		session: SessionWire,
		settings: RunSettings,
		openFile: OpenFile,
		onEvent: (event: JobEvent) => void,
		signal: AbortSignal,
	): Promise<SessionResult>;
	/**
	 * Recognises one stretch of one speaker anew and stores nothing; takes turns with the runs. See
	 * `recogniseSpan` of the pipeline.
	 */
	recogniseSpan(
		session: SessionWire,
		span: Span,
		settings: RunSettings,
		activity: SpeechActivity | null,
		openFile: OpenFile,
		onProgress: OnProgress,
		signal: AbortSignal,
	): Promise<RecognisedSpan>;
	/**
	 * Loads a model, or a recogniser of the shelf, anew and checks it against its reference, whatever is
	 * remembered; waits for its turn with the runs.
	 * @throws ConfabError `ModelMismatch` when it is wrong wherever it could run, `ModelUnavailable`.
	 */
	check(model: string, signal: AbortSignal): Promise<void>;
}

class InferenceService implements InferenceApi {
	readonly #runs = new SerialQueue();
	readonly #store = memo(() => openStore());
	#ports: (() => Promise<RunPorts>) | null = null;
	#base: string | null = null;

	connect(base: string, media: MessagePort): void {
		this.#base = base;
		this.#ports = memo(async () => {
			const { checks } = await this.#store();
			const shelf = new ModelShelf();
			const served = new ServedModels((path, signal) =>
				fetch(`${base}models/${path}`, signal ? { signal } : {}),
			);
			const added = {
				avsr: new AvsrShelf(shelf),
				whisper: new WhisperShelf(shelf, new ServedWhispers(served)),
				voices: new AddedVoices(shelf),
			};
			const sources = Object.values(added);
			const inference = createBrowserInference({ base, checks, sources });
			return new RunPorts(inference, connectMedia(media), added);
		});
	}

	async run(
		...[wire, settings, openFile, onEvent, signal]: Parameters<InferenceApi['run']>
	): Promise<SessionResult> {
		const session = unpackSession(wire, openFile);
		try {
			const [store, ports] = await Promise.all([
				this.#store(),
				present(this.#ports, 'The connection to the media worker')(),
			]);
			return await this.#runs.run(
				() =>
					withJobLock(session.id, async () => {
						const path = pathOf(session);
						ports.begin(path.models(settings), (use) => onEvent({ kind: 'model', use }));
						try {
							return await runAndKeep(session, store, {
								settings,
								ports,
								path,
								signal,
								onEvent,
							});
						} finally {
							await keepSpeeds(ports.speed, store);
						}
					}),
				signal,
			);
		} finally {
			for (const proxied of [openFile, onEvent]) release(proxied);
		}
	}

	async recogniseSpan(
		...[wire, span, settings, activity, openFile, onProgress, signal]: Parameters<
			InferenceApi['recogniseSpan']
		>
	): Promise<RecognisedSpan> {
		try {
			const ports = await present(this.#ports, 'The connection to the media worker')();
			return await this.#runs.run(() => {
				ports.begin(wordsStage().models(settings), () => undefined);
				const options = { settings, ports, activity, signal, onProgress };
				return recogniseSpan(unpackSession(wire, openFile), span, options);
			}, signal);
		} finally {
			for (const proxied of [openFile, onProgress]) release(proxied);
		}
	}

	check(model: string, signal: AbortSignal): Promise<void> {
		const base = present(this.#base, 'The address of the app');
		return this.#runs.run(async () => {
			const { checks } = await this.#store();
			// What is found is remembered; what was found before does not count.
			const afresh: CheckMemory = {
				get: () => Promise.resolve(undefined),
				set: (key, value) => checks.set(key, value),
			};
			const shelf = new AvsrShelf(new ModelShelf());
			const inference = createBrowserInference({ base, checks: afresh, sources: [shelf] });
			try {
				const added = new AvsrFamily(shelf, inference);
				if (added.knows(model)) await openFirst(added, model, signal);
				else await (await inference.load(model, { signal })).close();
			} finally {
				await inference.close();
			}
		}, signal);
	}
}

/** Opens the recogniser in the first way that is right here, as a run does, and closes it. */
async function openFirst(
	family: AvsrFamily,
	recogniser: string,
	signal: AbortSignal,
): Promise<void> {
	const candidates = await family.candidates({ ...defaultSettings, recogniser });
	const reasons: string[] = [];
	for (const candidate of candidates) {
		try {
			await (await candidate.open({ signal })).close();
			return;
		} catch (error) {
			signal.throwIfAborted();
			if (!(error instanceof ConfabError)) throw error;
			reasons.push(`${candidate.name}: ${error.message}`);
		}
	}
	throw new ConfabError('ModelMismatch', `It is right nowhere here. ${reasons.join(' ')}`);
}

/** Losing them costs nothing but a number on the models page. */
async function keepSpeeds(log: SpeedLog, { checks }: Store): Promise<void> {
	for (const [model, speed] of log.speeds(Date.now())) {
		await checks.set(speedKey(model), speed).catch(() => undefined);
	}
}

/** Frees a callback that lives on another thread. */
function release(callback: unknown): void {
	(callback as Remote<() => void>)[releaseProxy]();
}

reportRequests('inference');
installTransferHandlers();
expose(new InferenceService());
