import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { describe, expect, test } from 'vitest';
import { fakeResult, fakeSession } from '../../../tests/fixtures/fake-session.ts';
import { runIdOf } from '../domain/run-id.ts';
import { defaultSettings } from '../domain/settings.ts';
import { firstEdition } from '../editing/first-edition.ts';
import { openStore, VolatileStore, type Store } from '../store/index.ts';
import { ConfabError } from '../support/errors.ts';
import { KeptSessions } from './kept-sessions.ts';
import { createStudioClient } from './studio-client.ts';

let made = 0;

const session = fakeSession('party', 'party-id');
const result = fakeResult(session);
const runId = runIdOf(defaultSettings);
const greedy = fakeResult(session, { ...defaultSettings, decoding: 'greedy' });
const greedyId = runIdOf(greedy.settings);
const edition = firstEdition(result);

/** A page over a store: what it computes is kept in `own`, and stored where there is room. */
function pageOver(store: Store, now = () => Date.now()) {
	const own = new VolatileStore('The page itself.', now);
	const kept = new KeptSessions(() => Promise.resolve(store), own);
	return { own, kept, client: createStudioClient({ kept }) };
}

async function freshPage() {
	const name = `studio-client-test-${made++}`;
	const store = await openStore(name);
	return { name, store, ...pageOver(store) };
}

/** A store that reads but takes nothing. */
async function fullStore(): Promise<Store> {
	const store = await openStore(`studio-client-test-${made++}`);
	await store.runs.put(result, null);
	const full = (): Promise<never> => Promise.reject(new ConfabError('StorageFull', 'Full.'));
	return {
		volatile: null,
		results: store.results,
		sessions: store.sessions,
		runs: { ...store.runs, put: full },
		editions: { ...store.editions, put: full },
		references: { ...store.references, put: full },
		checks: store.checks,
		close: () => store.close(),
	};
}

describe('runs', () => {
	test('are listed and loaded, the latest first, whether edited', async () => {
		const { store, client } = await freshPage();
		expect(await client.listRuns('party-id')).toEqual([]);
		expect(await client.loadRun('party-id', null)).toBeNull();
		await store.runs.put(result, session.labels);
		await new Promise((later) => setTimeout(later, 2));
		await store.runs.put(greedy, session.labels);
		await client.saveEdition(edition);
		expect(await client.listRuns('party-id')).toMatchObject([
			{ runId: greedyId, settings: { decoding: 'greedy' }, edited: false },
			{ runId, edited: true },
		]);
		expect(await client.loadRun('party-id', null)).toEqual(greedy);
		expect(await client.loadRun('party-id', runId)).toEqual(result);
		expect(await client.loadRun('party-id', 'none')).toBeNull();
		await client.deleteRun('party-id', runId);
		expect(await client.listRuns('party-id')).toHaveLength(1);
		expect(await client.loadEdition('party-id', runId)).toBeNull();
	});

	test('that could not be stored are at hand beside those that are', async () => {
		const { own, kept, client } = pageOver(await fullStore());
		await own.runs.put(greedy, null);
		expect((await client.listRuns('party-id')).map((run) => run.runId)).toEqual([greedyId, runId]);
		expect(await client.loadRun('party-id', null)).toEqual(greedy);
		expect(await kept.list()).toMatchObject([{ runCount: 2, complete: true }]);
		const alone = fakeResult(fakeSession('alone', 'alone-id'));
		await own.runs.put(alone, null);
		expect(await kept.list()).toMatchObject([{ sessionName: 'alone', bytes: 0 }, {}]);
		await kept.delete('alone-id');
		expect(await kept.list()).toHaveLength(1);
	});
});

