import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Session } from '../domain/session.ts';

/** The sessions whose files are at hand until the page is closed, and whose faces may be shown. */
export class HeldSessions {
	readonly #sessions = new SvelteMap<string, Session>();
	readonly #shown = new SvelteSet<string>();

	/** The session with its files, or null when it must be dropped again. */
	get(sessionId: string): Session | null {
		return this.#sessions.get(sessionId) ?? null;
	}

	hold(session: Session): void {
		this.#sessions.set(session.id, session);
	}

	release(sessionId: string): void {
		this.#sessions.delete(sessionId);
		this.hideFaces(sessionId);
	}

	/** Whether someone asked to see the faces of this session. Never remembered. */
	facesShown(sessionId: string): boolean {
		return this.#shown.has(sessionId);
	}

	showFaces(sessionId: string): void {
		this.#shown.add(sessionId);
	}

	hideFaces(sessionId: string): void {
		this.#shown.delete(sessionId);
	}
}
