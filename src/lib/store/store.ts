import type { SessionResult } from '../domain/result.ts';
import type { Session } from '../domain/session.ts';
import { ConfabError, messageOf } from '../support/errors.ts';
import { Database, type StoredSession } from './database.ts';
import { parseStoredResult, parseStoredSession } from './record-schema.ts';
import { parseSessionResult } from './session-result-schema.ts';

/** Results of single stages, by key. */
export interface Results {
	/** What was put under the key, or undefined. To be parsed by the caller. */
	get(key: string): Promise<unknown>;
	/**
	 * Stores a result and marks its session as worked on, in one transaction.
	 * @throws ConfabError `StorageFull`.
	 */
	put(key: string, value: unknown, about: { sessionId: string; stage: string }): Promise<void>;
}

/** The library. */
export interface Sessions {
	/** Notes that a run of this session begins; what is known of it is kept. */
	begin(session: Session): Promise<void>;
	/** The latest first. */
	list(): Promise<readonly StoredSession[]>;
	/** Removes the session and everything that was computed for it. */
	delete(sessionId: string): Promise<void>;
}

/** What became of whole sessions. */
export interface Outcomes {
	/** @throws ConfabError `StorageFull`. */
	put(result: SessionResult): Promise<void>;
	/** The latest, or null; one of an older form counts as absent and is removed. */
	get(sessionId: string): Promise<SessionResult | null>;
}

/** Small things by key. */
export interface KeyValues {
	get(key: string): Promise<unknown>;
	set(key: string, value: unknown): Promise<void>;
}

export interface Store {
	/** Why nothing outlives this tab, or null when everything does. */
	readonly volatile: string | null;
	readonly results: Results;
	readonly sessions: Sessions;
	readonly outcomes: Outcomes;
	readonly checks: KeyValues;
	close(): Promise<void>;
}

/** Job state must be on disk before the next step counts on it. */
const strict = { durability: 'strict' } as const;

/** The store in IndexedDB. */
export class IndexedStore implements Store {
	readonly volatile = null;
	readonly results: Results;
	readonly sessions: Sessions;
	readonly outcomes: Outcomes;
	readonly checks: KeyValues;
	readonly #database: Database;

	constructor(database: Database, now: () => number = () => Date.now()) {
		this.#database = database;
		this.results = {
			get: async (key) =>
				parseStoredResult(await database.use((db) => db.get('results', key)))?.value,
			put: (key, value, { sessionId, stage }) =>
				database.use(async (db) => {
					const transaction = db.transaction(['results', 'sessions'], 'readwrite', strict);
					const sessions = transaction.objectStore('sessions');
					const session = parseStoredSession(await sessions.get(sessionId));
					await Promise.all([
						transaction.objectStore('results').put({ sessionId, stage, value }, key),
						session && sessions.put({ ...session, updatedAt: now() }),
						transaction.done,
					]);
				}),
		};
		this.sessions = {
			begin: ({ id, name, speakers }) =>
				database.use(async (db) => {
					const transaction = db.transaction('sessions', 'readwrite', strict);
					const known = parseStoredSession(await transaction.store.get(id));
					const fresh = { durationSeconds: null, conversationCount: null, complete: false };
					await Promise.all([
						transaction.store.put({
							...fresh,
							...known,
							sessionId: id,
							sessionName: name,
							speakerCount: speakers.length,
							updatedAt: now(),
						}),
						transaction.done,
					]);
				}),
			list: async () => {
				const rows: unknown[] = await database.use((db) => db.getAll('sessions'));
				const known = rows.map(parseStoredSession).filter((session) => session !== null);
				return known.sort((a, b) => b.updatedAt - a.updatedAt);
			},
			delete: (sessionId) =>
				database.use(async (db) => {
					const stores = ['results', 'sessions', 'outcomes'] as const;
					const transaction = db.transaction(stores, 'readwrite', strict);
					const results = transaction.objectStore('results');
					const keys = await results.index('sessionId').getAllKeys(sessionId);
					await Promise.all([
						...keys.map((key) => results.delete(key)),
						transaction.objectStore('sessions').delete(sessionId),
						transaction.objectStore('outcomes').delete(sessionId),
						transaction.done,
					]);
				}),
		};
		this.outcomes = {
			put: (result) =>
				database.use(async (db) => {
					const transaction = db.transaction(['sessions', 'outcomes'], 'readwrite', strict);
					await Promise.all([
						transaction.objectStore('sessions').put(recordOf(result, now())),
						transaction.objectStore('outcomes').put(result, result.sessionId),
						transaction.done,
					]);
				}),
			get: async (sessionId) => {
				const stored = await database.use((db) => db.get('outcomes', sessionId));
				const result = parseSessionResult(stored);
				if (stored !== undefined && result === null) {
					await database.use((db) => db.delete('outcomes', sessionId));
				}
				return result;
			},
		};
		this.checks = {
			get: (key) => database.use((db) => db.get('checks', key)),
			set: async (key, value) => {
				await database.use((db) => db.put('checks', value, key));
			},
		};
	}

