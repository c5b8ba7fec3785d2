import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { expect, test } from 'vitest';
import { FakeClient } from '../../../tests/fixtures/fake-client.ts';
import { defaultSettings } from '../domain/settings.ts';
import { FakeStages, sessionOf, speaker } from '../pipeline/fakes.ts';
import { runAndKeep } from '../pipeline/run-and-keep.ts';
import { AppState } from '../state/app-state.svelte.ts';
import type { SessionRecord } from '../state/client.ts';
import { openStore, VolatileStore } from '../store/index.ts';
import { untilAborted } from '../support/abort.ts';
import { WorkUnderWay } from '../support/work-under-way.ts';
import { KeptSessions } from './kept-sessions.ts';

const session = sessionOf(speaker('spk_0'), speaker('spk_1'));

/** Stages that wait where words are to be recognised, and then go on, cancelled or not. */
class SlowStages extends FakeStages {
	reached = false;
	goOn: () => void = () => undefined;
	readonly #gate = new Promise<void>((resolve) => (this.goOn = resolve));

	override async recognise(
		...given: Parameters<FakeStages['recognise']>
	): ReturnType<FakeStages['recognise']> {
		this.reached = true;
		await this.#gate;
		return super.recognise(...given);
	}
}

/** A page whose runs are done by a worker with a connection of its own to the same database. */
async function pageOver(name: string, stages: SlowStages) {
	const [ofPage, ofWorker] = [await openStore(name), await openStore(name)];
	const own = new VolatileStore('The page itself.');
	const kept = new KeptSessions(() => Promise.resolve(ofPage), own);
	const underWay = new WorkUnderWay();
	class Client extends FakeClient {
		override run(...[input, settings, options]: Parameters<FakeClient['run']>) {
			const { ports, path } = stages;
			const working = runAndKeep(input, ofWorker, { settings, ports, path, ...options });
			underWay.add(input.id, working);
			return untilAborted(working, options.signal);
		}
		override listSessions(): Promise<readonly SessionRecord[]> {
			return kept.list();
		}
		override async deleteSession(sessionId: string): Promise<void> {
			await underWay.ended(sessionId);
			await kept.delete(sessionId);
		}
	}
	return { app: new AppState(new Client(), { kept: null, clock: () => 0 }), ofPage, ofWorker };
}

async function rowsOf(name: string): Promise<Record<string, number>> {
	const raw = await openDB(name);
	const tables = ['results', 'sessions', 'runs', 'editions', 'references'];
	const rows = await Promise.all(
		tables.map(async (table) => [table, await raw.count(table)] as const),
	);
	raw.close();
	return Object.fromEntries(rows);
}

const nothing = { results: 0, sessions: 0, runs: 0, editions: 0, references: 0 };

test('a session that is deleted in mid-run leaves no trace, whatever its run still does', async () => {
	const stages = new SlowStages();
	const { app } = await pageOver('delete-in-mid-run', stages);
	const job = app.jobs.add(session, defaultSettings);
	await expect.poll(() => stages.reached).toBe(true);
	expect((await rowsOf('delete-in-mid-run'))['results']).toBeGreaterThan(0);
	const forgotten = app.forget(session.id);
	await expect.poll(() => job.status).toBe('cancelled');
	stages.goOn();
	await forgotten;
	expect(app.library.error).toBeNull();
	expect(app.library.records).toEqual([]);
	expect(await rowsOf('delete-in-mid-run')).toEqual(nothing);
});

test('nor does one that another tab deletes, where the browser has no locks', async () => {
	const stages = new SlowStages();
	const { app, ofPage } = await pageOver('delete-elsewhere', stages);
	const job = app.jobs.add(session, defaultSettings);
	await expect.poll(() => stages.reached).toBe(true);
	await ofPage.sessions.delete(session.id);
	stages.goOn();
	await expect.poll(() => job.status).toBe('done');
	expect(await rowsOf('delete-elsewhere')).toEqual(nothing);
	expect(job.result?.problems.map(({ message }) => message)).toContainEqual(
		expect.stringContaining('was deleted while it ran'),
	);
});
