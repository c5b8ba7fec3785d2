import { describe, expect, test } from 'vitest';
import { FakeClient, idOf } from '../../../../tests/fixtures/fake-client.ts';
import { Studio } from '../../state/studio.svelte.ts';
import { placeOf } from '../../state/studio-place.ts';
import { TimelineView } from '../../state/timeline-view.svelte.ts';
import { present } from '../../support/assert.ts';
import { grabAt, OverviewDrag } from './overview-grab.ts';

const scale = { range: { startSeconds: 0, endSeconds: 64 }, width: 640 };

async function viewOf(query: string): Promise<TimelineView> {
	const client = new FakeClient({ past: ['party'] });
	const place = placeOf(new URLSearchParams(query));
	return new TimelineView(present(await Studio.open(client, idOf('party'), place), 'It'));
}

test.each([
	[95, 'start'],
	[104, 'start'],
	[150, 'window'],
	[207, 'end'],
	[60, 'ground'],
	[300, 'ground'],
])('at %s a mouse takes hold of the %s', (x, grab) => {
	expect(grabAt(x, [100, 200], false)).toBe(grab);
});

test('a finger need not be as exact, and a narrow window can still be moved', () => {
	expect(grabAt(82, [100, 200], true)).toBe('start');
	expect(grabAt(106, [100, 112], true)).toBe('window');
});

describe('dragging', () => {
	test('the window moves it', async () => {
		const view = await viewOf('zoom=10-20');
		const drag = new OverviewDrag(view, scale, 130, false);
		drag.move(230);
		expect(view.range).toEqual({ startSeconds: 20, endSeconds: 30 });
		drag.move(-500);
		expect(view.range).toEqual({ startSeconds: 0, endSeconds: 10 });
	});

	test('an edge resizes it', async () => {
		const view = await viewOf('zoom=10-20');
		new OverviewDrag(view, scale, 201, false).move(320);
		expect(view.range).toEqual({ startSeconds: 10, endSeconds: 32 });
	});

	test('from elsewhere brings the window there at once', async () => {
		const view = await viewOf('zoom=10-20');
		const drag = new OverviewDrag(view, scale, 400, false);
		expect(view.range).toEqual({ startSeconds: 35, endSeconds: 45 });
		drag.move(410);
		expect(view.range).toEqual({ startSeconds: 36, endSeconds: 46 });
	});

	test('where all is in sight draws up a window', async () => {
		const view = await viewOf('');
		const drag = new OverviewDrag(view, scale, 300, false);
		expect(view.whole).toBe(true);
		drag.move(200);
		expect(view.range).toEqual({ startSeconds: 20, endSeconds: 30 });
	});
});
