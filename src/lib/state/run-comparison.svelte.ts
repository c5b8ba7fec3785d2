import type { SessionResult } from '../domain/result.ts';
import type { Labels } from '../domain/session.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import { documentOf } from '../editing/document-of.ts';
import { firstEdition } from '../editing/first-edition.ts';
import { isAbort } from '../support/abort.ts';
import { alignDocuments, Aligner, scoreDocument } from './document-scores.ts';
import type { Comparison, DocumentScores } from './document-scores.ts';
import type { RunRecord, StudioClient } from './studio-client.ts';

/** Another run of the session, as a person left it, and what differs from the one that is open. */
export interface OtherRun {
	readonly result: SessionResult;
	readonly document: StudioDocument;
	/** Words of the open run (as reference) beside its own, by speaker. */
	readonly words: ReadonlyMap<string, Comparison>;
	/** Both against the truth, where there is one. */
	readonly scores: { readonly open: DocumentScores; readonly other: DocumentScores } | null;
}

/** The other runs of a session. */
export class RunComparison {
	readonly #client: StudioClient;
	readonly #sessionId: string;
	readonly #openRunId: string;
	#runs = $state.raw<readonly RunRecord[] | null>(null);
	#status = $state.raw<'none' | 'working' | 'ready' | 'missing' | 'failed'>('none');
	#part = $state.raw(0);
	#other = $state.raw<OtherRun | null>(null);
	#error = $state.raw<unknown>(null);
	#going: AbortController | null = null;
	#aligners = { words: new Aligner(), open: new Aligner(), other: new Aligner() };
	#labels: Labels | null = null;
	#loaded: { runId: string; result: SessionResult; document: StudioDocument } | null = null;

	constructor(client: StudioClient, sessionId: string, openRunId: string) {
		this.#client = client;
		this.#sessionId = sessionId;
		this.#openRunId = openRunId;
	}

	/** All runs of the session, the latest first; null until they are read. */
	get runs(): readonly RunRecord[] | null {
		return this.#runs;
	}

	/** Those beside the open one. */
	get others(): readonly RunRecord[] {
		return (this.#runs ?? []).filter(({ runId }) => runId !== this.#openRunId);
	}

	get status(): 'none' | 'working' | 'ready' | 'missing' | 'failed' {
		return this.#status;
	}

	/** How far it is, 0 to 1. */
	get part(): number {
		return this.#part;
	}

	/** Null until one was compared. */
	get other(): OtherRun | null {
		return this.#other;
	}

	get error(): unknown {
		return this.#error;
	}

	/** Reads which runs there are; never rejects. */
	async load(): Promise<void> {
		try {
			this.#runs = await this.#client.listRuns(this.#sessionId);
		} catch (thrown) {
			this.#fail(thrown);
		}
	}

	/** Compares a document of the open run with another run; never rejects. */
	async compare(
		document: StudioDocument,
		againstRunId: string | null,
		labels: Labels | null,
	): Promise<void> {
		this.stop();
		if (againstRunId === null) {
			this.#other = null;
			this.#loaded = null;
			this.#status = 'none';
			return;
		}
		const going = new AbortController();
		this.#going = going;
		const { signal } = going;
		this.#status = 'working';
		this.#part = 0;
		try {
			const loaded = await this.#load(againstRunId);
			signal.throwIfAborted();
			if (!loaded) {
				this.#other = null;
				this.#status = 'missing';
				return;
			}
			if (labels !== this.#labels) {
				// Aligned with another truth.
				this.#aligners = { ...this.#aligners, open: new Aligner(), other: new Aligner() };
				this.#labels = labels;
			}
			const third = (done: number) => ({
				signal,
				onPart: (part: number) => (this.#part = (done + part) / 3),
			});
			const { words, open, other } = this.#aligners;
			const aligned = await alignDocuments(document, loaded.document, words, third(0));
			const scores = labels && {
				open: await scoreDocument(document, labels, open, third(1)),
				other: await scoreDocument(loaded.document, labels, other, third(2)),
			};
			signal.throwIfAborted();
			this.#other = { result: loaded.result, document: loaded.document, words: aligned, scores };
			this.#status = 'ready';
		} catch (thrown) {
			this.#fail(thrown);
		}
	}

	/** Forgets a run and what was made of it; never rejects: `error` tells when it could not. */
	async remove(runId: string): Promise<void> {
		try {
			await this.#client.deleteRun(this.#sessionId, runId);
			if (this.#loaded?.runId === runId) this.#loaded = null;
		} catch (thrown) {
			this.#fail(thrown);
			return;
		}
		await this.load();
	}

	/** Ends what is under way. */
	stop(): void {
		this.#going?.abort();
	}

	async #load(runId: string) {
		if (this.#loaded?.runId === runId) return this.#loaded;
		const [result, edition] = await Promise.all([
			this.#client.loadRun(this.#sessionId, runId),
			this.#client.loadEdition(this.#sessionId, runId),
		]);
		const document = result && documentOf(result, edition ?? firstEdition(result));
		this.#loaded = result && document && { runId, result, document };
		return this.#loaded;
	}

	#fail(thrown: unknown): void {
		if (isAbort(thrown)) return;
		this.#error = thrown;
		this.#status = 'failed';
	}
}