describe('editions', () => {
	test('the one that was stored last is the latest, of whatever run', async () => {
		const { store, client } = await freshPage();
		await store.runs.put(result, null);
		await store.runs.put(greedy, null);
		expect(await client.latestEdition('party-id')).toBeNull();
		await client.saveEdition(firstEdition(greedy));
		await new Promise((later) => setTimeout(later, 2));
		await client.saveEdition(edition);
		expect(await client.latestEdition('party-id')).toEqual(edition);
		await client.deleteEdition('party-id', runId);
		expect(await client.latestEdition('party-id')).toEqual(firstEdition(greedy));
		expect(await client.loadEdition('party-id', runId)).toBeNull();
	});

	test('another page finds what this one stored, and a later one of its own', async () => {
		const { store, client } = await freshPage();
		await store.runs.put(result, null);
		await client.saveEdition(edition);
		const other = pageOver(store);
		expect(await other.client.loadEdition('party-id', runId)).toEqual(edition);
		await new Promise((later) => setTimeout(later, 2));
		const changed = { ...edition, speakerNames: new Map([['spk_0', 'Ada']]) };
		await other.client.saveEdition(changed);
		expect(await client.loadEdition('party-id', runId)).toEqual(changed);
	});

	test('one that cannot be stored is told of, and stays at hand', async () => {
		const { client } = pageOver(await fullStore());
		await expect(client.saveEdition(edition)).rejects.toMatchObject({ code: 'StorageFull' });
		expect(await client.loadEdition('party-id', runId)).toEqual(edition);
		expect(await client.latestEdition('party-id')).toEqual(edition);
	});

	test('one of a run that this page has not made does not cost the session its name', async () => {
		const { own, kept, client } = pageOver(new VolatileStore('a private window'));
		await client.saveEdition(edition);
		expect(await kept.list()).toEqual([]);
		await own.runs.put(result, null);
		expect(await kept.list()).toMatchObject([{ sessionName: 'party', edited: true }]);
	});

	test('where nothing outlives the tab, they are kept in it without a word', async () => {
		const { own, client } = pageOver(new VolatileStore('a private window'));
		await own.runs.put(result, session.labels);
		await client.saveEdition(edition);
		expect(await client.listRuns('party-id')).toMatchObject([{ runId, edited: true }]);
		const labels = { conversations: null, transcripts: new Map() };
		await client.saveReference('party-id', labels);
		expect(await client.loadReference('party-id')).toEqual(labels);
	});
});

test('labels that a person gave hold against those that come with a later run', async () => {
	const { store, own, client } = await freshPage();
	await store.runs.put(result, session.labels);
	expect(await client.loadReference('party-id')).toEqual(session.labels);
	const labels = { conversations: null, transcripts: new Map() };
	await client.saveReference('party-id', labels);
	await store.runs.put(result, session.labels);
	await own.runs.put(result, session.labels);
	expect(await client.loadReference('party-id')).toEqual(labels);
});

test('a session has its new name everywhere, and keeps it when it is run again', async () => {
	const { store, own, kept, client } = await freshPage();
	await store.runs.put(result, null);
	await client.renameSession('party-id', 'Birthday');
	await store.runs.put(greedy, null);
	await own.runs.put(greedy, null);
	expect((await client.loadRun('party-id', runId))?.sessionName).toBe('Birthday');
	expect((await client.loadRun('party-id', greedyId))?.sessionName).toBe('Birthday');
	expect(await kept.list()).toMatchObject([{ sessionName: 'Birthday' }]);
});

test('the library tells what each session is, and its latest scores', async () => {
	const { store, kept, client } = await freshPage();
	await store.sessions.begin(fakeSession('cut', 'cut-id'));
	await store.runs.put(greedy, null);
	await new Promise((later) => setTimeout(later, 2));
	const settings = { ...defaultSettings, recogniser: 'big', detector: 'embedded' } as const;
	await store.runs.put({ ...result, runId: runIdOf(settings), settings }, null);
	await client.saveEdition(firstEdition(greedy));
	const [party, cut] = await kept.list();
	expect(party).toMatchObject({
		...{ sessionName: 'party', durationSeconds: 64, speakerCount: 6, conversationCount: 3 },
		...{ complete: true, runCount: 2, recognisers: ['big', 'embedded'], edited: true },
		detectors: ['embedded', 'light-asd'],
		scores: { wer: 0.2416, f1: 1, joint: 0.1208 },
	});
	expect(party?.bytes).toBeGreaterThan(2 * 6 * 64 * 25 * 4);
	expect(cut).toMatchObject({ complete: false, runCount: 0, scores: null, durationSeconds: null });
});

