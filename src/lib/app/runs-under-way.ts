/**
 * Runs that a worker is at, by session. A run that was called off is at work for a while still, though
 * nobody waits for it any more.
 */
export class RunsUnderWay {
	readonly #ends = new Map<string, Promise<void>>();

	/** Remembers a run until it settles. */
	add(sessionId: string, run: Promise<unknown>): void {
		const before = this.#ends.get(sessionId);
		const end = Promise.allSettled([before, run]).then(() => {
			if (this.#ends.get(sessionId) === end) this.#ends.delete(sessionId);
		});
		this.#ends.set(sessionId, end);
	}

	/** Settles when no run of the session is at work any more. */
	async ended(sessionId: string): Promise<void> {
		await this.#ends.get(sessionId);
	}
}
