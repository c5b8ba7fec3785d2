import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import { fakeResult, fakeSession } from '../../../tests/fixtures/fake-session.ts';
import type { Edition } from '../domain/edition.ts';
import { defaultSettings } from '../domain/settings.ts';
import { changeText, deleteCue } from '../editing/change-cue.ts';
import { renameSpeaker } from '../editing/names.ts';
import { ConfabError } from '../support/errors.ts';
import { EditionSaver } from './edition-saver.svelte.ts';
import type { TabChannel } from './edition-saver.svelte.ts';
import { Editor } from './editor.svelte.ts';
import { PageEditions } from './page-editions.ts';
import { placeOf } from './studio-place.ts';
import { Studio } from './studio.svelte.ts';

const result = fakeResult(fakeSession('party', idOf('party')));
const firstWords = (editor: Editor) => editor.document.speakers[0]?.cues[0]?.text;
const sayIt = (text: string) => (edition: Edition) => changeText(edition, '0', text);

/** Tabs that hear each other at once. */
class Tabs {
	readonly #listeners = new Map<TabChannel, (event: { readonly data: unknown }) => void>();

	open(): TabChannel {
		const channel: TabChannel = {
			postMessage: (data) => {
				for (const [other, listener] of this.#listeners) if (other !== channel) listener({ data });
			},
			addEventListener: (_, listener) => this.#listeners.set(channel, listener),
			close: () => this.#listeners.delete(channel),
		};
		return channel;
	}
}

/** A store whose saving can be made to fail or to take long, and tells what it was given. */
class WatchedClient extends FakeClient {
	readonly saved: (Edition | 'deleted')[] = [];
	fails = false;
	hold: Promise<void> | null = null;

	override async saveEdition(edition: Edition): Promise<void> {
		if (this.hold) await this.hold;
		if (this.fails) throw new ConfabError('StorageFull', 'no room');
		this.saved.push(edition);
		await super.saveEdition(edition);
	}

