import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { fakeResult, fakeSession } from '../../../tests/fixtures/fake-session.ts';
import type { Edition } from '../domain/edition.ts';
import { runIdOf } from '../domain/run-id.ts';
import { changeText } from '../editing/change-cue.ts';
import { EditionSaver, type TabChannel } from '../state/edition-saver.svelte.ts';
import { Editor } from '../state/editor.svelte.ts';
import { openStore, VolatileStore, type Store } from '../store/index.ts';
import { KeptSessions } from './kept-sessions.ts';
import { createStudioClient } from './studio-client.ts';

let made = 0;

const result = fakeResult(fakeSession('party', 'party-id'));
const runId = runIdOf(result.settings);
const firstWords = (editor: Editor) => editor.document.speakers[0]?.cues[0]?.text;
const machineWords = firstWords(new Editor(result));
const sayIt = (text: string) => (edition: Edition) => changeText(edition, '0', text);

/** Tabs on one database that hear each other at once, each with a memory of its own. */
async function database() {
	const store = await openStore(`two-tabs-test-${made++}`);
	await store.runs.put(result, null);
	const listeners = new Map<TabChannel, (event: { readonly data: unknown }) => void>();
	const channel = (): TabChannel => {
		const here: TabChannel = {
			postMessage: (data) => {
				for (const [other, listener] of listeners) if (other !== here) listener({ data });
			},
			addEventListener: (_, listener) => listeners.set(here, listener),
			close: () => listeners.delete(here),
		};
		return here;
	};
	/** @param over what this tab sees of the store */
	const openTab = (over: Store = store) => {
		const kept = new KeptSessions(
			() => Promise.resolve(over),
			new VolatileStore('The page itself.'),
		);
		const client = createStudioClient({ kept });
		const open = async () => {
			const saver = new EditionSaver(client, channel());
			return new Editor(result, await client.loadEdition('party-id', runId), { saver });
		};
		return { kept, client, open };
	};
	return { store, openTab };
}

test('a tab that keeps the machine’s words takes the other’s away there, too', async () => {
	const { openTab } = await database();
	const [a, b] = [openTab(), openTab()];
	const [here, there] = [await a.open(), await b.open()];
	here.apply(sayIt('mine'), 'Change text');
	await here.saver?.flush();
	expect(there.saver?.state).toBe('elsewhere');
	await there.saver?.keepOwn();
	expect(here.saver?.state).toBe('elsewhere');
	await here.takeOther();
	expect(firstWords(here)).toBe(machineWords);
	// As everybody would see it who opens the page anew.
	expect(firstWords(await openTab().open())).toBe(machineWords);
	// What was taken away is still there to be undone to, and is stored then.
	here.undo();
	await here.saver?.flush();
	expect(firstWords(await openTab().open())).toBe('mine');
});

test('what another tab took back is not there when a result is opened again', async () => {
	const { openTab } = await database();
	const [a, b] = [openTab(), openTab()];
	const here = await a.open();
	here.apply(sayIt('mine'), 'Change text');
	await here.leave();
	const there = await b.open();
	expect(firstWords(there)).toBe('mine');
	await b.client.deleteEdition('party-id', runId);
	expect(firstWords(await a.open())).toBe(machineWords);
	expect(await a.client.latestEdition('party-id')).toBeNull();
	expect(await a.client.listRuns('party-id')).toMatchObject([{ edited: false }]);
	expect(await a.kept.list()).toMatchObject([{ edited: false }]);
});

test('taking over that another tab took everything back is nothing to warn that tab of', async () => {
	const { store, openTab } = await database();
	const [a, b] = [openTab(), openTab()];
	const [before, there] = [await a.open(), await b.open()];
	before.apply(sayIt('mine'), 'Change text');
	await before.leave();
	const here = await a.open();
	expect(firstWords(here)).toBe('mine');
	await there.saver?.keepOwn();
	await here.takeOther();
	await here.saver?.flush();
	const states = [firstWords(here), here.saver?.state, there.saver?.state];
	expect(states).toEqual([machineWords, 'saved', 'saved']);
	expect(await store.editions.get('party-id', runId)).toBeNull();
	// As it is when one changes something and takes it back.
	here.apply(sayIt('more'), 'Change text');
	here.undo();
	await here.saver?.flush();
	expect(await store.editions.get('party-id', runId)).toBeNull();
});

test('what could not be stored is at hand, whatever the store has', async () => {
	const { store, openTab } = await database();
	let full = false;
	const a = openTab({
		...{ volatile: null, results: store.results, sessions: store.sessions, runs: store.runs },
		...{ references: store.references, checks: store.checks, close: () => store.close() },
		editions: {
			...store.editions,
			put: (edition) => (full ? Promise.reject(new Error('no room')) : store.editions.put(edition)),
		},
	});
	const here = await a.open();
	here.apply(sayIt('stored'), 'Change text');
	await here.saver?.flush();
	full = true;
	here.apply(sayIt('not stored'), 'Change text');
	await here.leave();
	expect(here.saver?.state).toBe('failed');
	expect(firstWords(await a.open())).toBe('not stored');
	await openTab().client.deleteEdition('party-id', runId);
	expect(firstWords(await a.open())).toBe('not stored');
});

test('what was stored is at hand when the browser clears its storage', async () => {
	const { store, openTab } = await database();
	const a = openTab();
	const here = await a.open();
	here.apply(sayIt('mine'), 'Change text');
	await here.leave();
	await store.sessions.delete('party-id');
	expect(firstWords(await a.open())).toBe('mine');
});
