import { describe, expect, test } from 'vitest';
import { FakeClient, idOf } from '../../../tests/fixtures/fake-client.ts';
import { present } from '../support/assert.ts';
import { placeOf, queryOf } from './studio-place.ts';
import { Studio } from './studio.svelte.ts';
import { TimelineView } from './timeline-view.svelte.ts';

/** A made-up session of 64 s, drawn over 640 pixels. */
async function viewOf(query = ''): Promise<{ studio: Studio; view: TimelineView }> {
	const client = new FakeClient({ past: ['party'] });
	const place = placeOf(new URLSearchParams(query));
	const studio = present(await Studio.open(client, idOf('party'), place), 'The studio');
	const view = new TimelineView(studio);
	view.resize(640);
	return { studio, view };
}

test('all is in sight at first, and the address holds what is in sight later', async () => {
	const { studio, view } = await viewOf();
	expect(view.whole).toBe(true);
	view.zoomAt(320, 4);
	expect(view.range).toEqual({ startSeconds: 24, endSeconds: 40 });
	expect(queryOf(studio.place).get('zoom')).toBe('24.00-40.00');
	view.panBy(-40);
	expect(view.range).toEqual({ startSeconds: 23, endSeconds: 39 });
	view.fit();
	expect(studio.visible).toBeNull();
});

test('an address that shows more than there is shows the rest of it', async () => {
	const { view } = await viewOf('zoom=60-90');
	expect(view.range).toEqual({ startSeconds: 34, endSeconds: 64 });
});

test('before it has a width nothing moves', async () => {
	const { view } = await viewOf('zoom=10-20');
	view.resize(0);
	view.panBy(50);
	expect(view.range).toEqual({ startSeconds: 10, endSeconds: 20 });
});

test('the edges and the middle of what is in sight can be moved', async () => {
	const { view } = await viewOf('zoom=10-20');
	view.moveEdge('end', 30);
	expect(view.range).toEqual({ startSeconds: 10, endSeconds: 30 });
	view.moveEdge('start', 80);
	expect(view.range).toEqual({ startSeconds: 29.5, endSeconds: 30 });
	view.centreOn(1);
	expect(view.range).toEqual({ startSeconds: 0.75, endSeconds: 1.25 });
});

describe('keys', () => {
	test('zoom around the position, or around the middle when it is not in sight', async () => {
		const { studio, view } = await viewOf();
		studio.playback.seek(16);
		view.press('+');
		expect(view.range.startSeconds).toBeCloseTo(16 - 16 / 1.6);
		view.press('-');
		expect(view.whole).toBe(true);
		const far = await viewOf('zoom=40-56&t=3');
		far.view.press('+');
		expect(far.view.range).toEqual({ startSeconds: 43, endSeconds: 53 });
		far.view.press('0');
		expect(far.view.whole).toBe(true);
	});

	test('seek by a step that fits what is in sight', async () => {
		const { studio, view } = await viewOf();
		view.press('ArrowRight');
		view.press('ArrowRight');
		expect(studio.playback.seconds).toBe(2);
		view.press('ArrowLeft');
		expect(studio.playback.seconds).toBe(1);
		view.press('End');
		expect(studio.playback.seconds).toBe(64);
		view.press('Home');
		expect(studio.playback.seconds).toBe(0);
	});

	test('turn pages with the position on them', async () => {
		const { studio, view } = await viewOf('zoom=10-20&t=12');
		view.press('PageDown');
		expect(view.range).toEqual({ startSeconds: 20, endSeconds: 30 });
		expect(studio.playback.seconds).toBe(22);
		view.press('PageUp');
		expect(studio.playback.seconds).toBe(12);
	});

	test('with shift the selection grows, shrinks and turns round as in a text', async () => {
		const { studio, view } = await viewOf('t=10');
		view.press('ArrowRight', true);
		view.press('ArrowRight', true);
		expect(studio.selection).toEqual({ startSeconds: 10, endSeconds: 12 });
		view.press('ArrowLeft', true);
		expect(studio.selection).toEqual({ startSeconds: 10, endSeconds: 11 });
		view.press('ArrowLeft', true);
		expect(studio.selection).toBeNull();
		view.press('ArrowLeft', true);
		view.press('ArrowLeft', true);
		expect(studio.selection).toEqual({ startSeconds: 8, endSeconds: 10 });
		view.press('End', true);
		expect(studio.selection).toEqual({ startSeconds: 10, endSeconds: 64 });
	});

	test('Escape clears the selection, and is left to others when there is none', async () => {
		const { studio, view } = await viewOf('select=10-12');
		expect(view.press('Escape')).toBe(true);
		expect(studio.selection).toBeNull();
		expect(view.press('Escape')).toBe(false);
		expect(view.press('Tab')).toBe(false);
		expect(view.press('toString')).toBe(false);
	});
});

test('dragging selects either way, and a selection can be filled into sight', async () => {
	const { studio, view } = await viewOf();
	view.selectBetween(200, 100);
	expect(studio.selection).toEqual({ startSeconds: 10, endSeconds: 20 });
	view.selectBetween(300, 300);
	expect(studio.selection).toBeNull();
	view.seekAt(50);
	view.selectTo(9999);
	expect(studio.selection).toEqual({ startSeconds: 5, endSeconds: 64 });
	view.selectBetween(100, 120);
	view.showSelection();
	expect(view.range).toEqual({ startSeconds: 10, endSeconds: 12 });
});

test('a selection begins and ends where the recording is, without a drag', async () => {
	const { studio, view } = await viewOf('t=20&zoom=10-30');
	view.selectFromHere();
	expect(studio.selection).toEqual({ startSeconds: 20, endSeconds: 30 });
	studio.playback.seek(24);
	view.selectToHere();
	expect(studio.selection).toEqual({ startSeconds: 20, endSeconds: 24 });
	studio.playback.seek(22);
	view.selectFromHere();
	expect(studio.selection).toEqual({ startSeconds: 22, endSeconds: 24 });
	studio.playback.seek(15);
	view.selectToHere();
	expect(studio.selection).toEqual({ startSeconds: 10, endSeconds: 15 });
	studio.select(null);
	view.fit();
	view.selectFromHere();
	expect(studio.selection).toEqual({ startSeconds: 15, endSeconds: 64 });
});

describe('following', () => {
	const engine = { seek: () => {}, play: () => {}, pause: () => {} };

	test('turns the page when the position leaves it', async () => {
		const { studio, view } = await viewOf('zoom=10-20&t=19');
		studio.playback.attach(engine);
		studio.playback.play();
		studio.playback.reached(19.9);
		view.follow(19);
		expect(view.range.startSeconds).toBe(10);
		studio.playback.reached(20.1);
		view.follow(19.9);
		expect(view.range.startSeconds).toBeCloseTo(19.1);
	});

	test('lets a person look elsewhere while it plays', async () => {
		const { studio, view } = await viewOf('zoom=40-50&t=5');
		studio.playback.attach(engine);
		studio.playback.play();
		studio.playback.reached(5.1);
		view.follow(5);
		expect(view.range.startSeconds).toBe(40);
	});

	test('shows where somebody has jumped to', async () => {
		const { studio, view } = await viewOf('zoom=40-50&t=5');
		studio.playback.seek(20);
		view.follow(5);
		expect(view.range.startSeconds).toBeCloseTo(19);
		view.panSeconds(30);
		view.follow(20);
		expect(view.range.startSeconds).toBeCloseTo(49);
	});
});
