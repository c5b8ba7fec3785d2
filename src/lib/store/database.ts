import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { ConfabError, messageOf } from '../support/errors.ts';

/** One line of the library: a session that has been run before, wholly or in part. */
export interface StoredSession {
	readonly sessionId: string;
	readonly sessionName: string;
	/** When something of it was last stored, in milliseconds since 1970. */
	readonly updatedAt: number;
	/** Length of the recording, or null when it is not known yet. */
	readonly durationSeconds: number | null;
	readonly speakerCount: number;
	/** Null until a run went through. */
	readonly conversationCount: number | null;
	/** Whether there is an outcome: false for a run that was cancelled or cut short. */
	readonly complete: boolean;
}

/** A result as it lies in the database; `value` is parsed by whoever asks for it. */
export interface StoredResult {
	readonly sessionId: string;
	readonly stage: string;
	readonly value: unknown;
}

export interface ConfabSchema extends DBSchema {
	/** Of single stages, by key. */
	results: { key: string; value: StoredResult; indexes: { sessionId: string } };
	sessions: { key: string; value: StoredSession };
	/** The latest outcome of each session, by its id. */
	outcomes: { key: string; value: unknown };
	/** Outcomes of models' self-checks, by model and provider. */
	checks: { key: string; value: unknown };
}

export type ConfabDatabase = IDBPDatabase<ConfabSchema>;

/** Raise it with every change of the schema, and add the step to `upgrade`. */
const schemaVersion = 1;

/**
 * The database, opened when it is first needed and again after the browser closed it or a newer
 * version of the app asked for it.
 */
export class Database {
	readonly #name: string;
	#open: Promise<ConfabDatabase> | null = null;

	constructor(name: string) {
		this.#name = name;
	}

	/** Runs one piece of work. @throws ConfabError `StorageFull` when the browser stores no more. */
	async use<T>(work: (database: ConfabDatabase) => Promise<T>): Promise<T> {
		this.#open ??= this.#connect();
		try {
			return await work(await this.#open);
		} catch (error) {
			throw asStorageError(error);
		}
	}

	async close(): Promise<void> {
		const open = this.#open;
		this.#open = null;
		(await open?.catch(() => null))?.close();
	}

	#connect(): Promise<ConfabDatabase> {
		const forget = (): void => {
			this.#open = null;
		};
		const opening = openDB<ConfabSchema>(this.#name, schemaVersion, {
			upgrade(database, from) {
				if (from < 1) {
					const results = database.createObjectStore('results');
					results.createIndex('sessionId', 'sessionId');
					database.createObjectStore('sessions', { keyPath: 'sessionId' });
					database.createObjectStore('outcomes');
					database.createObjectStore('checks');
				}
			},
			// A newer version of the app in another tab must not wait for this one.
			blocking(_from, _to, event) {
				forget();
				(event.target as IDBDatabase).close();
			},
			terminated: forget,
		});
		opening.catch(forget);
		return opening;
	}
}

function asStorageError(error: unknown): unknown {
	if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') return error;
	return new ConfabError(
		'StorageFull',
		`The browser stores no more for this page (${messageOf(error)}). Delete past sessions or free disk space.`,
		{ cause: error },
	);
}
