import { openDB } from 'idb';
import { ConfabError, messageOf } from '../support/errors.ts';
import { upgrade } from './migrations.ts';
import { schemaVersion, type ConfabDatabase, type ConfabSchema } from './schema.ts';

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
				upgrade(database, from, _to, transaction) {
					// What goes wrong takes the whole step back, so that the next opening finds the old version.
					transaction.done.catch(() => undefined);
					upgrade(database, from, transaction).catch((error: unknown) => {
						reject(error instanceof Error ? error : new Error(messageOf(error)));
						try {
							transaction.abort();
						} catch {
							// The browser took it back itself.
						}
					});
				},
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
