import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { SessionResult } from '../domain/result.ts';
import type { Session } from '../domain/session.ts';
import { defaultSettings } from '../domain/settings.ts';
import { Database } from './database.ts';
import { IndexedStore, VolatileStore, openStore, type Store } from './store.ts';

let made = 0;

/** A store of its own for each test. */
function freshStore(now?: () => number): IndexedStore {
	return new IndexedStore(new Database(`store-test-${made++}`), now);
}

const session: Session = {
	name: 'party',
	id: 'party-id',
	centralVideo: null,
	speakers: [],
	labels: null,
	problems: [],
};

const result: SessionResult = {
	sessionId: 'party-id',
	sessionName: 'party',
	durationSeconds: 60,
	settings: defaultSettings,
	speakers: [
		{
			speakerId: 'spk_0',
			uem: { startSeconds: 2, endSeconds: 59 },
			activity: { speakerId: 'spk_0', frameStart: 0, probabilities: new Float32Array([0, 0.5, 1]) },
			segments: [
				{
					speakerId: 'spk_0',
					trackId: 'track_00',
					startSeconds: 1,
					endSeconds: 2,
					meanProbability: 0.75,
				},
			],
			transcript: {
				speakerId: 'spk_0',
				cues: [
					{
						startSeconds: 1,
						endSeconds: 2,
						text: 'hello',
						confidence: 0.9,
						words: [{ startSeconds: 1.1, endSeconds: 1.5, text: 'hello', confidence: 0.9 }],
					},
				],
			},
		},
	],
	conversations: { clusters: new Map([['spk_0', 0]]), evidence: [], confidence: null },
	scores: {
		wer: 0.25,
		f1: null,
		joint: null,
		perSpeaker: new Map([['spk_0', { wer: 0.25, f1: null, joint: null }]]),
		problems: [{ file: 'labels/spk_0.vtt', message: 'is missing' }],
	},
	report: {
		stages: { decode: 1.5 },
		fromStore: [],
		models: [{ id: 'yunet', provider: 'wasm', precision: 'fp32' }],
		seconds: 3,
	},
	problems: [],
};

const kinds: [string, () => Store][] = [
	['in IndexedDB', () => freshStore()],
	['in memory', () => new VolatileStore('a private window')],
];

describe.each(kinds)('a store %s', (_kind, make) => {
	test('gives back what was put, and nothing for another key', async () => {
		const store = make();
		const value = { frameStart: 3, scores: new Float32Array([1, 2]) };
		await store.results.put('activity/a', value, { sessionId: 'party-id', stage: 'activity' });
		expect(await store.results.get('activity/a')).toEqual(value);
		expect(await store.results.get('activity/b')).toBeUndefined();
	});

	test('lists a session from its first run on, and its outcome when there is one', async () => {
		const store = make();
		await store.sessions.begin(session);
		expect(await store.sessions.list()).toMatchObject([
			{ sessionId: 'party-id', complete: false, durationSeconds: null, conversationCount: null },
		]);
		expect(await store.outcomes.get('party-id')).toBeNull();
		await store.outcomes.put(result);
		expect(await store.outcomes.get('party-id')).toEqual(result);
		await store.sessions.begin(session);
		expect(await store.sessions.list()).toMatchObject([
			{ complete: true, durationSeconds: 60, conversationCount: 1 },
		]);
	});

	test('a deleted session is really gone, another one stays', async () => {
		const store = make();
		await store.sessions.begin(session);
		await store.outcomes.put(result);
		await store.results.put('a', 1, { sessionId: 'party-id', stage: 'lips' });
		await store.results.put('b', 2, { sessionId: 'other', stage: 'lips' });
		await store.sessions.delete('party-id');
		expect(await store.sessions.list()).toEqual([]);
		expect(await store.outcomes.get('party-id')).toBeNull();
		expect(await store.results.get('a')).toBeUndefined();
		expect(await store.results.get('b')).toBe(2);
	});

	test('remembers checks', async () => {
		const store = make();
		expect(await store.checks.get('model webgpu')).toBeUndefined();
		await store.checks.set('model webgpu', { passed: false });
		expect(await store.checks.get('model webgpu')).toEqual({ passed: false });
	});
});

describe('the database', () => {
	test('a result and the time of its session are written together', async () => {
		let time = 1000;
		const store = freshStore(() => time);
		await store.sessions.begin(session);
		time = 2000;
		await store.results.put('a', 1, { sessionId: 'party-id', stage: 'lips' });
		expect(await store.sessions.list()).toMatchObject([{ updatedAt: 2000 }]);
	});

	test('an outcome of another form counts as absent', async () => {
		const name = `store-test-${made++}`;
		const database = new Database(name);
		await database.use((db) =>
			db.put('outcomes', { sessionId: 'party-id', from: 'before' }, 'party-id'),
		);
		expect(await new IndexedStore(database).outcomes.get('party-id')).toBeNull();
		expect(await database.use((db) => db.count('outcomes'))).toBe(0);
	});

	test('a line of the library of another form is not listed, and the next run mends it', async () => {
		const name = `store-test-${made++}`;
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
		expect(await store.sessions.list()).toMatchObject([{ sessionName: 'party', complete: false }]);
	});

	test('work is done again when the connection went away under it', async () => {
		const database = new Database(`store-test-${made++}`);
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
		const name = `store-test-${made++}`;
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
		const name = `store-test-${made++}`;
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
		const name = `store-test-${made++}`;
		const first = await openStore(name);
		await first.checks.set('a', 1);
		await first.close();
		expect(await first.checks.get('a')).toBe(1);
		const second = await openStore(name);
		expect(await second.checks.get('a')).toBe(1);
	});

	test('gives way to a newer version of the app', async () => {
		const name = `store-test-${made++}`;
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
		const database = new Database(`store-test-${made++}`);
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
