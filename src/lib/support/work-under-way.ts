/**
 * Work that goes on under some key, waited for or not: a run that was called off is at work for a while
 * still, and what is left behind is still being stored.
 */
export class WorkUnderWay {
	readonly #ends = new Map<string, Promise<void>>();

	/** Remembers work until it settles. */
	add(key: string, work: Promise<unknown>): void {
		const before = this.#ends.get(key);
		const end = Promise.allSettled([before, work]).then(() => {
			if (this.#ends.get(key) === end) this.#ends.delete(key);
		});
		this.#ends.set(key, end);
	}

	/** Settles when nothing of the key is under way any more; never rejects. */
	async ended(key: string): Promise<void> {
		await this.#ends.get(key);
	}
}
