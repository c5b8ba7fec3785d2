import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeClient } from '../../../../tests/fixtures/fake-client.ts';
import { fakeResult, fakeSession } from '../../../../tests/fixtures/fake-session.ts';
import type { SessionResult } from '../../domain/result.ts';
import type { RecognisedCue } from '../../domain/transcript.ts';
import { AppState } from '../../state/app-state.svelte.ts';
import { Editor } from '../../state/editor.svelte.ts';
import type { PlaybackEngine } from '../../state/playback.svelte.ts';
import { placeOf } from '../../state/studio-place.ts';
import { Studio } from '../../state/studio.svelte.ts';
import { TranscriptView } from '../../state/transcript-view.svelte.ts';
import '../base.css';
import '../tokens.css';
import { FaceGrabber } from '../player/face-grabber.ts';
import TranscriptTab from './transcript-tab.svelte';

const small = fakeResult(fakeSession('party', 'party'));
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

function show(result: SessionResult): Studio {
	const place = placeOf(new URLSearchParams());
	const studio = new Studio(result, { editor: new Editor(result), reference: null, place });
	const app = new AppState(new FakeClient(), { kept: null, clock: () => 0 });
	shown = mount(TranscriptTab, {
		target,
		props: { app, view: new TranscriptView(studio), session: null, grabber: new FaceGrabber(null) },
	});
	flushSync();
	return studio;
}

/** The row of a cue, drawn. */
function row(cueId: string): HTMLElement {
	const element = target.querySelector<HTMLElement>(`[data-cue="${cueId}"]`);
	if (!element) throw new Error(`cue ${cueId} is not in the page`);
	return element;
}

function word(cueId: string, place: number): HTMLElement {
	const element = row(cueId).querySelector<HTMLElement>(`[data-word="${String(place)}"]`);
	if (!element) throw new Error(`cue ${cueId} has no word ${String(place)}`);
	return element;
}

function press(key: string, on: Element | null, init: KeyboardEventInit = {}): void {
	on?.dispatchEvent(
		new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }),
	);
	flushSync();
}

function click(element: HTMLElement, times: 1 | 2 = 1): void {
	const events =
		times === 1
			? [['click', 1]]
			: [
					['click', 1],
					['click', 2],
					['dblclick', 2],
				];
	for (const [type, detail] of events) {
		element.dispatchEvent(
			new MouseEvent(String(type), { bubbles: true, cancelable: true, detail: Number(detail) }),
		);
	}
	flushSync();
}

