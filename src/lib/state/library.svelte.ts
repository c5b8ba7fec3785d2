import type { ConfabClient, SessionRecord } from './client.ts';

/** The sessions that were run before on this machine. */
export class Library {
	readonly #client: ConfabClient;
	#status = $state.raw<'loading' | 'ready' | 'failed'>('loading');
	#records = $state.raw<readonly SessionRecord[]>([]);
	#error = $state.raw<unknown>(null);
	#asked = 0;

	constructor(client: ConfabClient) {
		this.#client = client;
	}

	get status(): 'loading' | 'ready' | 'failed' {
		return this.#status;
	}

	get records(): readonly SessionRecord[] {
		return this.#records;
	}

	get error(): unknown {
		return this.#error;
	}

	/** Reads the list again; never rejects. */
	async refresh(): Promise<void> {
		const asked = ++this.#asked;
		try {
			const records = await this.#client.listSessions();
			if (asked !== this.#asked) return;
			this.#records = records;
			this.#error = null;
			this.#status = 'ready';
		} catch (thrown) {
			if (asked !== this.#asked) return;
			this.#error = thrown;
			this.#status = 'failed';
		}
	}

	/** Removes everything stored about a session; never rejects: `error` tells when it could not. */
	async remove(sessionId: string): Promise<void> {
		try {
			await this.#client.deleteSession(sessionId);
			await this.refresh();
		} catch (thrown) {
			this.#error = thrown;
		}
	}
}
