import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outsideOf, stretchOf, ticksOf } from './timeline-layout.ts';

test('a range lies where its times say', () => {
	expect(stretchOf({ startSeconds: 15, endSeconds: 30 }, 60)).toEqual({
		start: 0.25,
		length: 0.25,
	});
	expect(stretchOf({ startSeconds: 70, endSeconds: 80 }, 60)).toBeNull();
	expect(stretchOf({ startSeconds: 0, endSeconds: 1 }, 0)).toBeNull();
});

test('stretches stay on the timeline', () => {
	const seconds = fc.double({ min: -100, max: 5000, noNaN: true });
	fc.assert(
		fc.property(seconds, seconds, fc.double({ min: 0.04, max: 4000, noNaN: true }), (a, b, all) => {
			const range = { startSeconds: Math.min(a, b), endSeconds: Math.max(a, b) };
			const stretch = stretchOf(range, all);
			if (stretch === null) return;
			expect(stretch.start).toBeGreaterThanOrEqual(0);
			expect(stretch.length).toBeGreaterThan(0);
			expect(stretch.start + stretch.length).toBeLessThanOrEqual(1 + 1e-9);
		}),
	);
});

test('outside the evaluated part are its two ends', () => {
	expect(outsideOf({ startSeconds: 3, endSeconds: 60 }, 60)).toEqual([{ start: 0, length: 0.05 }]);
	expect(outsideOf({ startSeconds: 6, endSeconds: 54 }, 60)).toHaveLength(2);
	expect(outsideOf(null, 60)).toEqual([]);
});

test('marks are round and few', () => {
	expect(ticksOf(64, 8)).toEqual([0, 10, 20, 30, 40, 50, 60]);
	expect(ticksOf(360, 4)).toEqual([0, 120, 240, 360]);
	expect(ticksOf(36_000, 3)).toHaveLength(11);
});
