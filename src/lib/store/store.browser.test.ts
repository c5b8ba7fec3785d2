import { openDB } from 'idb';
import { afterEach, expect, test } from 'vitest';
import { fakeResult, fakeSession } from '../../../tests/fixtures/fake-session.ts';
import { runIdOf } from '../domain/run-id.ts';
import { firstEdition } from '../editing/first-edition.ts';
import { withJobLock } from './job-lock.ts';
import { openStore } from './open-store.ts';
import type { Store } from './store.ts';

const name = 'store-browser-test';
const open: Store[] = [];

async function anotherTab(): Promise<Store> {
	const store = await openStore(name);
	open.push(store);
	return store;
}

afterEach(async () => {
	await Promise.all(open.splice(0).map((store) => store.close()));
	await new Promise<void>((resolve, reject) => {
		const removal = indexedDB.deleteDatabase(name);
		removal.onsuccess = () => resolve();
		removal.onerror = () => reject(new Error('the database stays'));
	});
});

test('what one tab stored, another reads, numbers to the bit', async () => {
	const writer = await anotherTab();
	expect(writer.volatile).toBeNull();
	const scores = Float32Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
	const about = { sessionId: 'party', stage: 'activity' };
	await writer.sessions.begin(fakeSession('party', 'party'));
	await writer.results.put('activity/a', { frameStart: 7, scores }, about);
	const reader = await anotherTab();
	expect(await reader.results.get('activity/a')).toEqual({ frameStart: 7, scores });
	await reader.sessions.delete('party');
	expect(await writer.results.get('activity/a')).toBeUndefined();
});

test('what is kept of a session comes back whole, and goes whole', async () => {
	const store = await anotherTab();
	const session = fakeSession('party', 'party');
	const result = fakeResult(session);
	const runId = runIdOf(result.settings);
	await store.runs.put(result, session.labels);
	await store.editions.put(firstEdition(result));
	await store.runs.put({ ...result, sessionId: 'party2' }, session.labels);
	const reader = await anotherTab();
	expect((await reader.runs.get('party', runId))?.result).toEqual(result);
	expect((await reader.editions.get('party', runId))?.edition).toEqual(firstEdition(result));
	expect((await reader.references.get('party'))?.labels).toEqual(session.labels);
	await reader.sessions.delete('party');
	expect(await store.runs.get('party', runId)).toBeNull();
	expect(await store.editions.get('party', runId)).toBeNull();
	expect(await store.references.get('party')).toBeNull();
	expect((await store.runs.get('party2', runId))?.result.speakers).toHaveLength(6);
});

test('a database of version 1 opens, and its results are runs', async () => {
	const result = fakeResult(fakeSession('party', 'party'));
	const before = await openDB(name, 1, {
		upgrade(database) {
			database.createObjectStore('results').createIndex('sessionId', 'sessionId');
			database.createObjectStore('sessions', { keyPath: 'sessionId' });
			database.createObjectStore('outcomes');
			database.createObjectStore('checks');
		},
	});
	const entry = { sessionId: 'party', sessionName: 'party', updatedAt: 7, speakerCount: 6 };
	await before.put('sessions', { ...entry, durationSeconds: 64, complete: true });
	await before.put('outcomes', result, 'party');
	before.close();
	const store = await anotherTab();
	expect(store.volatile).toBeNull();
	expect(await store.runs.get('party', runIdOf(result.settings))).toEqual({
		result,
		finishedAt: 7,
	});
});

test('survives its database being taken away, and begins a new one', async () => {
	const store = await anotherTab();
	await store.checks.set('a', 1);
	await new Promise<void>((resolve, reject) => {
		const removal = indexedDB.deleteDatabase(name);
		removal.onsuccess = () => resolve();
		removal.onerror = () => reject(new Error('the database stays'));
		removal.onblocked = () => reject(new Error('the store does not let go'));
	});
	expect(await store.checks.get('a')).toBeUndefined();
	await store.checks.set('a', 2);
	expect(await store.checks.get('a')).toBe(2);
});

test('the browser’s own locks keep a job to one tab', async () => {
	let finish: () => void = () => undefined;
	const first = withJobLock('party', () => new Promise<void>((resolve) => (finish = resolve)));
	await expect.poll(async () => (await navigator.locks.query()).held?.length).toBe(1);
	for (const lockMilliseconds of [0, 50]) {
		const second = withJobLock('party', () => Promise.resolve(1), { lockMilliseconds });
		await expect(second).rejects.toMatchObject({ code: 'Busy' });
	}
	finish();
	await first;
	expect(await withJobLock('party', () => Promise.resolve(2))).toBe(2);
});
