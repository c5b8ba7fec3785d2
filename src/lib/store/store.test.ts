import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { fakeResult, fakeSession } from '../../../tests/fixtures/fake-session.ts';
import type { Edition } from '../domain/edition.ts';
import { runIdOf } from '../domain/run-id.ts';
import type { Labels } from '../domain/session.ts';
import { defaultSettings, type RunSettings } from '../domain/settings.ts';
import { firstEdition } from '../editing/first-edition.ts';
import { Database } from './database.ts';
import { IndexedStore } from './indexed-store.ts';
import { bytesOf, nameOf } from './session-entry.ts';
import type { Store } from './store.ts';
import { VolatileStore } from './volatile-store.ts';

let made = 0;

const session = fakeSession('party', 'party-id');
const result = fakeResult(session);
const runId = runIdOf(defaultSettings);
const greedy: RunSettings = { ...defaultSettings, decoding: 'greedy' };
const otherRunId = runIdOf(greedy);
const edition: Edition = {
	...firstEdition(result),
	speakerNames: new Map([['spk_0', 'Ada']]),
	conversationNames: new Map([[1, 'At the window']]),
};
const dropped: Labels = {
	conversations: null,
	transcripts: new Map([['spk_0', [{ startSeconds: 1, endSeconds: 2, text: 'hello' }]]]),
};

/** A clock that goes on by a second each time. */
function seconds(): () => number {
	let now = 0;
	return () => (now += 1000);
}

const kinds: [string, () => Store][] = [
	['in IndexedDB', () => new IndexedStore(new Database(`store-test-${made++}`), seconds())],
	['in memory', () => new VolatileStore('a private window', seconds())],
];

