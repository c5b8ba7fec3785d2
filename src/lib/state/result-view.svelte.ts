import type { SessionResult } from '../domain/result.ts';
import type { ConfabClient, OutputFile } from './client.ts';

/** One past result as it is looked at, with its files. */
export class ResultView {
	readonly sessionId: string;
	readonly #client: ConfabClient;
	#status = $state.raw<'loading' | 'ready' | 'missing' | 'failed'>('loading');
	#result = $state.raw<SessionResult | null>(null);
	#files = $state.raw<readonly OutputFile[] | null>(null);
	#error = $state.raw<unknown>(null);
	#filesError = $state.raw<unknown>(null);
	#packing = $state.raw(false);

	constructor(client: ConfabClient, sessionId: string) {
		this.#client = client;
		this.sessionId = sessionId;
	}

	get status(): 'loading' | 'ready' | 'missing' | 'failed' {
		return this.#status;
	}

	get result(): SessionResult | null {
		return this.#result;
	}

	/** The output files, or null until they are made. */
	get files(): readonly OutputFile[] | null {
		return this.#files;
	}

	get error(): unknown {
		return this.#error;
	}

	/** What kept the output files from being made. */
	get filesError(): unknown {
		return this.#filesError;
	}

	/** Whether the archive is being made. */
	get packing(): boolean {
		return this.#packing;
	}

	/** Reads the result, then makes its files; never rejects. */
	async load(): Promise<void> {
		try {
			this.#result = await this.#client.loadResult(this.sessionId);
			this.#status = this.#result ? 'ready' : 'missing';
		} catch (thrown) {
			this.#error = thrown;
			this.#status = 'failed';
			return;
		}
		if (!this.#result) return;
		try {
			this.#files = await this.#client.outputFiles(this.#result);
		} catch (thrown) {
			this.#filesError = thrown;
		}
	}

	/** All files in one archive, or null when it could not be made (see `filesError`). */
	async zip(): Promise<Blob | null> {
		if (!this.#result || this.#packing) return null;
		this.#packing = true;
		this.#filesError = null;
		try {
			return await this.#client.outputZip(this.#result);
		} catch (thrown) {
			this.#filesError = thrown;
			return null;
		} finally {
			this.#packing = false;
		}
	}
}
