import type { IDBPTransaction } from 'idb';
import { ConfabError } from '../support/errors.ts';
import type { Database } from './database.ts';
import { planImport, referenceAfterRun } from './import-plan.ts';
import {
	parseKeptEdition,
	parseKeptReference,
	parseKeptRun,
	parseStoredResult,
} from './kept-records.ts';
import { recordBytes } from './record-bytes.ts';
import type { ConfabSchema } from './schema.ts';
import {
	begun,
	parseStoredSession,
	withEdition,
	withoutEdition,
	withoutRun,
	withRun,
	type StoredSession,
} from './session-entry.ts';
import type { Editions, KeyValues, References, Results, Runs, Sessions, Store } from './store.ts';

type Table = 'results' | 'sessions' | 'runs' | 'editions' | 'references';
type Writing = IDBPTransaction<ConfabSchema, Table[], 'readwrite'>;

/** What of a session is to change; the entry as it was and, given back, as it is from now on. */
type Change = (
	known: StoredSession | null,
	transaction: Writing,
) => Promise<StoredSession | null> | StoredSession | null;

/** Job state must be on disk before the next step counts on it. */
const strict = { durability: 'strict' } as const;

/** All runs or editions of a session: in the order of keys, a list is behind every text. */
function allOf(sessionId: string): IDBKeyRange {
	return IDBKeyRange.bound([sessionId], [sessionId, []]);
}

function notStored(what: string): ConfabError {
	return new ConfabError(
		'StorageFull',
		`The browser could not store ${what}, so what is made of it is kept in this tab alone. Download it before you close the tab.`,
	);
}

function notListed(): ConfabError {
	return new ConfabError(
		'StorageFull',
		'The library has no entry for this session: it was deleted while it ran, or there was no room for it.',
	);
}

/** The store in IndexedDB. An entry of the library changes in the same transaction as what it tells of. */
export class IndexedStore implements Store {
	readonly volatile = null;
	readonly results: Results;
	readonly sessions: Sessions;
	readonly runs: Runs;
	readonly editions: Editions;
	readonly references: References;
	readonly checks: KeyValues;
	readonly #database: Database;
	/** Sessions that a run has begun here: one of them without an entry was deleted since. */
	readonly #begun = new Set<string>();

