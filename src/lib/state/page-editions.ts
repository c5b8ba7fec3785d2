import type { Edition } from '../domain/edition.ts';

/** What the results that one page opens, one after the other, must know of each other's editions. */
export class PageEditions {
	/** Tells the page's own messages from those of other tabs. Needs no secure context. */
	readonly pageId = crypto.getRandomValues(new Uint32Array(4)).join('-');
	readonly #leaving = new Map<string, Promise<void>>();
	/** By session and run. */
	readonly #unanswered = new Map<string, Map<string, Edition>>();

	/** Whether something would be lost with the page that nobody has decided about. */
	get unanswered(): boolean {
		return this.#unanswered.size > 0;
	}

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

	/** Keeps changes that were left while another tab's stood against them. */
	setAside(edition: Edition): void {
		const ofSession = this.#unanswered.get(edition.sessionId) ?? new Map<string, Edition>();
		this.#unanswered.set(edition.sessionId, ofSession.set(edition.runId, edition));
	}

	/** What was set aside, which is then kept here no more; null where nothing was. */
	takeBack(sessionId: string, runId: string): Edition | null {
		const ofSession = this.#unanswered.get(sessionId);
		const edition = ofSession?.get(runId) ?? null;
		ofSession?.delete(runId);
		if (ofSession?.size === 0) this.#unanswered.delete(sessionId);
		return edition;
	}

	/** Nothing of the session is needed any more. */
	forget(sessionId: string): void {
		this.#unanswered.delete(sessionId);
	}
}
