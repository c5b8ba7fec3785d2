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
	readonly #version: number;
	#open: Promise<ConfabDatabase> | null = null;

	constructor(name: string, version: number = schemaVersion) {
		this.#name = name;
		this.#version = version;
	}

	/**
	 * Runs one piece of work, once more on a new connection when the browser closed the one it was on.
	 * @throws ConfabError `StorageFull` when the browser stores no more, or will not open the database
	 *   (the cause tells which); `Busy` when another tab keeps an older version of it open.
	 */
	async use<T>(work: (database: ConfabDatabase) => Promise<T>): Promise<T> {
		const opening = (this.#open ??= this.#connect());
		try {
			return await work(await opening);
		} catch (error) {
			const closedUnderUs = isNamed(error, 'InvalidStateError') && this.#open !== opening;
			if (!closedUnderUs) throw asStorageError(error);
		}
		try {
			return await work(await (this.#open ??= this.#connect()));
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
		const opening = new Promise<ConfabDatabase>((resolve, reject) => {
			const forget = (): void => {
				if (this.#open === opening) this.#open = null;
			};
			openDB<ConfabSchema>(this.#name, this.#version, {
				upgrade,
				blocked: () => {
					const message = 'Confab was updated, and another tab still has the old version open.';
					reject(new ConfabError('Busy', `${message} Close it, then try again.`));
				},
				// A newer version of the app in another tab must not wait for this one.
				blocking(_from, _to, event) {
					forget();
					(event.target as IDBDatabase).close();
				},
				terminated: forget,
			}).then(resolve, reject);
		});
		opening.catch(() => {
			if (this.#open === opening) this.#open = null;
		});
		return opening;
	}
}

function upgrade(database: ConfabDatabase, from: number): void {
	if (from < 1) {
		const results = database.createObjectStore('results');
		results.createIndex('sessionId', 'sessionId');
		database.createObjectStore('sessions', { keyPath: 'sessionId' });
		database.createObjectStore('outcomes');
		database.createObjectStore('checks');
	}
}

function isNamed(error: unknown, name: string): error is DOMException {
	return error instanceof DOMException && error.name === name;
}

function asStorageError(error: unknown): unknown {
	if (isNamed(error, 'QuotaExceededError')) {
		return new ConfabError(
			'StorageFull',
			`The browser stores no more for this page (${messageOf(error)}). Delete past sessions or free disk space.`,
			{ cause: error },
		);
	}
	if (isNamed(error, 'VersionError')) {
		return new ConfabError(
			'StorageFull',
			'A newer version of Confab keeps its results here. Reload this page to get it.',
			{ cause: error },
		);
	}
	return error;
}
