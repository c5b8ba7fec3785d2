import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	keptRange,
	keyStepSeconds,
	pannedRange,
	pixelsPerSecond,
	resizedRange,
	revealedRange,
	secondsAt,
	shortestSpanSeconds,
	shownRange,
	ticksOf,
	xOf,
	zoomedRange,
} from './timeline-scale.ts';
import type { TimeRange } from '../domain/time-range.ts';

const anySeconds = fc.double({ min: -1e4, max: 2e4, noNaN: true });
const anyDuration = fc.double({ min: 0.04, max: 12_000, noNaN: true });
/** A recording and a stretch of it as a person would have it on the screen. */
const shown = fc.tuple(anySeconds, anySeconds, anyDuration).map(([a, b, duration]) => ({
	duration,
	range: shownRange({ startSeconds: Math.min(a, b), endSeconds: Math.max(a, b) }, duration),
}));

function spanOf(range: TimeRange): number {
	return range.endSeconds - range.startSeconds;
}

function expectInside(range: TimeRange, duration: number): void {
	expect(range.startSeconds).toBeGreaterThanOrEqual(0);
	expect(range.endSeconds).toBeLessThanOrEqual(duration);
	expect(spanOf(range)).toBeGreaterThanOrEqual(Math.min(duration, shortestSpanSeconds) - 1e-6);
}

describe('what is shown', () => {
	test('lies inside the recording and is never too short, whatever is wished', () => {
		fc.assert(fc.property(shown, ({ range, duration }) => expectInside(range, duration)));
		expect(shownRange(null, 64)).toEqual({ startSeconds: 0, endSeconds: 64 });
		expect(shownRange({ startSeconds: 90, endSeconds: 95 }, 64)).toEqual({
			startSeconds: 59,
			endSeconds: 64,
		});
		expect(shownRange(null, 0)).toEqual({ startSeconds: 0, endSeconds: 0 });
	});

	test('is kept as a wish that brings it back', () => {
		fc.assert(
			fc.property(shown, ({ range, duration }) => {
				const again = shownRange(keptRange(range, duration), duration);
				expect(again.startSeconds).toBeCloseTo(range.startSeconds, 6);
				expect(again.endSeconds).toBeCloseTo(range.endSeconds, 6);
			}),
		);
		expect(keptRange({ startSeconds: 0, endSeconds: 64 }, 64)).toBeNull();
	});
});

describe('zooming', () => {
	const part = fc.double({ min: 0, max: 1, noNaN: true });
	const factor = fc.double({ min: 0.05, max: 20, noNaN: true });

	test('never leaves the recording', () => {
		fc.assert(
			fc.property(shown, part, factor, ({ range, duration }, at, by) => {
				const seconds = range.startSeconds + at * spanOf(range);
				expectInside(zoomedRange(range, by, seconds, duration), duration);
			}),
		);
	});

	test('keeps the time under the pointer, but where the recording ends', () => {
		fc.assert(
			fc.property(shown, part, factor, ({ range, duration }, at, by) => {
				const width = 1000;
				const seconds = secondsAt({ range, width }, at * width);
				const next = zoomedRange(range, by, seconds, duration);
				const moved = xOf({ range: next, width }, seconds) - at * width;
				if (by >= 1) expect(Math.abs(moved)).toBeLessThan(1e-3);
				if (moved < -1e-3) expect(next.startSeconds).toBe(0);
				if (moved > 1e-3) expect(next.endSeconds).toBeCloseTo(duration, 6);
			}),
		);
	});

	test('in and out again comes back, away from the ends', () => {
		const range = { startSeconds: 40, endSeconds: 60 };
		const near = zoomedRange(range, 4, 45, 600);
		expect(spanOf(near)).toBeCloseTo(5);
		const back = zoomedRange(near, 1 / 4, 45, 600);
		expect(back.startSeconds).toBeCloseTo(40);
		expect(back.endSeconds).toBeCloseTo(60);
	});
});

