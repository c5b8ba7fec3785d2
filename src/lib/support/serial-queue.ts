/**
 * Runs tasks one after the other, in the order they were given. A task that fails rejects its own
 * caller and does not disturb the next.
 */
export class SerialQueue {
	#tail: Promise<unknown> = Promise.resolve();

	/** The task's result. A task whose signal has aborted before its turn never starts. */
	run<T>(task: () => Promise<T> | T, signal?: AbortSignal): Promise<T> {
		const turn = this.#tail.then(() => {
			signal?.throwIfAborted();
			return task();
		});
		this.#tail = turn.catch(() => undefined);
		return turn;
	}

	/** Settles when everything that is queued now has run. */
	async idle(): Promise<void> {
		await this.#tail;
	}
}
