/** What the results that one page opens, one after the other, must know of each other's editions. */
export class PageEditions {
	/** Tells the page's own messages from those of other tabs. Needs no secure context. */
	readonly pageId = crypto.getRandomValues(new Uint32Array(4)).join('-');
	readonly #leaving = new Map<string, Promise<void>>();

	/** Remembers that an edition of the session that was left is still being stored. */
	leave(sessionId: string, stored: Promise<void>): void {
		const before = this.#leaving.get(sessionId);
		const all = Promise.allSettled([before, stored]).then(() => {
			if (this.#leaving.get(sessionId) === all) this.#leaving.delete(sessionId);
		});
		this.#leaving.set(sessionId, all);
	}

	/** Settles when all that was left of the session is stored. */
	async settled(sessionId: string): Promise<void> {
		await this.#leaving.get(sessionId);
	}
}
