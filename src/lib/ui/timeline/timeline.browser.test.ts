import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeClient, idOf } from '../../../../tests/fixtures/fake-client.ts';
import { fakeLabels } from '../../../../tests/fixtures/fake-labels.ts';
import { fakeSession } from '../../../../tests/fixtures/fake-session.ts';
import type { Peaks } from '../../domain/peaks.ts';
import { renameConversation, renameSpeaker } from '../../editing/names.ts';
import { keyPressOf, type KeyPress } from '../../state/shortcuts.ts';
import { placeOf } from '../../state/studio-place.ts';
import { Studio } from '../../state/studio.svelte.ts';
import { present } from '../../support/assert.ts';
import { deferred } from '../../support/deferred.ts';
import { ConfabError } from '../../support/errors.ts';
import '../base.css';
import '../tokens.css';
import Timeline from './timeline.svelte';

let target: HTMLElement;
let shown: ReturnType<typeof mount> | null = null;

beforeEach(() => {
	target = document.createElement('div');
	target.style.width = '900px';
	document.body.append(target);
	// Pointers that a test makes up cannot be captured.
	vi.spyOn(Element.prototype, 'setPointerCapture').mockImplementation(() => undefined);
});
afterEach(async () => {
	if (shown) await unmount(shown);
	shown = null;
	target.remove();
	vi.restoreAllMocks();
});

async function studioOf(query = ''): Promise<Studio> {
	const client = new FakeClient({ past: ['party'] });
	await client.saveReference(idOf('party'), fakeLabels());
	const place = placeOf(new URLSearchParams(query));
	return present(await Studio.open(client, idOf('party'), place), 'The studio');
}

/** Shows the timeline and waits until it has been drawn. */
async function show(
	studio: Studio,
	loadPeaks: ((signal: AbortSignal) => Promise<Peaks>) | null = null,
): Promise<void> {
	const session = loadPeaks && fakeSession('party', idOf('party'));
	shown = mount(Timeline, { target, props: { studio, session, loadPeaks } });
	await frames(4);
}

async function frames(count: number): Promise<void> {
	for (let i = 0; i < count; i += 1) await new Promise(requestAnimationFrame);
}

function find(selector: string): HTMLElement {
	return present(target.querySelector<HTMLElement>(selector), selector);
}

function lanes(): HTMLCanvasElement {
	return present(target.querySelector<HTMLCanvasElement>('.plot canvas'), 'The canvas');
}

function slider(): HTMLInputElement {
	return present(target.querySelector<HTMLInputElement>('.plot input'), 'The slider');
}