test('a deleted session has left no trace in the database', async () => {
	const { name, store, kept, client } = await freshPage();
	await store.sessions.begin(session);
	await store.results.put('a', 1, { sessionId: 'party-id', stage: 'activity' });
	await store.runs.put(result, session.labels);
	await client.saveEdition(edition);
	await kept.delete('party-id');
	await store.close();
	const raw = await openDB(name);
	for (const table of ['results', 'sessions', 'runs', 'editions', 'references']) {
		expect([table, await raw.count(table)]).toEqual([table, 0]);
	}
	raw.close();
	expect(await client.loadEdition('party-id', runId)).toBeNull();
	expect(await client.loadReference('party-id')).toBeNull();
});

describe('a project file', () => {
	/** A page with a session of two runs, one of them edited, and one that was cut short. */
	async function filledPage() {
		const page = await freshPage();
		await page.store.sessions.begin(fakeSession('cut', 'cut-id'));
		await page.store.runs.put(result, session.labels);
		await new Promise((later) => setTimeout(later, 2));
		await page.store.runs.put(greedy, session.labels);
		await page.client.saveEdition(edition);
		await page.client.renameSession('party-id', 'Birthday');
		const other = fakeSession('dinner', 'dinner-id');
		await page.store.runs.put(fakeResult(other), null);
		return page;
	}

	test('takes the whole library elsewhere', async () => {
		const from = await filledPage();
		const ids = ['party-id', 'cut-id', 'dinner-id', 'nobody'];
		const file = await from.client.exportProject(ids, [], {});
		const to = await freshPage();
		expect(await to.client.importProject(file, {})).toEqual({
			sessionIds: ['party-id', 'dinner-id'],
			kept: [],
			recordings: [],
		});
		const whole = (record: { complete: boolean }) => record.complete;
		const sizeless = (record: object) => ({ ...record, bytes: 0 });
		const expected = (await from.kept.list()).filter(whole).map(sizeless);
		expect((await to.kept.list()).map(sizeless)).toEqual(expected);
		for (const id of [runId, greedyId]) {
			expect(await to.client.loadRun('party-id', id)).toEqual(
				await from.client.loadRun('party-id', id),
			);
		}
		expect(await to.client.loadEdition('party-id', runId)).toEqual(edition);
		expect(await to.client.loadReference('party-id')).toEqual(session.labels);
		expect(await to.client.listRuns('party-id')).toEqual(await from.client.listRuns('party-id'));

		// Once more: it is all there.
		expect(await to.client.importProject(file, {})).toEqual({
			sessionIds: ['party-id', 'dinner-id'],
			kept: ['party-id', 'dinner-id'],
			recordings: [],
		});
	});

	test('of what could not be stored is made all the same', async () => {
		const { own, client } = pageOver(await fullStore());
		await own.runs.put(greedy, null);
		const to = await freshPage();
		await to.client.importProject(await client.exportProject(['party-id'], [], {}), {});
		expect(await to.client.listRuns('party-id')).toHaveLength(2);
	});

	test('with something wrong in its last session changes nothing', async () => {
		const from = await filledPage();
		const file = await from.client.exportProject(['party-id', 'dinner-id'], [], {});
		const bytes = new Uint8Array(await file.arrayBuffer());
		// Some byte of the last session's run, which its checksum finds.
		const text = new TextDecoder('latin1').decode(bytes);
		const at = text.indexOf('sessions/2/run-1.json') + 60;
		bytes[at] = (bytes[at] ?? 0) ^ 0xff;
		const to = await freshPage();
		const taking = to.client.importProject(new File([bytes], 'party.confab'), {});
		await expect(taking).rejects.toMatchObject({ code: 'InvalidSession' });
		expect(await to.kept.list()).toEqual([]);
	});

	test('is taken into memory where nothing outlives the tab', async () => {
		const from = await filledPage();
		const to = pageOver(new VolatileStore('a private window'));
		await to.client.importProject(await from.client.exportProject(['party-id'], [], {}), {});
		expect(await to.client.loadEdition('party-id', runId)).toEqual(edition);
		expect(await to.kept.list()).toMatchObject([{ sessionName: 'Birthday' }]);
	});
});