	constructor(database: Database, now: () => number = () => Date.now()) {
		this.#database = database;
		this.results = {
			get: async (key) =>
				parseStoredResult(await database.use((db) => db.get('results', key)))?.value,
			put: (key, value, { sessionId, stage }) =>
				this.#change(sessionId, ['results'], async (known, transaction) => {
					// A row that no entry tells of would be there for good.
					if (!known) throw notListed();
					const results = transaction.objectStore('results');
					const before = parseStoredResult(await results.get(key));
					await results.put({ sessionId, stage, value }, key);
					const added = recordBytes(value) - (before ? recordBytes(before.value) : 0);
					return { ...known, updatedAt: now(), stageBytes: known.stageBytes + added };
				}),
		};
		this.sessions = {
			begin: async (session) => {
				await this.#change(session.id, ['runs', 'editions'], async (known, transaction) =>
					begun(known ?? (await entryOf(session.id, transaction)), session, now()),
				);
				this.#begun.add(session.id);
			},
			list: async () => {
				const rows: unknown[] = await database.use((db) => db.getAll('sessions'));
				const known = rows.map(parseStoredSession).filter((session) => session !== null);
				return known.sort((a, b) => b.updatedAt - a.updatedAt);
			},
			get: async (sessionId) =>
				parseStoredSession(await database.use((db) => db.get('sessions', sessionId))),
			rename: (sessionId, name) =>
				this.#change(sessionId, [], (known) => known && { ...known, givenName: name }),
			take: async (incoming) => {
				const { sessionId } = incoming;
				let kept = false;
				await this.#change(
					sessionId,
					['runs', 'editions', 'references'],
					async (known, transaction) => {
						const plan = planImport(known, incoming);
						kept = plan.kept;
						for (const run of plan.runs) {
							const key: [string, string] = [sessionId, run.result.runId];
							await transaction.objectStore('runs').put(run, key);
						}
						for (const kept of plan.editions) {
							await transaction.objectStore('editions').put(kept, [sessionId, kept.edition.runId]);
						}
						if (plan.reference) {
							await transaction.objectStore('references').put(plan.reference, sessionId);
						}
						return plan.session;
					},
				);
				return kept;
			},
			delete: (sessionId) =>
				database.use(async (db) => {
					const tables = ['results', 'sessions', 'runs', 'editions', 'references'] as const;
					const transaction = db.transaction(tables, 'readwrite', strict);
					const results = transaction.objectStore('results');
					const keys = await results.index('sessionId').getAllKeys(sessionId);
					await Promise.all([
						...keys.map((key) => results.delete(key)),
						transaction.objectStore('sessions').delete(sessionId),
						transaction.objectStore('runs').delete(allOf(sessionId)),
						transaction.objectStore('editions').delete(allOf(sessionId)),
						transaction.objectStore('references').delete(sessionId),
						transaction.done,
					]);
				}),
		};
		this.runs = {
			put: (result, labels) => {
				const { sessionId } = result;
				return this.#change(sessionId, ['runs', 'references'], async (known, transaction) => {
					if (!known && this.#begun.has(sessionId)) throw notListed();
					const finishedAt = now();
					const key: [string, string] = [sessionId, result.runId];
					await transaction.objectStore('runs').put({ result, finishedAt }, key);
					const session = withRun(known, result, finishedAt);
					const references = transaction.objectStore('references');
					const reference = referenceAfterRun(
						parseKeptReference(await references.get(sessionId)),
						labels && { labels, origin: 'session', savedAt: finishedAt },
					);
					if (!reference) return session;
					await references.put(reference, sessionId);
					return { ...session, referenceBytes: recordBytes(reference) };
				});
			},
			get: async (sessionId, runId) => {
				const stored = await database.use((db) => db.get('runs', [sessionId, runId]));
				const run = parseKeptRun(stored);
				if (stored !== undefined && run === null) {
					await this.#change(sessionId, ['runs'], async (known, transaction) => {
						await transaction.objectStore('runs').delete([sessionId, runId]);
						return known && { ...known, runs: known.runs.filter((head) => head.runId !== runId) };
					});
				}
				return run;
			},
			delete: (sessionId, runId) =>
				this.#change(sessionId, ['runs', 'editions'], async (known, transaction) => {
					await transaction.objectStore('runs').delete([sessionId, runId]);
					await transaction.objectStore('editions').delete([sessionId, runId]);
					return known && withoutRun(known, runId);
				}),
		};
		this.editions = {
			put: (edition) =>
				this.#change(edition.sessionId, ['editions'], async (known, transaction) => {
					const { sessionId, runId } = edition;
					if (!known?.runs.some((run) => run.runId === runId)) throw notStored('this result');
					const savedAt = now();
					await transaction.objectStore('editions').put({ edition, savedAt }, [sessionId, runId]);
					return withEdition(known, edition, savedAt);
				}),
			get: async (sessionId, runId) =>
				parseKeptEdition(await database.use((db) => db.get('editions', [sessionId, runId]))),
			delete: (sessionId, runId) =>
				this.#change(sessionId, ['editions'], async (known, transaction) => {
					await transaction.objectStore('editions').delete([sessionId, runId]);
					return known && withoutEdition(known, runId);
				}),
		};
		this.references = {
			put: (sessionId, labels) =>
				this.#change(sessionId, ['references'], async (known, transaction) => {
					if (!known) throw notStored('this session');
					const reference = { labels, origin: 'person', savedAt: now() };
					await transaction.objectStore('references').put(reference, sessionId);
					return { ...known, updatedAt: now(), referenceBytes: recordBytes(reference) };
				}),
			get: async (sessionId) =>
				parseKeptReference(await database.use((db) => db.get('references', sessionId))),
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

	/** Changes something of a session and its entry together; what fails leaves both as they were. */
	#change(sessionId: string, tables: readonly Table[], change: Change): Promise<void> {
		return this.#database.use(async (db) => {
			const transaction = db.transaction(['sessions', ...tables], 'readwrite', strict);
			const sessions = transaction.objectStore('sessions');
			try {
				const known = parseStoredSession(await sessions.get(sessionId));
				const session = await change(known, transaction);
				if (session) await sessions.put(session);
			} catch (error) {
				transaction.done.catch(() => undefined);
				abortQuietly(transaction);
				throw error;
			}
			await transaction.done;
		});
	}
}

function abortQuietly(transaction: Writing): void {
	try {
		transaction.abort();
	} catch {
		// The browser took it back itself.
	}
}

/** A session's entry made anew from its runs, where the entry itself cannot be read; null without any. */
async function entryOf(sessionId: string, transaction: Writing): Promise<StoredSession | null> {
	const runs: unknown[] = await transaction.objectStore('runs').getAll(allOf(sessionId));
	const editions: unknown[] = await transaction.objectStore('editions').getAll(allOf(sessionId));
	let session: StoredSession | null = null;
	for (const run of runs.map(parseKeptRun)) {
		if (run) session = withRun(session, run.result, run.finishedAt);
	}
	for (const kept of editions.map(parseKeptEdition)) {
		if (session && kept) session = withEdition(session, kept.edition, kept.savedAt);
	}
	return session;
}