function button(name: string): HTMLButtonElement {
	const all = [...target.querySelectorAll('button')];
	const named = all.find(
		(one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === name,
	);
	return present(named, name);
}

function point(selector: string, type: string, x: number, more: PointerEventInit = {}): void {
	const element = find(selector);
	const { left, top } = element.getBoundingClientRect();
	const at = { clientX: left + x, clientY: top + 60, bubbles: true, cancelable: true };
	const pointer = { pointerId: 1, pointerType: 'mouse', button: 0 };
	element.dispatchEvent(new PointerEvent(type, { ...at, ...pointer, ...more }));
}

function key(element: Element, name: string, more: KeyboardEventInit = {}): boolean {
	const all = { key: name, bubbles: true, cancelable: true, ...more };
	return !element.dispatchEvent(new KeyboardEvent('keydown', all));
}

/** @returns whether the timeline took it */
function press(name: string, more: KeyboardEventInit = {}): boolean {
	return key(slider(), name, more);
}

function plotWidth(): number {
	return find('.plot').clientWidth;
}

/** Colours of a row of pixels of the lanes. */
function coloursAt(y: number): ReadonlySet<string> {
	const canvas = lanes();
	const context = present(canvas.getContext('2d'), 'The context');
	const line = Math.round(y * devicePixelRatio);
	const { data } = context.getImageData(0, line, canvas.width, 1);
	const colours = new Set<string>();
	for (let i = 0; i < data.length; i += 4) colours.add(data.slice(i, i + 3).join());
	return colours;
}

test('it is drawn as sharp as the screen is, with talk in the colours of the page', async () => {
	await show(await studioOf());
	const canvas = lanes();
	expect(canvas.width).toBe(Math.round(plotWidth() * devicePixelRatio));
	expect(canvas.height).toBe(Math.round(find('.plot').clientHeight * devicePixelRatio));
	const first = button('spk_0').getBoundingClientRect();
	const y = first.top - find('.plot').getBoundingClientRect().top + 20;
	expect(coloursAt(y)).toContain('18,41,107');
	expect(canvas.getAttribute('aria-label')).toBe(
		'Timeline: 6 speakers in 3 conversations, 1 min 04 s. Options has the same as a table.',
	);
});

test('it is drawn once for all that changes between two frames, and not for nothing', async () => {
	const studio = await studioOf();
	await show(studio);
	const draws = vi.spyOn(CanvasRenderingContext2D.prototype, 'setTransform');
	await frames(5);
	expect(draws).not.toHaveBeenCalled();
	for (const end of [3, 4, 5, 6]) {
		flushSync(() => studio.show({ startSeconds: 1, endSeconds: end }));
	}
	await frames(3);
	expect(draws).toHaveBeenCalledTimes(1);
	// The position is no part of the picture.
	flushSync(() => studio.playback.seek(2));
	await frames(3);
	expect(draws).toHaveBeenCalledTimes(1);
});

test('Ctrl and wheel zoom at the pointer, and the plain wheel is left to the page', async () => {
	const studio = await studioOf();
	await show(studio);
	const { left } = find('.plot').getBoundingClientRect();
	const x = plotWidth() / 4;
	const wheel = (more: WheelEventInit): WheelEvent => {
		const all = { clientX: left + x, deltaY: -100, bubbles: true, cancelable: true, ...more };
		const event = new WheelEvent('wheel', all);
		find('.plot').dispatchEvent(event);
		return event;
	};
	expect(wheel({}).defaultPrevented).toBe(false);
	expect(studio.visible).toBeNull();
	expect(wheel({ ctrlKey: true }).defaultPrevented).toBe(true);
	const near = present(studio.visible, 'A part of it');
	const span = near.endSeconds - near.startSeconds;
	expect(span).toBeLessThan(50);
	expect(near.startSeconds + span / 4).toBeCloseTo(16, 1);
	expect(wheel({ shiftKey: true, deltaY: 100 }).defaultPrevented).toBe(true);
	expect(studio.visible?.startSeconds).toBeGreaterThan(near.startSeconds);
});

test('a click seeks and brings the keys, a drag selects, Escape selects nothing', async () => {
	const studio = await studioOf();
	await show(studio);
	point('.plot', 'pointerdown', plotWidth() / 2);
	point('.plot', 'pointerup', plotWidth() / 2);
	expect(studio.playback.seconds).toBeCloseTo(32, 1);
	expect(document.activeElement).toBe(slider());
	point('.plot', 'pointerdown', plotWidth() / 8);
	point('.plot', 'pointermove', plotWidth() / 4);
	point('.plot', 'pointerup', plotWidth() / 4);
	expect(studio.selection?.startSeconds).toBeCloseTo(8, 1);
	expect(studio.selection?.endSeconds).toBeCloseTo(16, 1);
	flushSync();
	expect(find('.selection').textContent).toContain('(8.0 s)');
	button('Selection').click();
	expect(studio.visible?.endSeconds).toBeCloseTo(16, 1);
	expect(press('Escape')).toBe(true);
	expect(studio.selection).toBeNull();
	expect(press('Escape')).toBe(false);
	expect(press('+', { ctrlKey: true })).toBe(false);
	expect(press('0')).toBe(true);
	expect(studio.visible).toBeNull();
});

test('zooming has keys wherever one is, and playing has its key in the timeline too', async () => {
	const studio = await studioOf();
	await show(studio);
	const pressed: KeyPress[] = [];
	const listen = (event: KeyboardEvent): number => pressed.push(keyPressOf(event));
	window.addEventListener('keydown', listen);
	key(document.body, '+');
	key(slider(), ' ');
	window.removeEventListener('keydown', listen);
	const [plus, space] = pressed;
	expect(studio.shortcuts.press(present(plus, 'The plus key'))).toBe(true);
	expect(studio.visible).not.toBeNull();
	expect(space?.typing).toBe(false);
	expect(space?.taken).not.toContain(' ');
	if (shown) await unmount(shown);
	shown = null;
	expect(studio.shortcuts.list).toEqual([]);
});

test('two fingers zoom', async () => {
	const studio = await studioOf();
	await show(studio);
	const touch = (pointerId: number) => ({ pointerId, pointerType: 'touch' });
	point('.plot', 'pointerdown', 200, touch(1));
	point('.plot', 'pointerdown', 300, touch(2));
	point('.plot', 'pointermove', 400, touch(2));
	point('.plot', 'pointerup', 400, touch(2));
	point('.plot', 'pointerup', 200, touch(1));
	const { startSeconds, endSeconds } = present(studio.visible, 'A part of it');
	expect(endSeconds - startSeconds).toBeCloseTo(32, 1);
	expect(studio.playback.seconds).toBe(0);
});

test('a screen reader hears where one is and who talks there', async () => {
	const studio = await studioOf('t=20.8');
	await show(studio);
	const position = slider();
	expect(position.getAttribute('aria-valuetext')).toBe(
		'0:20.8, spk_0 in conversation A, spk_4 in conversation B, spk_5 in conversation C talking',
	);
	// As a screen reader moves it.
	position.value = '1';
	position.dispatchEvent(new Event('input', { bubbles: true }));
	expect(studio.playback.seconds).toBe(1);
	flushSync();
	expect(position.getAttribute('aria-valuetext')).toBe('0:01.0, nobody talking');
});

test('a name shows its speaker alone, and everybody again', async () => {
	const studio = await studioOf();
	await show(studio);
	button('spk_4').click();
	expect(studio.speakerId).toBe('spk_4');
	flushSync();
	expect(button('spk_4').getAttribute('aria-pressed')).toBe('true');
	button('spk_4').click();
	expect(studio.speakerId).toBeNull();
});

test('the names that people gave are shown', async () => {
	const studio = await studioOf();
	await show(studio);
	studio.editor.apply((edition) => renameSpeaker(edition, 'spk_0', 'Ada'), 'Rename');
	studio.editor.apply((edition) => renameConversation(edition, 0, 'The trains'), 'Rename');
	flushSync();
	expect(button('Ada').title).toBe('Ada');
	expect(find('.names').textContent).toContain('The trains');
	button('Options').click();
	flushSync();
	expect(find('table').textContent).toContain('Ada');
});

test('the strip of all of it is dragged, and its keys pan', async () => {
	const studio = await studioOf('zoom=10-20');
	await show(studio);
	const perSecond = find('.strip').clientWidth / 64;
	point('.strip', 'pointerdown', 15 * perSecond);
	point('.strip', 'pointermove', 35 * perSecond);
	point('.strip', 'pointerup', 35 * perSecond);
	expect(studio.visible?.startSeconds).toBeCloseTo(30, 1);
	const part = find('.strip input');
	key(part, 'ArrowLeft');
	expect(studio.visible?.startSeconds).toBeCloseTo(29, 1);
	key(part, 'End');
	expect(studio.visible?.endSeconds).toBe(64);
	flushSync();
	expect(part.getAttribute('aria-valuetext')).toBe('0:54.0 to 1:04.0');
});

test('what is in sight follows the position while it plays', async () => {
	const studio = await studioOf('zoom=10-20&t=19');
	await show(studio);
	studio.playback.attach({ seek: () => {}, play: () => {}, pause: () => {} });
	studio.playback.play();
	flushSync(() => studio.playback.reached(19.9));
	expect(studio.visible?.startSeconds).toBe(10);
	flushSync(() => studio.playback.reached(20.2));
	expect(studio.visible?.startSeconds).toBeCloseTo(19.2);
	expect(find('.playhead').hidden).toBe(false);
});

describe('what can be shown besides', () => {
	async function showOptions(...[studio, loadPeaks]: Parameters<typeof show>): Promise<void> {
		await show(studio, loadPeaks);
		button('Options').click();
		flushSync();
	}

	function extra(name: string): HTMLInputElement | null {
		const labels = [...target.querySelectorAll('label')];
		return labels.find((one) => one.textContent.trim() === name)?.querySelector('input') ?? null;
	}

	test('changes nothing above it, and the labels can be hidden', async () => {
		await showOptions(await studioOf());
		const before = find('.plot').clientHeight;
		present(extra('Labels'), 'The switch').click();
		flushSync();
		expect(find('.plot').clientHeight).toBe(before - 5 * 18);
		present(extra('Speech curves'), 'The switch').click();
		flushSync();
		expect(find('.plot').clientHeight).toBe(before - 5 * 18 + 6 * 24);
		expect(extra('Waveform')).toBeNull();
	});

	test('the waveform is read when it is asked for, and says when it cannot be', async () => {
		const peaks = deferred<Peaks>();
		const signals: AbortSignal[] = [];
		await showOptions(await studioOf(), (signal) => {
			signals.push(signal);
			return signals.length === 1 ? peaks.promise : Promise.reject(fault);
		});
		const fault = new ConfabError('UnsupportedMedia', 'There is no sound.');
		expect(signals).toEqual([]);
		const box = present(extra('Waveform'), 'The switch');
		box.click();
		flushSync();
		expect(find('.wait').textContent.trim()).toBe('Reading the sound');
		box.click();
		flushSync();
		expect(signals[0]?.aborted).toBe(true);
		box.click();
		await vi.waitFor(() => {
			expect(find('.wait').textContent.trim()).toBe(
				'A recording could not be decoded: There is no sound.',
			);
		}, 120_000);
	});

	test('the waveform is drawn when it is there, and what it is read from may tell of states', async () => {
		const ones = new Float32Array(6400).fill(0.5);
		const studio = await studioOf();
		let reads = 0;
		await showOptions(studio, () => {
			reads += studio.playback.playing ? 0 : 1;
			return Promise.resolve({ rateHz: 100, minimum: ones.map((one) => -one), maximum: ones });
		});
		present(extra('Waveform'), 'The switch').click();
		await vi.waitFor(() => expect(target.querySelector('.wait')).toBeNull(), 120_000);
		await frames(3);
		const sound = present(
			[...target.querySelectorAll('.names p')].find((one) => one.textContent === 'Sound'),
			'The row',
		).getBoundingClientRect();
		const middle = sound.top - find('.plot').getBoundingClientRect().top + sound.height / 2 + 8;
		expect([...coloursAt(middle)]).toEqual(['82,92,102']);
		studio.playback.attach({ seek: () => {}, play: () => {}, pause: () => {} });
		flushSync(() => studio.playback.play());
		studio.playback.pause();
		await frames(2);
		expect(target.querySelector('.wait')).toBeNull();
		expect(reads).toBe(1);
	});
});
