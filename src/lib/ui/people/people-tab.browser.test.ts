import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeFoundResult, fakeRecording } from '../../../../tests/fixtures/fake-found.ts';
import { present } from '../../support/assert.ts';
import { Editor } from '../../state/editor.svelte.ts';
import type { PlaybackEngine } from '../../state/playback.svelte.ts';
import { placeOf } from '../../state/studio-place.ts';
import { Studio } from '../../state/studio.svelte.ts';
import '../base.css';
import '../tokens.css';
import PeopleTab from './people-tab.svelte';

let target: HTMLElement;
let shown: Record<string, never> | null = null;

beforeEach(() => {
	target = document.body.appendChild(document.createElement('div'));
});
afterEach(async () => {
	if (shown) await unmount(shown);
	shown = null;
	target.remove();
});

function show(name = 'talk.m4a', atHand = true): Studio {
	const session = fakeRecording(name, name);
	const result = fakeFoundResult(session);
	const place = placeOf(new URLSearchParams());
	const studio = new Studio(result, { editor: new Editor(result), reference: null, place });
	const people = present(result.people, 'people');
	const props = { studio, people, session: atHand ? session : null };
	shown = mount(PeopleTab, { target, props });
	flushSync();
	return studio;
}

const namesShown = (): string[] =>
	[...target.querySelectorAll('[data-person] strong')].map((name) => name.textContent);

function button(name: RegExp): HTMLButtonElement {
	const found = [...target.querySelectorAll('button')].find((each) =>
		name.test(each.getAttribute('aria-label') ?? each.textContent),
	);
	return present(found, `button ${name.source}`);
}

function box(name: string): HTMLInputElement {
	const label = [...target.querySelectorAll('label')].find((each) =>
		each.textContent.includes(name),
	);
	return present(label?.querySelector('input'), `box of ${name}`);
}

function press(element: HTMLElement): void {
	element.click();
	flushSync();
}

test('two people are merged, which is said, and undone', async () => {
	const studio = show();
	expect(namesShown()).toEqual(['Person 1', 'Person 2', 'Person 3']);
	expect(button(/^\s*Merge/).disabled).toBe(true);
	press(box('Choose Person 2'));
	expect(button(/^\s*Merge/).disabled).toBe(true);
	press(box('Choose Person 3'));
	expect(target.textContent).toContain('Person 2, Person 3 become one.');
	press(button(/^\s*Merge/));
	await tick();
	expect(namesShown()).toEqual(['Person 1', 'Person 2']);
	expect(target.querySelector('[role="status"]')?.textContent).toBe(
		'2 people are one now: Person 2.',
	);
	// Keys go on from the list: the button cannot be pressed any more.
	expect(document.activeElement?.getAttribute('aria-label')).toBe('People');
	studio.editor.undo();
	flushSync();
	expect(namesShown()).toEqual(['Person 1', 'Person 2', 'Person 3']);
});

test('single pieces of a turn are given to somebody new', () => {
	show();
	press(button(/Turns of Person 2/));
	press(button(/Pieces of 0:06/));
	press(box('the roof please before it rains again'));
	const pieces = present(target.querySelector('ul.pieces'), 'pieces');
	const [first] = pieces.querySelectorAll('input');
	press(present(first, 'piece'));
	const turn = box('the roof please before it rains again');
	expect([turn.checked, turn.indeterminate]).toEqual([false, true]);
	const select = present(target.querySelector<HTMLSelectElement>('.move select'), 'menu');
	select.value = 'new';
	select.dispatchEvent(new Event('change', { bubbles: true }));
	flushSync();
	expect(namesShown()).toEqual(['Person 1', 'Person 2', 'Person 3', 'Person 4']);
	expect(target.querySelector('[role="status"]')?.textContent).toMatch(
		/^\d pieces moved to Person 4\.$/,
	);
	expect(select.disabled).toBe(true);
});

test('a sample is played by itself, and stopped', () => {
	const studio = show();
	const engine: PlaybackEngine = { seek: vi.fn(), play: vi.fn(), pause: vi.fn() };
	studio.playback.attach(engine);
	press(button(/Play a sample of Person 1/));
	expect(studio.playback.playing).toBe(true);
	expect(studio.playback.only).toEqual(studio.result.people?.people[0]?.sample);
	expect(engine.play).toHaveBeenCalledOnce();
	press(button(/Stop a sample of Person 1/));
	expect(studio.playback.playing).toBe(false);
});

test('without the recording nothing is heard, and it says why', () => {
	show('talk.m4a', false);
	const play = button(/Play a sample of Person 1/);
	expect(play.disabled).toBe(true);
	expect(play.title).toContain('drop it here again');
	expect(target.textContent).toContain('The recording is not kept');
});

test('voices are grouped again into as many people as one asks for', async () => {
	const studio = show();
	const how = present(target.querySelector<HTMLSelectElement>('.again select'), 'choice');
	how.value = 'exactly';
	how.dispatchEvent(new Event('change', { bubbles: true }));
	flushSync();
	press(button(/^\s*Regroup/));
	await vi.waitFor(() => expect(namesShown()).toHaveLength(2), 120_000);
	expect(studio.editor.undoLabel).toBe('Regroup people');
});

test('where nothing is stored of the voices it says why they cannot be grouped again', () => {
	show('imported.m4a');
	expect(button(/^\s*Regroup/).disabled).toBe(true);
	expect(target.textContent).toContain('project files leave it out');
});

test('nobody is heard in a silent recording', () => {
	show('silent.m4a');
	expect(target.querySelector('h2')?.textContent).toBe('Nobody is heard');
	expect(target.querySelectorAll('[data-person]')).toHaveLength(0);
});