	close(): Promise<void> {
		return this.#database.close();
	}
}

function recordOf(result: SessionResult, updatedAt: number): StoredSession {
	return {
		sessionId: result.sessionId,
		sessionName: result.sessionName,
		updatedAt,
		durationSeconds: result.durationSeconds,
		speakerCount: result.speakers.length,
		conversationCount: new Set(result.conversations.clusters.values()).size,
		complete: true,
	};
}

/** Keeps everything in memory: for browsers that store nothing. Its owner says so to the user. */
export class VolatileStore implements Store {
	readonly volatile: string;
	readonly #results = new Map<string, { sessionId: string; value: unknown }>();
	readonly #sessions = new Map<string, StoredSession>();
	readonly #outcomes = new Map<string, SessionResult>();
	readonly #checks = new Map<string, unknown>();

	constructor(reason: string) {
		this.volatile = reason;
	}

	readonly results: Results = {
		get: (key) => Promise.resolve(this.#results.get(key)?.value),
		put: (key, value, { sessionId }) => {
			this.#results.set(key, { sessionId, value });
			return Promise.resolve();
		},
	};
	readonly sessions: Sessions = {
		begin: ({ id, name, speakers }) => {
			const fresh = { durationSeconds: null, conversationCount: null, complete: false };
			const known = this.#sessions.get(id) ?? fresh;
			this.#sessions.set(id, {
				...known,
				sessionId: id,
				sessionName: name,
				speakerCount: speakers.length,
				updatedAt: Date.now(),
			});
			return Promise.resolve();
		},
		list: () =>
			Promise.resolve([...this.#sessions.values()].sort((a, b) => b.updatedAt - a.updatedAt)),
		delete: (sessionId) => {
			this.#sessions.delete(sessionId);
			this.#outcomes.delete(sessionId);
			for (const [key, result] of this.#results) {
				if (result.sessionId === sessionId) this.#results.delete(key);
			}
			return Promise.resolve();
		},
	};
	readonly outcomes: Outcomes = {
		put: (result) => {
			this.#outcomes.set(result.sessionId, result);
			this.#sessions.set(result.sessionId, recordOf(result, Date.now()));
			return Promise.resolve();
		},
		get: (sessionId) => Promise.resolve(this.#outcomes.get(sessionId) ?? null),
	};
	readonly checks: KeyValues = {
		get: (key) => Promise.resolve(this.#checks.get(key)),
		set: (key, value) => {
			this.#checks.set(key, value);
			return Promise.resolve();
		},
	};

	close(): Promise<void> {
		return Promise.resolve();
	}
}

/**
 * Opens the store, in IndexedDB. Where the browser has none for this page (private mode, storage
 * switched off, no room even to begin), results live in memory and `volatile` says why.
 * @throws ConfabError `Busy` when another tab keeps an older version of the database open.
 */
export async function openStore(name = 'confab'): Promise<Store> {
	const database = new Database(name);
	try {
		await database.use((db) => db.count('sessions'));
		return new IndexedStore(database);
	} catch (error) {
		if (error instanceof ConfabError && error.code === 'Busy') throw error;
		const kept = 'so results are gone when the tab closes.';
		if (error instanceof ConfabError)
			return new VolatileStore(`${error.message} Until then nothing is kept, ${kept}`);
		return new VolatileStore(
			`This browser keeps nothing for this page (${messageOf(error)}), ${kept} Private windows do that.`,
		);
	}
}