describe.each(kinds)('a store %s', (_kind, make) => {
	test('gives back what was put, and nothing for another key', async () => {
		const store = make();
		const value = { frameStart: 3, scores: new Float32Array([1, 2]) };
		await store.sessions.begin(session);
		await store.results.put('activity/a', value, { sessionId: 'party-id', stage: 'activity' });
		expect(await store.results.get('activity/a')).toEqual(value);
		expect(await store.results.get('activity/b')).toBeUndefined();
	});

	test('lists a session from its first run on, and its run when there is one', async () => {
		const store = make();
		await store.sessions.begin(session);
		expect(await store.sessions.list()).toMatchObject([{ sessionId: 'party-id', runs: [] }]);
		expect(await store.runs.get('party-id', runId)).toBeNull();
		await store.runs.put(result, session.labels);
		expect(await store.runs.get('party-id', runId)).toEqual({ result, finishedAt: 2000 });
		await store.sessions.begin(session);
		const [listed] = await store.sessions.list();
		expect(listed).toMatchObject({
			speakerCount: 6,
			updatedAt: 3000,
			runs: [{ runId, durationSeconds: 64, conversationCount: 3, scores: { f1: 1 } }],
		});
		expect(await store.sessions.get('party-id')).toEqual(listed);
		expect(await store.sessions.get('nobody')).toBeNull();
	});

	test('keeps runs of other settings, and the later one of the same', async () => {
		const store = make();
		await store.runs.put(result, null);
		await store.runs.put(fakeResult(session, greedy), null);
		const again = { ...result, durationSeconds: 65 };
		await store.runs.put(again, null);
		const { runs } = (await store.sessions.get('party-id')) ?? {};
		expect(runs?.map((run) => [run.runId, run.durationSeconds])).toEqual([
			[runId, 65],
			[otherRunId, 64],
		]);
		expect((await store.runs.get('party-id', runId))?.result).toEqual(again);
		await store.editions.put(edition);
		await store.runs.delete('party-id', runId);
		expect(await store.runs.get('party-id', runId)).toBeNull();
		expect(await store.editions.get('party-id', runId)).toBeNull();
		expect(await store.runs.get('party-id', otherRunId)).not.toBeNull();
		expect(await store.sessions.get('party-id')).toMatchObject({
			runs: [{ runId: otherRunId }],
			editions: [],
		});
	});

	test('keeps what a person made of a run, until it is deleted', async () => {
		const store = make();
		await store.runs.put(result, null);
		await store.editions.put(edition);
		expect(await store.editions.get('party-id', runId)).toEqual({ edition, savedAt: 2000 });
		const renamed = { ...edition, speakerNames: new Map([['spk_0', 'Grace']]) };
		await store.editions.put(renamed);
		expect((await store.editions.get('party-id', runId))?.edition).toEqual(renamed);
		expect(await store.sessions.get('party-id')).toMatchObject({
			updatedAt: 3000,
			editions: [{ runId, savedAt: 3000 }],
		});
		// Another run with the same settings does not cost what was made of the first.
		await store.runs.put(result, null);
		expect((await store.editions.get('party-id', runId))?.edition).toEqual(renamed);
		await store.editions.delete('party-id', runId);
		expect(await store.editions.get('party-id', runId)).toBeNull();
		expect((await store.sessions.get('party-id'))?.editions).toEqual([]);
	});

	test('labels that came with a session are its reference, unless a person gave others', async () => {
		const store = make();
		await store.runs.put(result, null);
		expect(await store.references.get('party-id')).toBeNull();
		await store.runs.put(result, session.labels);
		expect(await store.references.get('party-id')).toMatchObject({
			labels: session.labels,
			origin: 'session',
		});
		await store.runs.put(result, null);
		expect((await store.references.get('party-id'))?.labels).toEqual(session.labels);
		await store.references.put('party-id', dropped);
		await store.runs.put(result, session.labels);
		expect(await store.references.get('party-id')).toMatchObject({
			labels: dropped,
			origin: 'person',
		});
	});

	test('a name that a person gave stays through later runs', async () => {
		const store = make();
		await store.sessions.rename('party-id', 'too early');
		expect(await store.sessions.list()).toEqual([]);
		await store.runs.put(result, null);
		await store.sessions.rename('party-id', 'Birthday');
		await store.sessions.begin({ ...session, name: 'party (copy)' });
		await store.runs.put({ ...result, sessionName: 'party (copy)' }, null);
		const stored = await store.sessions.get('party-id');
		expect(stored && nameOf(stored)).toBe('Birthday');
		expect(stored?.folderName).toBe('party (copy)');
	});

	test('says how much there is of a session', async () => {
		const store = make();
		await store.sessions.begin(session);
		const about = { sessionId: 'party-id', stage: 'activity' };
		await store.results.put('a', new Float32Array(1000), about);
		await store.results.put('a', new Float32Array(500), about);
		await store.results.put('b', new Float32Array(10), about);
		const bytes = async () => {
			const stored = await store.sessions.get('party-id');
			return stored ? bytesOf(stored) : 0;
		};
		expect(await bytes()).toBe(2040);
		await store.runs.put(result, null);
		const withRun = await bytes();
		// Six speakers with 25 floats a second.
		expect(withRun).toBeGreaterThan(2040 + 6 * 64 * 25 * 4);
		await store.editions.put(edition);
		const withEdition = await bytes();
		expect(withEdition).toBeGreaterThan(withRun + 1000);
		await store.references.put('party-id', dropped);
		expect(await bytes()).toBeGreaterThan(withEdition);
		await store.runs.delete('party-id', runId);
		expect(await bytes()).toBeLessThan(withRun);
	});

	test('a deleted session is really gone, another one stays', async () => {
		const store = make();
		await store.sessions.begin(session);
		await store.runs.put(result, session.labels);
		await store.runs.put({ ...result, sessionId: 'party-id2' }, session.labels);
		await store.editions.put(edition);
		await store.results.put('a', 1, { sessionId: 'party-id', stage: 'lips' });
		await store.sessions.begin({ ...session, id: 'other' });
		await store.results.put('b', 2, { sessionId: 'other', stage: 'lips' });
		await store.sessions.delete('party-id');
		const left = (await store.sessions.list()).map(({ sessionId }) => sessionId);
		expect(left.sort()).toEqual(['other', 'party-id2']);
		expect(await store.runs.get('party-id', runId)).toBeNull();
		expect(await store.editions.get('party-id', runId)).toBeNull();
		expect(await store.references.get('party-id')).toBeNull();
		expect(await store.results.get('a')).toBeUndefined();
		expect(await store.results.get('b')).toBe(2);
		expect(await store.runs.get('party-id2', runId)).not.toBeNull();
		expect(await store.references.get('party-id2')).not.toBeNull();
	});

	test('takes in what is not there, and leaves what is', async () => {
		const store = make();
		const incoming = {
			sessionId: 'party-id',
			folderName: 'party',
			givenName: 'Birthday',
			runs: [
				{ result, finishedAt: 100 },
				{ result: fakeResult(session, greedy), finishedAt: 50 },
			],
			editions: [{ edition, savedAt: 200 }],
			reference: { labels: dropped, origin: 'person', savedAt: 150 },
		} as const;
		expect(await store.sessions.take(incoming)).toBe(false);
		expect(await store.sessions.get('party-id')).toMatchObject({
			givenName: 'Birthday',
			updatedAt: 200,
			speakerCount: 6,
			runs: [{ runId }, { runId: otherRunId }],
			editions: [{ runId, savedAt: 200 }],
		});
		expect(await store.runs.get('party-id', runId)).toEqual(incoming.runs[0]);
		expect(await store.editions.get('party-id', runId)).toEqual(incoming.editions[0]);
		expect(await store.references.get('party-id')).toEqual(incoming.reference);

		// Once more, with everything different: nothing changes but for the run that is new.
		const before = await store.sessions.get('party-id');
		const another = fakeResult(session, { ...greedy, recogniser: 'another' });
		const later = {
			...incoming,
			givenName: 'Not this',
			runs: [
				{ result: { ...result, durationSeconds: 1 }, finishedAt: 900 },
				{ result: another, finishedAt: 10 },
			],
			editions: [{ edition: { ...edition, speakerNames: new Map() }, savedAt: 901 }],
			reference: { ...incoming.reference, labels: { ...dropped, transcripts: new Map() } },
		};
		expect(await store.sessions.take(later)).toBe(true);
		expect(await store.runs.get('party-id', runId)).toEqual(incoming.runs[0]);
		expect(await store.editions.get('party-id', runId)).toEqual(incoming.editions[0]);
		expect(await store.references.get('party-id')).toEqual(incoming.reference);
		const after = await store.sessions.get('party-id');
		expect(after).toMatchObject({ ...before, runs: [{ runId }, { runId: otherRunId }, {}] });
		expect(after?.runs[2]?.settings.recogniser).toBe('another');
	});

	test('what a person made elsewhere of a run that is here is taken in', async () => {
		const store = make();
		await store.runs.put(result, null);
		const incoming = {
			...{ sessionId: 'party-id', folderName: 'party', givenName: null, reference: null },
			runs: [{ result: { ...result, durationSeconds: 1 }, finishedAt: 100 }],
			editions: [{ edition, savedAt: 200 }],
		};
		expect(await store.sessions.take(incoming)).toBe(true);
		expect((await store.runs.get('party-id', runId))?.result).toEqual(result);
		expect(await store.editions.get('party-id', runId)).toEqual({ edition, savedAt: 200 });
	});

	test('remembers checks', async () => {
		const store = make();
		expect(await store.checks.get('model webgpu')).toBeUndefined();
		await store.checks.set('model webgpu', { passed: false });
		expect(await store.checks.get('model webgpu')).toEqual({ passed: false });
	});
});

