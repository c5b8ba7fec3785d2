import { ConfabError, messageOf } from '../support/errors.ts';
import { Database } from './database.ts';
import { IndexedStore } from './indexed-store.ts';
import type { Store } from './store.ts';
import { VolatileStore } from './volatile-store.ts';

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