function button(name: string): HTMLButtonElement {
	const found = [...target.querySelectorAll('button')].find(
		(one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === name,
	);
	if (!found) throw new Error(`no button ${name}`);
	return found;
}

/** Lets observers see the page. */
const drawn = () =>
	new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

const engine: PlaybackEngine = {
	seek: () => undefined,
	play: () => undefined,
	pause: () => undefined,
};

test('a click on a word goes there and plays; a double one edits, and plays the line alone', () => {
	const studio = show(small);
	const { playback, editor } = studio;
	const words = editor.edition.cues[0]?.words ?? [];
	click(word('0', 2));
	expect([playback.seconds, playback.playing]).toEqual([words[2]?.startSeconds, false]);
	playback.attach(engine);
	click(word('0', 3));
	expect([playback.seconds, playback.playing]).toEqual([words[3]?.startSeconds, true]);
	expect(word('0', 3).className).toContain('said');
	playback.pause();
	click(word('0', 3), 2);
	const [cue] = editor.edition.cues;
	expect([playback.playing, playback.seconds]).toEqual([true, cue?.startSeconds]);
	playback.reached((cue?.endSeconds ?? 0) + 0.1);
	expect(playback.playing).toBe(false);
	expect(row('0').querySelector('textarea')?.value).toBe(editor.edition.cues[0]?.text);
});

test('a line is edited by keys alone, left, and saved', async () => {
	const studio = show(small);
	row('0').focus();
	press('ArrowDown', document.activeElement);
	await drawn();
	expect(document.activeElement).toBe(row('3'));
	press('ArrowRight', document.activeElement);
	press('ArrowRight', document.activeElement);
	const cue = studio.editor.edition.cues.find(({ id }) => id === '3');
	expect(studio.playback.seconds).toBe(cue?.words[1]?.startSeconds);

	press('Enter', document.activeElement);
	const area = (): HTMLTextAreaElement | null => row('3').querySelector('textarea');
	expect(document.activeElement).toBe(area());
	const write = (text: string): void => {
		const field = area();
		if (!field) throw new Error('nothing to write in');
		field.value = text;
		field.dispatchEvent(new Event('input', { bubbles: true }));
		flushSync();
	};
	write('something else');
	press('Escape', area());
	await vi.waitFor(() => expect(document.activeElement).toBe(row('3')), 120_000);
	expect(studio.editor.undoLabel).toBeNull();

	// Escape has not destroyed it.
	button('Bring back').click();
	flushSync();
	expect(area()?.value).toBe('something else');
	write('i slept');
	press('Enter', area());
	await vi.waitFor(() => expect(document.activeElement).toBe(row('3')), 120_000);
	expect(row('3').querySelector('p')?.textContent).toBe('i slept');
	expect(studio.editor.undoLabel).toBe('Edit line');
	studio.editor.undo();
	flushSync();
	expect(row('3').querySelector('p')?.textContent).toBe(cue?.text);
});

test('neither Enter nor Escape cuts a composition', () => {
	const studio = show(small);
	row('0').focus();
	press('Enter', document.activeElement);
	const area = row('0').querySelector('textarea');
	for (const key of ['Enter', 'Escape', 'Process']) {
		press(key, area, { isComposing: true });
		// Safari: the composition is over by then, and the code alone tells.
		press(key, area, { keyCode: 229 });
	}
	press('Enter', area, { isComposing: true, ctrlKey: true });
	expect(row('0').querySelector('textarea')).toBe(area);
	expect(studio.editor.undoLabel).toBeNull();
	button('Rename spk_0').click();
	flushSync();
	const field = target.querySelector<HTMLInputElement>('input[aria-label="Name of spk_0"]');
	press('Enter', field, { isComposing: true });
	press('Escape', field, { keyCode: 229 });
	expect(target.querySelector('input[aria-label="Name of spk_0"]')).toBe(field);
});

test('a typist corrects, gives away and goes on without leaving the keyboard', async () => {
	const studio = show(small);
	const { playback, editor } = studio;
	playback.attach(engine);
	row('0').focus();
	press('Enter', document.activeElement);
	const form = (): HTMLElement | null => target.querySelector('form.editor');
	const area = (): HTMLTextAreaElement | null => target.querySelector('form.editor textarea');
	expect(playback.playing).toBe(true);
	press(' ', area(), { ctrlKey: true });
	expect(playback.playing).toBe(false);
	press(',', area(), { ctrlKey: true });
	expect(playback.rate).toBe(0.75);
	const other = editor.document.speakers.findIndex(({ id }) => id === 'spk_1');
	press('¡', area(), { altKey: true, code: `Digit${String(other + 1)}` });
	expect(form()?.querySelector('select')?.value).toBe('spk_1');
	press('Enter', area());
	// The line is in another column now, and has the keys still.
	await vi.waitFor(() => expect(document.activeElement).toBe(row('0')));
	expect(target.textContent).toContain('Moved to spk_1, Conversation B');

	press('Enter', document.activeElement);
	press('Enter', area(), { ctrlKey: true });
	await vi.waitFor(() => expect(document.activeElement).toBe(area()));
	expect(form()?.closest('[data-cue]')?.getAttribute('data-cue')).not.toBe('0');
	expect(playback.playing).toBe(true);
	for (let line = 0; area() && line < 100; line += 1) press('Enter', area(), { ctrlKey: true });
	expect(form()).toBeNull();
	await vi.waitFor(() => expect(document.activeElement?.tagName).toBe('LI'));
});

test('what is searched is marked, and the place one is at is brought into sight', async () => {
	const studio = show(small);
	const field = target.querySelector('input');
	if (!field) throw new Error('no search');
	field.value = 'WALTZ';
	field.dispatchEvent(new Event('input', { bubbles: true }));
	flushSync();
	await drawn();
	const found = () => [...target.querySelectorAll('.found')].map(({ textContent }) => textContent);
	expect(found()).toEqual(['waltz', 'waltz']);
	expect(target.querySelectorAll('.at')).toHaveLength(1);
	expect(target.querySelector('[role=status]')?.textContent).toBe('1 of 2');
	press('Enter', field);
	await drawn();
	const at = target.querySelector<HTMLElement>('.at');
	const pane = at?.closest('.pane');
	if (!at || !pane) throw new Error('no place');
	const [inside, frame] = [at.getBoundingClientRect(), pane.getBoundingClientRect()];
	expect(inside.top).toBeGreaterThanOrEqual(frame.top);
	expect(inside.bottom).toBeLessThanOrEqual(frame.bottom);
	studio.selectSpeaker('spk_0');
	flushSync();
	expect(found()).toEqual([]);
});

/** Two people who talk for three hours: 30,000 words. */
function long(): SessionResult {
	const vocabulary = 'so did you end up taking the night train after all'.split(' ');
	const cueOf = (index: number): RecognisedCue => {
		const startSeconds = index * 3.6;
		const words = Array.from({ length: 10 }, (_, place) => ({
			text: vocabulary[(index * 7 + place) % vocabulary.length] ?? '',
			startSeconds: startSeconds + place * 0.3,
			endSeconds: startSeconds + place * 0.3 + 0.28,
			confidence: ((index + place) % 10) / 10 + 0.05,
		}));
		const text = words.map((each) => each.text).join(' ');
		return { startSeconds, endSeconds: startSeconds + 3.1, text, words, confidence: 0.5 };
	};
	const cues = Array.from({ length: 3000 }, (_, index) => cueOf(index));
	const [first, second] = small.speakers;
	if (!first || !second) throw new Error('nobody');
	return {
		...small,
		durationSeconds: 10_800,
		speakers: [first, second].map((speaker, place) => ({
			...speaker,
			transcript: {
				speakerId: speaker.speakerId,
				cues: cues.filter((_, index) => index % 2 === place),
			},
		})),
		conversations: {
			...small.conversations,
			clusters: new Map([first, second].map(({ speakerId }) => [speakerId, 0])),
		},
	};
}

test('three hours of two people stay light: little is in the page, and little changes as it plays', async ({
	annotate,
}) => {
	const began = performance.now();
	const studio = show(long());
	await drawn();
	const shownAfter = performance.now() - began;
	expect(target.querySelectorAll('*').length).toBeLessThan(4000);

	// One moment after the other, as the player tells them 60 times a second.
	const changed = new Set<Element | null>();
	const watcher = new MutationObserver((records) => {
		for (const { target: node } of records) changed.add((node as Element).closest('[data-cue]'));
	});
	watcher.observe(target, { subtree: true, attributes: true, childList: true });
	const frames = 600;
	let slowest = 0;
	const playing = performance.now();
	for (let frame = 0; frame < frames; frame += 1) {
		const at = performance.now();
		studio.playback.reached(frame / 60);
		flushSync();
		slowest = Math.max(slowest, performance.now() - at);
	}
	const perFrame = (performance.now() - playing) / frames;
	await tick();
	watcher.disconnect();
	expect([...changed].map((element) => element?.getAttribute('data-cue'))).toEqual(['0', '1', '2']);

	// To the end: its lines are drawn, those of the beginning go.
	const search = performance.now();
	studio.playback.seek(10_790);
	const field = target.querySelector('input');
	if (!field) throw new Error('no search');
	field.value = 'night train';
	field.dispatchEvent(new Event('input', { bubbles: true }));
	flushSync();
	const searched = performance.now() - search;
	await vi.waitFor(() => expect(target.querySelector('.at')).not.toBeNull(), 120_000);
	await vi.waitFor(() => expect(target.querySelector('[data-cue="0"]')).toBeNull(), 120_000);
	expect(target.querySelectorAll('*').length).toBeLessThan(6000);

	// An edit redraws one line.
	const last = studio.editor.edition.cues.at(-1)?.id ?? '';
	changed.clear();
	watcher.observe(target, { subtree: true, attributes: true, childList: true });
	const edit = performance.now();
	studio.editor.apply(
		(edition) => ({
			...edition,
			cues: edition.cues.map((cue) => (cue.id === last ? { ...cue, edited: true } : cue)),
		}),
		'Edit line',
	);
	flushSync();
	const edited = performance.now() - edit;
	await tick();
	watcher.disconnect();
	expect([...changed].filter((element) => element !== null)).toHaveLength(1);
	await annotate(
		`30,000 words: shown ${shownAfter.toFixed(0)} ms, frame ${perFrame.toFixed(2)} ms (slowest ${slowest.toFixed(1)}), search ${searched.toFixed(0)} ms, edit ${edited.toFixed(0)} ms`,
	);
});
