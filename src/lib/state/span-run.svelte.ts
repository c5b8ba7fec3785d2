import type { Session } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { RecognisedSpan, Span } from '../domain/span.ts';
import { isAbort } from '../support/abort.ts';
import type { Progress } from '../support/progress.ts';
import type { StudioClient } from './studio-client.ts';

export type SpanStatus = 'idle' | 'running' | 'done' | 'failed';

/** One stretch that is recognised anew, as often as one likes; the result is there to be looked at, and changes nothing. */
export class SpanRun {
	readonly #client: Pick<StudioClient, 'recogniseSpan'>;
	#settings: RunSettings;
	#span: Span;
	#status = $state.raw<SpanStatus>('idle');
	#progress = $state.raw<Progress | null>(null);
	#found = $state.raw<RecognisedSpan | null>(null);
	#error = $state.raw<unknown>(null);
	#abort: AbortController | null = null;

	/** @param settings those of the run, to begin with */
	constructor(client: Pick<StudioClient, 'recogniseSpan'>, settings: RunSettings, span: Span) {
		this.#client = client;
		this.#settings = $state.raw(settings);
		this.#span = $state.raw(span);
	}

	get settings(): RunSettings {
		return this.#settings;
	}

	get span(): Span {
		return this.#span;
	}

	get status(): SpanStatus {
		return this.#status;
	}

	get progress(): Progress | null {
		return this.#progress;
	}

	/** What was recognised last; null before, and after another choice. */
	get found(): RecognisedSpan | null {
		return this.#found;
	}

	get error(): unknown {
		return this.#error;
	}

	/** Another recogniser, or another way; what was found with the last one goes. */
	choose(part: Partial<RunSettings>): void {
		this.#settings = { ...this.#settings, ...part };
		this.#forget();
	}

	/** The same stretch of somebody else. */
	chooseSpeaker(speakerId: string): void {
		this.#span = { ...this.#span, speakerId };
		this.#forget();
	}

	/** Recognises it; never rejects. A run that is under way is cancelled first. */
	async start(session: Session): Promise<void> {
		this.#forget();
		const abort = new AbortController();
		this.#abort = abort;
		this.#status = 'running';
		const current = (): boolean => this.#abort === abort;
		try {
			const found = await this.#client.recogniseSpan(session, this.#settings, this.#span, {
				signal: abort.signal,
				onProgress: (progress) => {
					if (current()) this.#progress = progress;
				},
			});
			if (!current()) return;
			this.#found = found;
			this.#status = 'done';
		} catch (thrown) {
			if (!current()) return;
			this.#error = isAbort(thrown) ? null : thrown;
			this.#status = isAbort(thrown) ? 'idle' : 'failed';
		}
	}

	cancel(): void {
		this.#forget();
	}

	#forget(): void {
		this.#abort?.abort();
		this.#abort = null;
		this.#status = 'idle';
		this.#progress = null;
		this.#found = null;
		this.#error = null;
	}
}
