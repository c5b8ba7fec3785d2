import type { Edition } from '../domain/edition.ts';
import { WorkUnderWay } from '../support/work-under-way.ts';

/** Why changes are not stored: another tab's stand against them, or the browser could not store them. */
export type UnsavedCause = 'unanswered' | 'unstored';

/** Changes that are on this page alone. */
export interface UnsavedEdition {
	readonly edition: Edition;
	readonly cause: UnsavedCause;
}

/** What the results that one page opens, one after the other, must know of each other's editions. */
export class PageEditions {
	/** Tells the page's own messages from those of other tabs. Needs no secure context. */
	readonly pageId = crypto.getRandomValues(new Uint32Array(4)).join('-');
	readonly #leaving = new WorkUnderWay();
	/** By session and run. */
	readonly #unsaved = new Map<string, Map<string, UnsavedEdition>>();

	/** Whether changes of a result that was left would be lost with the page. */
	get unsaved(): boolean {
		return this.#unsaved.size > 0;
	}

	/** Remembers that an edition of the session that was left is still being stored. */
	leave(sessionId: string, stored: Promise<void>): void {
		this.#leaving.add(sessionId, stored);
	}

	/** Settles when all that was left of the session is stored. */
	async settled(sessionId: string): Promise<void> {
		await this.#leaving.ended(sessionId);
	}

	/** Keeps changes that were left unsaved. */
	setAside(edition: Edition, cause: UnsavedCause): void {
		const { sessionId, runId } = edition;
		const ofSession = this.#unsaved.get(sessionId) ?? new Map<string, UnsavedEdition>();
		this.#unsaved.set(sessionId, ofSession.set(runId, { edition, cause }));
	}

	/** What was set aside, which is then kept here no more; null where nothing was. */
	takeBack(sessionId: string, runId: string): UnsavedEdition | null {
		const ofSession = this.#unsaved.get(sessionId);
		const unsaved = ofSession?.get(runId) ?? null;
		ofSession?.delete(runId);
		if (ofSession?.size === 0) this.#unsaved.delete(sessionId);
		return unsaved;
	}

	/** Nothing of the session is needed any more. */
	forget(sessionId: string): void {
		this.#unsaved.delete(sessionId);
	}
}
