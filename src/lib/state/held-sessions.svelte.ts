import type { Session } from '../domain/session.ts';

/** The sessions whose files are at hand until the page is closed, and whose faces may be shown. */
export class HeldSessions {
	#sessions = $state.raw<ReadonlyMap<string, Session>>(new Map());
	#shown = $state.raw<ReadonlySet<string>>(new Set());

	/** The session with its files, or null when it must be dropped again. */
	get(sessionId: string): Session | null {
		return this.#sessions.get(sessionId) ?? null;
	}

	hold(session: Session): void {
		this.#sessions = new Map(this.#sessions).set(session.id, session);
	}

	release(sessionId: string): void {
		const sessions = new Map(this.#sessions);
		sessions.delete(sessionId);
		this.#sessions = sessions;
		this.hideFaces(sessionId);
	}

	/** Whether someone asked to see the faces of this session. Never remembered. */
	facesShown(sessionId: string): boolean {
		return this.#shown.has(sessionId);
	}

	showFaces(sessionId: string): void {
		this.#shown = new Set(this.#shown).add(sessionId);
	}

	hideFaces(sessionId: string): void {
		const shown = new Set(this.#shown);
		shown.delete(sessionId);
		this.#shown = shown;
	}
}