	override async deleteEdition(sessionId: string, runId: string): Promise<void> {
		this.saved.push('deleted');
		await super.deleteEdition(sessionId, runId);
	}
}

function open(client = new WatchedClient(), tabs = new Tabs()) {
	const saver = new EditionSaver(client, tabs.open());
	return { client, saver, tabs, editor: new Editor(result, null, { saver }) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('changes are undone and done again, each with its name, as far as one likes', () => {
	const editor = new Editor(result);
	const first = editor.edition;
	for (let turn = 0; turn < 500; turn += 1) editor.apply(sayIt(`so ${turn}`), `Turn ${turn}`);
	expect([editor.undoLabel, editor.redoLabel]).toEqual(['Turn 499', null]);
	for (let turn = 0; turn < 500; turn += 1) editor.undo();
	expect(editor.edition).toBe(first);
	expect([editor.undoLabel, editor.redoLabel]).toEqual([null, 'Turn 0']);
	editor.undo();
	editor.redo();
	editor.redo();
	expect(firstWords(editor)).toBe('so 1');
	editor.apply(sayIt('else'), 'Other');
	expect(editor.redoLabel).toBeNull();
	editor.redo();
	expect(firstWords(editor)).toBe('else');
	editor.undo();
	expect(firstWords(editor)).toBe('so 1');
});

test('a change that changes nothing leaves no trace', () => {
	const { editor, saver } = open();
	expect(editor.apply((edition) => edition, 'Nothing')).toBe(false);
	expect([editor.undoLabel, saver.state, editor.untouched]).toEqual([null, 'saved', true]);
});

test('the machine’s own result stays, and restoring it can be undone', () => {
	const editor = new Editor(result);
	editor.apply(sayIt('what'), 'Change text');
	editor.apply((edition) => deleteCue(edition, '1'), 'Delete');
	editor.apply((edition) => renameSpeaker(edition, 'spk_0', 'Ada'), 'Rename');
	expect(editor.changes).toEqual({ edited: 1, deleted: 1, named: 1, moved: 0, regrouped: 0 });
	editor.restore();
	expect(editor.edition).toBe(editor.machine);
	expect([editor.untouched, editor.result]).toEqual([true, result]);
	editor.undo();
	expect(firstWords(editor)).toBe('what');
	editor.undo();
	editor.undo();
	editor.undo();
	editor.restore();
	expect(editor.undoLabel).toBeNull();
});

test('a change is stored at once; of those that wait for it the last one alone', async () => {
	const { client, editor, saver } = open();
	editor.apply(sayIt('a'), 'a');
	const first = editor.edition;
	editor.apply(sayIt('b'), 'b');
	editor.apply(sayIt('c'), 'c');
	expect(saver.state).toBe('pending');
	await vi.runAllTimersAsync();
	expect([client.saved, saver.state]).toEqual([[first, editor.edition], 'saved']);
	expect(await client.loadEdition(result.sessionId, editor.edition.runId)).toBe(editor.edition);
});

test('taking everything back leaves nothing stored', async () => {
	const { client, editor } = open();
	editor.apply(sayIt('a'), 'a');
	await editor.saver?.flush();
	editor.undo();
	await vi.runAllTimersAsync();
	expect(client.saved.at(-1)).toBe('deleted');
	expect(await client.latestEdition(result.sessionId)).toBeNull();
});

test('what comes while something is being stored is stored after it', async () => {
	const { client, editor, saver } = open();
	let release = (): void => undefined;
	client.hold = new Promise((resolve) => (release = resolve));
	editor.apply(sayIt('a'), 'a');
	const flushed = saver.flush();
	const first = editor.edition;
	editor.apply(sayIt('b'), 'b');
	editor.undo();
	editor.redo();
	void saver.flush();
	release();
	await flushed;
	expect(client.saved).toEqual([first, editor.edition]);
	expect(saver.state).toBe('saved');
});

test('a save that fails is told, and tried again with the next change', async () => {
	const { client, editor, saver } = open();
	client.fails = true;
	editor.apply(sayIt('a'), 'a');
	await vi.runAllTimersAsync();
	expect([saver.state, client.saved]).toEqual(['failed', []]);
	expect(saver.error).toMatchObject({ code: 'StorageFull' });
	expect(firstWords(editor)).toBe('a');
	client.fails = false;
	editor.apply(sayIt('b'), 'b');
	expect(saver.state).toBe('failed');
	await vi.runAllTimersAsync();
	expect([saver.state, saver.error, client.saved]).toEqual(['saved', null, [editor.edition]]);
});

test('leaving stores what waits', async () => {
	const { client, editor } = open();
	editor.apply(sayIt('a'), 'a');
	await editor.leave();
	expect(client.saved).toEqual([editor.edition]);
});

test('another tab’s version is not overwritten until a person says so', async () => {
	const client = new WatchedClient();
	const tabs = new Tabs();
	const here = open(client, tabs);
	const there = open(client, tabs);
	there.editor.apply(sayIt('theirs'), 'theirs');
	await there.saver.flush();
	expect([here.saver.state, there.saver.state]).toEqual(['elsewhere', 'saved']);
	here.editor.apply(sayIt('mine'), 'mine');
	await vi.runAllTimersAsync();
	await here.saver.flush();
	expect(client.saved).toEqual([there.editor.edition]);

	await here.saver.keepOwn();
	expect(client.saved.at(-1)).toBe(here.editor.edition);
	expect([here.saver.state, there.saver.state]).toEqual(['saved', 'elsewhere']);

	await there.editor.takeOther();
	expect([firstWords(there.editor), there.saver.state]).toEqual(['mine', 'saved']);
	there.editor.undo();
	expect(firstWords(there.editor)).toBe('theirs');
	await vi.runAllTimersAsync();
	expect(here.saver.state).toBe('elsewhere');
});

test('of another session’s tab, and of what is no message, nothing is made', () => {
	const tabs = new Tabs();
	const { saver } = open(undefined, tabs);
	const other = tabs.open();
	for (const message of [
		null,
		'x',
		{ sessionId: result.sessionId },
		{ sessionId: 'x', runId: 'y' },
	]) {
		other.postMessage(message);
	}
	expect(saver.state).toBe('saved');
	other.postMessage({ sessionId: result.sessionId, runId: new Editor(result).edition.runId });
	expect(saver.state).toBe('elsewhere');
});

test('what the own page stores is not another tab’s', async () => {
	const client = new WatchedClient();
	const tabs = new Tabs();
	const page = new PageEditions();
	const [before, after] = [0, 1].map(() => new EditionSaver(client, tabs.open(), page));
	const editor = new Editor(result, null, { saver: before ?? null });
	new Editor(result, null, { saver: after ?? null });
	editor.apply(sayIt('mine'), 'mine');
	await before?.flush();
	expect(after?.state).toBe('saved');
	// Another page's message still counts, and so does that of a version which did not say whose it is.
	const { sessionId, runId } = editor.edition;
	tabs.open().postMessage({ sessionId, runId, pageId: new PageEditions().pageId });
	expect([before?.state, after?.state]).toEqual(['elsewhere', 'elsewhere']);
});

test('a result that is opened again while it is still being stored has what was stored', async () => {
	vi.useRealTimers();
	const client = new WatchedClient({ past: ['party'] });
	const place = placeOf(new URLSearchParams());
	const page = new PageEditions();
	const first = await Studio.open(client, idOf('party'), place, page);
	let release = (): void => undefined;
	client.hold = new Promise((resolve) => (release = resolve));
	first?.editor.apply(sayIt('mine'), 'mine');
	const left = first?.leave();
	const opening = Studio.open(client, idOf('party'), place, page);
	setTimeout(release, 20);
	const second = await opening;
	expect(second?.editor.edition).toBe(first?.editor.edition);
	await left;
	// Messages come later than what they tell of.
	await new Promise((later) => setTimeout(later, 50));
	second?.editor.apply(sayIt('more'), 'more');
	await second?.leave();
	expect(second?.editor.saver?.state).toBe('saved');
	expect(client.saved.at(-1)).toBe(second?.editor.edition);
});

test('changes that another tab’s stand against are there again, with the question', async () => {
	vi.useRealTimers();
	const client = new WatchedClient({ past: ['party'] });
	const page = new PageEditions();
	const reopen = () => Studio.open(client, idOf('party'), placeOf(new URLSearchParams()), page);
	const first = await reopen();
	if (!first) throw new Error('no result');
	const { sessionId, runId } = first;
	const theirs = sayIt('theirs')(first.editor.edition);
	await client.saveEdition(theirs);
	const other = new BroadcastChannel('confab-editions');
	other.postMessage({ sessionId, runId });
	await expect.poll(() => first.editor.saver?.state).toBe('elsewhere');
	first.editor.apply(sayIt('mine'), 'mine');
	expect(page.unsaved).toBe(false);
	await first.leave();
	expect(page.unsaved).toBe(true);

	const second = await reopen();
	expect(second?.editor.edition).toBe(first.editor.edition);
	expect([second?.editor.saver?.state, page.unsaved]).toEqual(['elsewhere', false]);
	await second?.leave();
	expect(client.saved).toEqual([theirs]);
	const third = await reopen();
	await third?.editor.takeOther();
	expect([third?.editor.edition, third?.editor.saver?.state]).toEqual([theirs, 'saved']);
	third?.editor.undo();
	await third?.leave();
	expect(page.unsaved).toBe(false);
	expect(client.saved).toEqual([theirs, first.editor.edition]);

	const fourth = await reopen();
	fourth?.editor.apply(sayIt('more'), 'more');
	await fourth?.editor.saver?.flush();
	other.postMessage({ sessionId, runId });
	await expect.poll(() => fourth?.editor.saver?.state).toBe('elsewhere');
	fourth?.editor.apply(sayIt('most'), 'most');
	await fourth?.leave();
	const fifth = await reopen();
	await fifth?.editor.saver?.keepOwn();
	expect(client.saved.at(-1)).toBe(fourth?.editor.edition);
	expect(fifth?.editor.saver?.state).toBe('saved');
	await fifth?.leave();
	expect(page.unsaved).toBe(false);
	other.close();
});

test('changes that could not be stored are there again, said to be unsaved, and stored when that goes', async () => {
	vi.useRealTimers();
	const client = new WatchedClient({ past: ['party'] });
	const page = new PageEditions();
	const reopen = () => Studio.open(client, idOf('party'), placeOf(new URLSearchParams()), page);
	const first = await reopen();
	client.fails = true;
	first?.editor.apply(sayIt('mine'), 'mine');
	await first?.leave();
	expect(page.unsaved).toBe(true);

	const second = await reopen();
	expect(second?.editor.edition).toBe(first?.editor.edition);
	await expect.poll(() => second?.editor.saver?.state).toBe('failed');
	await second?.leave();
	client.fails = false;
	const third = await reopen();
	await expect.poll(() => third?.editor.saver?.state).toBe('saved');
	expect(client.saved).toEqual([first?.editor.edition]);
	await third?.leave();
	expect(page.unsaved).toBe(false);
});

test('what only looked on has nothing to keep, and a session that is gone has nothing left', async () => {
	const client = new WatchedClient();
	const tabs = new Tabs();
	const page = new PageEditions();
	const editor = new Editor(result, null, { saver: new EditionSaver(client, tabs.open(), page) });
	const { sessionId, runId } = editor.edition;
	const other = tabs.open();
	other.postMessage({ sessionId, runId });
	await editor.leave();
	expect(page.unsaved).toBe(false);
	page.setAside(editor.edition, 'unanswered');
	page.forget(sessionId);
	expect([page.unsaved, page.takeBack(sessionId, runId)]).toEqual([false, null]);
});

test('a version of another tab that cannot be read leaves all as it is', async () => {
	class Unreadable extends WatchedClient {
		override loadEdition(): Promise<never> {
			return Promise.reject(new ConfabError('StorageFull', 'barred'));
		}
	}
	const tabs = new Tabs();
	const { editor, saver } = open(new Unreadable(), tabs);
	editor.apply(sayIt('mine'), 'mine');
	const { sessionId, runId } = editor.edition;
	tabs.open().postMessage({ sessionId, runId });
	await expect(editor.takeOther()).rejects.toMatchObject({ code: 'StorageFull' });
	expect([firstWords(editor), saver.state]).toEqual(['mine', 'elsewhere']);
});

test('names go on to another run of the session, and nothing else does', async () => {
	vi.useRealTimers();
	const client = new WatchedClient();
	const session = fakeSession('party', idOf('party'));
	const run = (recogniser: string) =>
		client.run(session, { ...defaultSettings, recogniser }, { onEvent: () => undefined });
	await run('embedded');
	const place = placeOf(new URLSearchParams());
	const studio = await Studio.open(client, session.id, place);
	studio?.editor.apply((edition) => renameSpeaker(edition, 'spk_0', 'Ada'), 'Rename');
	studio?.editor.apply(sayIt('mine'), 'Change text');
	await studio?.leave();

	await run('whisper-tiny');
	const next = await Studio.open(client, session.id, place);
	expect(next?.runId).not.toBe(studio?.runId);
	expect(next?.document.speakers[0]).toMatchObject({ id: 'spk_0', name: 'Ada' });
	expect(next?.editor.changes).toEqual({ edited: 0, deleted: 0, named: 1, moved: 0, regrouped: 0 });
	// Opened again, the first run is as it was left.
	const again = await Studio.open(client, session.id, { ...place, runId: studio?.runId ?? '' });
	expect(again?.editor.edition).toBe(studio?.editor.edition);
	await Promise.all([next?.leave(), again?.leave()]);
});