describe('what cannot be read counts as absent', () => {
	const key: [string, string] = ['party-id', runId];

	test('a run, which is then no longer listed; what was made of it waits for the next', async () => {
		const database = new Database(`store-test-${made++}`);
		const store = new IndexedStore(database);
		await store.runs.put(result, null);
		await store.editions.put(edition);
		await database.use((db) => db.put('runs', { result: { from: 'before' } }, key));
		expect(await store.runs.get(...key)).toBeNull();
		expect((await store.sessions.get('party-id'))?.runs).toEqual([]);
		expect(await database.use((db) => db.count('runs'))).toBe(0);
		expect((await store.editions.get(...key))?.edition).toEqual(edition);
	});

	test('an edition and a reference', async () => {
		const database = new Database(`store-test-${made++}`);
		const store = new IndexedStore(database);
		await database.use((db) => db.put('editions', { edition: { ...edition, cues: 7 } }, key));
		await database.use((db) => db.put('references', { labels: dropped }, 'party-id'));
		expect(await store.editions.get(...key)).toBeNull();
		expect(await store.references.get('party-id')).toBeNull();
	});

	test('an entry of the library, which the next run makes anew from the runs', async () => {
		const database = new Database(`store-test-${made++}`);
		const store = new IndexedStore(database);
		await store.runs.put(result, null);
		await store.editions.put(edition);
		await database.use((db) => db.put('sessions', { sessionId: 'party-id' }));
		expect(await store.sessions.list()).toEqual([]);
		await store.sessions.begin(session);
		expect(await store.sessions.list()).toMatchObject([
			{ folderName: 'party', runs: [{ runId }], editions: [{ runId }] },
		]);
	});
});

describe('in IndexedDB', () => {
	test('nothing is made of what is not stored', async () => {
		const store = new IndexedStore(new Database(`store-test-${made++}`));
		await expect(store.editions.put(edition)).rejects.toMatchObject({ code: 'StorageFull' });
		const labels = store.references.put('party-id', dropped);
		await expect(labels).rejects.toMatchObject({ code: 'StorageFull' });
		expect(await store.sessions.list()).toEqual([]);
		await store.runs.put(result, null);
		await store.editions.put(edition);
	});

	test('a session that is deleted while it runs stays away, and can be run again', async () => {
		const database = new Database(`store-test-${made++}`);
		const [worker, page] = [new IndexedStore(database), new IndexedStore(database)];
		const about = { sessionId: 'party-id', stage: 'lips' };
		await worker.sessions.begin(session);
		await worker.results.put('a', 1, about);
		await page.sessions.delete('party-id');
		await expect(worker.results.put('b', 2, about)).rejects.toMatchObject({ code: 'StorageFull' });
		const run = worker.runs.put(result, session.labels);
		await expect(run).rejects.toMatchObject({ code: 'StorageFull' });
		for (const table of ['results', 'sessions', 'runs', 'editions', 'references'] as const) {
			expect([table, await database.use((db) => db.count(table))]).toEqual([table, 0]);
		}
		await worker.sessions.begin(session);
		await worker.results.put('b', 2, about);
		await worker.runs.put(result, session.labels);
		expect(await page.sessions.list()).toMatchObject([{ runs: [{ runId }] }]);
	});

	test('what fails half way leaves everything as it was', async () => {
		const store = new IndexedStore(new Database(`store-test-${made++}`));
		await store.runs.put(result, null);
		const before = await store.sessions.get('party-id');
		// Functions cannot be stored.
		const broken = { ...result, problems: [() => undefined] } as unknown as typeof result;
		await expect(store.runs.put(broken, null)).rejects.toThrow();
		expect(await store.sessions.get('party-id')).toEqual(before);
		expect((await store.runs.get('party-id', runId))?.result).toEqual(result);
	});
});
