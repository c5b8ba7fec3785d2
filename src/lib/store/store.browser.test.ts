import { afterEach, expect, test } from 'vitest';
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
	await writer.results.put('activity/a', { frameStart: 7, scores }, about);
	const reader = await anotherTab();
	expect(await reader.results.get('activity/a')).toEqual({ frameStart: 7, scores });
	await reader.sessions.delete('party');
	expect(await writer.results.get('activity/a')).toBeUndefined();
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
	await expect(withJobLock('party', () => Promise.resolve(1))).rejects.toMatchObject({
		code: 'Busy',
	});
	finish();
	await first;
	expect(await withJobLock('party', () => Promise.resolve(2))).toBe(2);
});
