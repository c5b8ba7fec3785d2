import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { expect, test, vi } from 'vitest';
import { fakeResult, fakeSession } from '../../../tests/fixtures/fake-session.ts';
import { runIdOf } from '../domain/run-id.ts';
import { defaultSettings } from '../domain/settings.ts';
import { openStore } from './open-store.ts';
import { bytesOf } from './session-entry.ts';

const session = fakeSession('party', 'party-id');
const result = fakeResult(session);
const runId = runIdOf(defaultSettings);

/** A database as version 1 left it. */
async function version1(name: string): Promise<void> {
	const database = await openDB(name, 1, {
		upgrade(made) {
			made.createObjectStore('results').createIndex('sessionId', 'sessionId');
			made.createObjectStore('sessions', { keyPath: 'sessionId' });
			made.createObjectStore('outcomes');
			made.createObjectStore('checks');
		},
	});
	const entry = (sessionId: string, complete: boolean) => ({
		...{ sessionId, sessionName: sessionId, updatedAt: 1234, speakerCount: 6, complete },
		durationSeconds: complete ? 64 : null,
		conversationCount: complete ? 3 : null,
	});
	await database.put('sessions', { ...entry('party-id', true), sessionName: 'party' });
	await database.put('sessions', entry('cut-short', false));
	await database.put('sessions', entry('unreadable', true));
	await database.put('sessions', { sessionId: 'of another form' });
	// Without what later settings added, and with what later reports left out.
	const { detector, decoding, language, ...settings } = defaultSettings;
	expect([detector, decoding, language]).not.toContain(undefined);
	const report = { ...result.report, peakMemoryBytes: null };
	const { runId: id, people, diarisation, layers, ...before } = result;
	expect([id, people, diarisation, layers]).not.toContain(undefined);
	await database.put('outcomes', { ...before, settings, report }, 'party-id');
	await database.put('outcomes', { sessionId: 'unreadable' }, 'unreadable');
	const stage = { sessionId: 'party-id', stage: 'activity', value: new Float32Array(500) };
	await database.put('results', stage, 'activity/a');
	await database.put('results', { sessionId: 'unreadable' }, 'activity/b');
	await database.put('checks', { passed: true }, 'model');
	database.close();
}

test('a database of version 1 opens, and its results are runs', async () => {
	await version1('migration-test');
	const store = await openStore('migration-test');
	expect(store.volatile).toBeNull();
	const sessions = await store.sessions.list();
	expect(sessions.map(({ sessionId, runs }) => [sessionId, runs.length])).toEqual(
		expect.arrayContaining([
			['party-id', 1],
			['cut-short', 0],
			['unreadable', 0],
		]),
	);
	expect(sessions).toHaveLength(3);
	const party = await store.sessions.get('party-id');
	expect(party).toMatchObject({
		...{ folderName: 'party', givenName: null, updatedAt: 1234, speakerCount: 6, stageBytes: 2000 },
		runs: [{ runId, finishedAt: 1234, durationSeconds: 64, conversationCount: 3 }],
	});
	expect(party && bytesOf(party)).toBeGreaterThan(2000 + 6 * 64 * 25 * 4);
	expect(await store.runs.get('party-id', runId)).toEqual({ result, finishedAt: 1234 });
	expect(await store.results.get('activity/a')).toEqual(new Float32Array(500));
	expect(await store.checks.get('model')).toEqual({ passed: true });
	await store.close();

	const raw = await openDB('migration-test');
	expect(raw.version).toBe(2);
	expect([...raw.objectStoreNames]).not.toContain('outcomes');
	raw.close();
});

test('a step that fails is taken back, and the next opening tries again', async () => {
	await version1('migration-fails');
	const fault = vi.spyOn(IDBDatabase.prototype, 'deleteObjectStore').mockImplementation(() => {
		throw new TypeError('a fault');
	});
	expect((await openStore('migration-fails')).volatile).toContain('a fault');
	fault.mockRestore();
	const raw = await openDB('migration-fails');
	expect(raw.version).toBe(1);
	expect([...raw.objectStoreNames]).toContain('outcomes');
	raw.close();
	const store = await openStore('migration-fails');
	expect((await store.runs.get('party-id', runId))?.result).toEqual(result);
});