test('panning keeps the length and stops at the ends', () => {
	fc.assert(
		fc.property(shown, anySeconds, ({ range, duration }, by) => {
			const next = pannedRange(range, by, duration);
			expectInside(next, duration);
			expect(spanOf(next)).toBeCloseTo(spanOf(range), 6);
			const wanted = range.startSeconds + by;
			if (wanted >= 0 && wanted + spanOf(range) <= duration) {
				expect(next.startSeconds).toBeCloseTo(wanted, 6);
			}
		}),
	);
});

test('an edge that is drawn aside leaves the other where it is', () => {
	fc.assert(
		fc.property(
			shown,
			fc.constantFrom('start', 'end'),
			anySeconds,
			({ range, duration }, edge, to) => {
				const next = resizedRange(range, edge, to, duration);
				expect(edge === 'start' ? next.endSeconds : next.startSeconds).toBe(
					edge === 'start' ? range.endSeconds : range.startSeconds,
				);
				expectInside(next, duration);
			},
		),
	);
});

test('a moment is brought into sight, and what is in sight stays', () => {
	fc.assert(
		fc.property(shown, fc.double({ min: 0, max: 1, noNaN: true }), ({ range, duration }, at) => {
			const seconds = at * duration;
			const next = revealedRange(range, seconds, duration);
			expectInside(next, duration);
			expect(seconds).toBeGreaterThanOrEqual(next.startSeconds - 1e-6);
			expect(seconds).toBeLessThanOrEqual(next.endSeconds + 1e-6);
			if (seconds >= range.startSeconds && seconds <= range.endSeconds) expect(next).toBe(range);
		}),
	);
});

test('places and moments answer each other', () => {
	fc.assert(
		fc.property(shown, fc.double({ min: 0, max: 800, noNaN: true }), ({ range }, x) => {
			const scale = { range, width: 800 };
			expect(xOf(scale, secondsAt(scale, x))).toBeCloseTo(x, 3);
		}),
	);
	const scale = { range: { startSeconds: 10, endSeconds: 20 }, width: 500 };
	expect(secondsAt(scale, -40)).toBe(10);
	expect(secondsAt(scale, 900)).toBe(20);
	expect(pixelsPerSecond({ ...scale, range: { startSeconds: 3, endSeconds: 3 } })).toBe(0);
});

describe('marks', () => {
	test('are round, in sight and not too near to each other', () => {
		fc.assert(
			fc.property(shown, fc.integer({ min: 200, max: 3000 }), ({ range }, width) => {
				const { ticks, stepSeconds } = ticksOf({ range, width }, 80);
				expect(ticks.length).toBeLessThanOrEqual(Math.max(1, width / 80) + 1);
				for (const tick of ticks) {
					expect(tick).toBeGreaterThanOrEqual(range.startSeconds - 1e-6);
					expect(tick).toBeLessThanOrEqual(range.endSeconds + 1e-6);
					expect(tick / stepSeconds).toBeCloseTo(Math.round(tick / stepSeconds), 6);
				}
			}),
		);
	});

	test('of a minute and of an hour', () => {
		const minute = { range: { startSeconds: 0, endSeconds: 64 }, width: 640 };
		expect(ticksOf(minute, 80).ticks).toEqual([0, 10, 20, 30, 40, 50, 60]);
		const hour = { range: { startSeconds: 0, endSeconds: 3600 }, width: 640 };
		expect(ticksOf(hour, 80).ticks).toEqual([0, 600, 1200, 1800, 2400, 3000, 3600]);
	});
});

test.each([
	[64, 1],
	[5, 0.1],
	[0.5, 0.04],
	[10_800, 10],
])('an arrow key goes a good way when %s s are shown', (endSeconds, step) => {
	expect(keyStepSeconds({ startSeconds: 0, endSeconds })).toBe(step);
});
