import type { Edition } from '../domain/edition.ts';
import type { SessionResult } from '../domain/result.ts';
import type { KeptEdition, KeptReference, KeptRun } from '../formats/project/project-session.ts';
import type { SessionRecord } from '../state/client.ts';
import { bytesOf, nameOf, type Store, type StoredSession } from '../store/index.ts';

/**
 * What is stored, and beside it what this page has computed, stored or not. Of two that mean the same
 * the later one holds.
 */
export class KeptSessions {
	readonly #store: () => Promise<Store>;
	/** What this page has computed. */
	readonly own: Store;
	/** Editions (`keyOf`) that the store was the last to be told of: it knows better than this page's memory. */
	readonly #stored = new Set<string>();

	constructor(store: () => Promise<Store>, own: Store) {
		this.#store = store;
		this.own = own;
	}

	/** Where things are kept: in memory, together with what was computed, when nothing outlives this tab. */
	async home(): Promise<Store> {
		const store = await this.#store();
		return store.volatile === null ? store : this.own;
	}

	/** As the library shows them, the latest first. */
	async list(): Promise<readonly SessionRecord[]> {
		const stored = await (await this.#store()).sessions.list();
		const own = await this.own.sessions.list();
		const ids = new Set([...stored, ...own].map(({ sessionId }) => sessionId));
		const find = (from: readonly StoredSession[], id: string): StoredSession | null =>
			from.find(({ sessionId }) => sessionId === id) ?? null;
		return [...ids]
			.flatMap((id) => {
				const [kept, made] = [find(stored, id), find(own, id)];
				const session = this.#merge(kept, made);
				return session ? [recordOf(session, kept ? bytesOf(kept) : 0)] : [];
			})
			.sort((a, b) => b.updatedAt - a.updatedAt);
	}

	/** All that is told of a session without reading it; null when there is none. */
	async session(sessionId: string): Promise<StoredSession | null> {
		const store = await this.#store();
		return this.#merge(await store.sessions.get(sessionId), await this.own.sessions.get(sessionId));
	}

	/** @param runId null for the latest. */
	async run(sessionId: string, runId: string | null): Promise<KeptRun | null> {
		const session = await this.session(sessionId);
		const wanted = runId ?? session?.runs[0]?.runId;
		if (!session || wanted === undefined) return null;
		const store = await this.#store();
		return later(
			await store.runs.get(sessionId, wanted),
			await this.own.runs.get(sessionId, wanted),
			({ finishedAt }) => finishedAt,
		);
	}

	/** The result of a run, under the name that the session has now. */
	async result(sessionId: string, runId: string | null): Promise<SessionResult | null> {
		const [session, run] = await Promise.all([this.session(sessionId), this.run(sessionId, runId)]);
		return session && run && { ...run.result, sessionName: nameOf(session) };
	}

	async edition(sessionId: string, runId: string): Promise<KeptEdition | null> {
		const store = await this.#store();
		// Another tab may have taken back what this page still remembers.
		const outdated = this.#outdates(await store.sessions.get(sessionId), runId);
		return later(
			await store.editions.get(sessionId, runId),
			outdated ? null : await this.own.editions.get(sessionId, runId),
			({ savedAt }) => savedAt,
		);
	}

	/**
	 * Keeps it at hand until the page is closed, and stores it.
	 *
	 * @throws ConfabError `StorageFull` when it is only at hand.
	 */
	async saveEdition(edition: Edition): Promise<void> {
		const key = keyOf(edition.sessionId, edition.runId);
		this.#stored.delete(key);
		await this.own.editions.put(edition);
		const home = await this.home();
		if (home === this.own) return;
		await home.editions.put(edition);
		this.#stored.add(key);
	}

	/** What a person gave, else what came with the session. */
	async reference(sessionId: string): Promise<KeptReference | null> {
		const store = await this.#store();
		const rank = ({ origin, savedAt }: KeptReference): number =>
			savedAt + (origin === 'person' ? Number.MAX_SAFE_INTEGER / 2 : 0);
		return later(
			await store.references.get(sessionId),
			await this.own.references.get(sessionId),
			rank,
		);
	}

	/** Removes it from both; what is stored first, so that a failure leaves it in the list. */
	async delete(sessionId: string): Promise<void> {
		await (await this.#store()).sessions.delete(sessionId);
		await this.own.sessions.delete(sessionId);
	}

	async deleteRun(sessionId: string, runId: string): Promise<void> {
		await (await this.#store()).runs.delete(sessionId, runId);
		await this.own.runs.delete(sessionId, runId);
	}

	async deleteEdition(sessionId: string, runId: string): Promise<void> {
		await (await this.#store()).editions.delete(sessionId, runId);
		await this.own.editions.delete(sessionId, runId);
		this.#stored.add(keyOf(sessionId, runId));
	}

	async rename(sessionId: string, name: string): Promise<void> {
		const store = await this.#store();
		const stored = await store.sessions.get(sessionId);
		await (stored ? store : this.own).sessions.rename(sessionId, name);
	}

	/** Both together; a session that only this page knows counts once a run of it went through. */
	#merge(stored: StoredSession | null, own: StoredSession | null): StoredSession | null {
		if (!own) return stored;
		if (!stored) return own.runs.length > 0 ? own : null;
		const unstored = own.editions.filter(({ runId }) => !this.#outdates(stored, runId));
		return {
			...stored,
			givenName: stored.givenName ?? own.givenName,
			updatedAt: Math.max(stored.updatedAt, own.updatedAt),
			runs: latestOf([...own.runs, ...stored.runs], ({ finishedAt }) => finishedAt),
			editions: latestOf([...unstored, ...stored.editions], ({ savedAt }) => savedAt),
		};
	}

	/** Whether the store's word on a run's edition holds against this page's memory, even if it is "none". */
	#outdates(stored: StoredSession | null, runId: string): boolean {
		if (!stored?.runs.some((run) => run.runId === runId)) return false;
		return this.#stored.has(keyOf(stored.sessionId, runId));
	}
}

function keyOf(sessionId: string, runId: string): string {
	return JSON.stringify([sessionId, runId]);
}

function later<T>(a: T | null, b: T | null, time: (of: T) => number): T | null {
	if (!a || !b) return a ?? b;
	return time(b) >= time(a) ? b : a;
}

/** The latest of each run, the latest first. */
function latestOf<T extends { readonly runId: string }>(all: T[], time: (of: T) => number): T[] {
	const sorted = all.sort((a, b) => time(b) - time(a));
	return sorted.filter(
		({ runId }, place) => sorted.findIndex((other) => other.runId === runId) === place,
	);
}

function recordOf(session: StoredSession, bytes: number): SessionRecord {
	const { sessionId, updatedAt, speakerCount, runs, editions } = session;
	const [latest] = runs;
	return {
		sessionId,
		sessionName: nameOf(session),
		updatedAt,
		durationSeconds: latest?.durationSeconds ?? null,
		speakerCount,
		conversationCount: latest?.conversationCount ?? null,
		complete: latest !== undefined,
		runCount: runs.length,
		recognisers: [...new Set(runs.map(({ settings }) => settings.recogniser))],
		detectors: [
			...new Set(runs.flatMap((run) => (run.peopleFound ? [] : [run.settings.detector]))),
		],
		edited: editions.length > 0,
		scores: latest?.scores ?? null,
		bytes,
	};
}
