import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { fakeSession } from '../../../tests/fixtures/fake-session.ts';
import { Database } from './database.ts';
import { IndexedStore } from './indexed-store.ts';
import { openStore } from './open-store.ts';

let made = 0;

/** A store of its own for each test. */
function freshStore(now?: () => number): IndexedStore {
	return new IndexedStore(new Database(`database-test-${made++}`), now);
}

const session = fakeSession('party', 'party-id');

describe('the database', () => {
	test('a result and the time of its session are written together', async () => {
		let time = 1000;
		const store = freshStore(() => time);
		await store.sessions.begin(session);
		time = 2000;
		await store.results.put('a', 1, { sessionId: 'party-id', stage: 'lips' });
		expect(await store.sessions.list()).toMatchObject([{ updatedAt: 2000 }]);
	});

	test('a line of the library of another form is not listed, and the next run mends it', async () => {
		const name = `database-test-${made++}`;
		const store = await openStore(name);
		await store.close();
		const raw = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open(name);
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(new Error('not opened'));
		});
		raw.transaction('sessions', 'readwrite').objectStore('sessions').put({ sessionId: 'party-id' });
		raw.close();
		expect(await store.sessions.list()).toEqual([]);
		await store.sessions.begin(session);
		expect(await store.sessions.list()).toMatchObject([{ folderName: 'party', runs: [] }]);
	});

	test('work is done again when the connection went away under it', async () => {
		const database = new Database(`database-test-${made++}`);
		let tries = 0;
		const count = await database.use(async (db) => {
			tries += 1;
			if (tries === 1) {
				await database.close();
				throw new DOMException('The database connection is closing.', 'InvalidStateError');
			}
			return db.count('sessions');
		});
		expect([count, tries]).toEqual([0, 2]);
	});

	test('under a newer version of the app nothing is stored, and it says why', async () => {
		const name = `database-test-${made++}`;
		const store = await openStore(name);
		const newer = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open(name, 99);
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(new Error('not opened'));
		});
		await expect(store.checks.set('a', 1)).rejects.toMatchObject({ code: 'StorageFull' });
		expect((await openStore(name)).volatile).toContain('newer version');
		newer.close();
	});

	test('another tab that does not let go of an older version is told of', async () => {
		const name = `database-test-${made++}`;
		const stubborn = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open(name, 1);
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(new Error('not opened'));
		});
		const update = new Database(name, 2);
		await expect(update.use((db) => db.count('sessions'))).rejects.toMatchObject({ code: 'Busy' });
		stubborn.close();
	});

	test('opens again after it was closed', async () => {
		const name = `database-test-${made++}`;
		const first = await openStore(name);
		await first.checks.set('a', 1);
		await first.close();
		expect(await first.checks.get('a')).toBe(1);
		const second = await openStore(name);
		expect(await second.checks.get('a')).toBe(1);
	});

	test('gives way to a newer version of the app', async () => {
		const name = `database-test-${made++}`;
		const store = await openStore(name);
		await store.checks.set('a', 1);
		const newer = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open(name, 99);
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(new Error('not opened'));
			request.onblocked = () => reject(new Error('blocked'));
		});
		expect(newer.version).toBe(99);
		newer.close();
	});

	test('a full disk has its code', async () => {
		const database = new Database(`database-test-${made++}`);
		const full = database.use(() => {
			throw new DOMException('no room', 'QuotaExceededError');
		});
		await expect(full).rejects.toMatchObject({ code: 'StorageFull' });
	});
});

test('without IndexedDB the store lives in memory and says why', async () => {
	const { indexedDB } = globalThis;
	Reflect.deleteProperty(globalThis, 'indexedDB');
	try {
		const store = await openStore('none');
		expect(store.volatile).toContain('keeps nothing');
		await store.checks.set('a', 1);
		expect(await store.checks.get('a')).toBe(1);
	} finally {
		Object.defineProperty(globalThis, 'indexedDB', { value: indexedDB, configurable: true });
	}
});
