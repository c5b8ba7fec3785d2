import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimeRange } from '../domain/time-range.ts';
import { floorGaps, longestGapSeconds, medianOf } from './floor-gaps.ts';

function talk(...bounds: readonly (readonly [number, number])[]): TimeRange[] {
	return bounds.map(([startSeconds, endSeconds]) => ({ startSeconds, endSeconds }));
}

test('a silence between them is a gap, talk over the end of the other one below zero', () => {
	const a = talk([0, 2], [5, 8], [10, 12]);
	const b = talk([2.5, 4], [7.75, 9], [12, 13]);
	expect(floorGaps(a, b)).toEqual([0.5, 1, -0.25, 1, 0]);
});

test('who goes on after a pause, or after a word of the other in between, keeps the floor', () => {
	expect(floorGaps(talk([0, 2], [3, 4]), talk([20, 21]))).toEqual([]);
	expect(floorGaps(talk([0, 5]), talk([2, 3]))).toEqual([]);
});

test('a later answer is none', () => {
	expect(floorGaps(talk([0, 1]), talk([1 + longestGapSeconds, 5]))).toEqual([longestGapSeconds]);
	expect(floorGaps(talk([0, 1]), talk([1.01 + longestGapSeconds, 5]))).toEqual([]);
	expect(floorGaps(talk([0, 8]), talk([5, 12]))).toEqual([]);
});

test('where both begin at once nobody took the floor', () => {
	expect(floorGaps(talk([0, 1], [2, 3]), talk([2, 4]))).toEqual([]);
});

describe('laws', () => {
	// Quarters, so that sums and mirrors are exact.
	const ranges = fc
		.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 30 })), {
			maxLength: 20,
		})
		.map((made) => talk(...made.map(([start, long]) => [start / 4, (start + long) / 4] as const)));
	const mirrored = (stretches: readonly TimeRange[]): TimeRange[] =>
		talk(...stretches.map(({ startSeconds, endSeconds }) => [-endSeconds, -startSeconds] as const));

	test('whichever of the two comes first, the gaps are the same', () => {
		fc.assert(
			fc.property(ranges, ranges, (a, b) => {
				expect(floorGaps(b, a)).toEqual(floorGaps(a, b));
			}),
		);
	});

	test('played backwards they come in the other order', () => {
		fc.assert(
			fc.property(ranges, ranges, (a, b) => {
				expect(floorGaps(mirrored(a), mirrored(b))).toEqual(floorGaps(a, b).toReversed());
			}),
		);
	});

	test('talk in pieces is the same talk', () => {
		const cut = (stretches: readonly TimeRange[]): TimeRange[] =>
			stretches.toReversed().flatMap(({ startSeconds, endSeconds }) => {
				const middle = (startSeconds + endSeconds) / 2;
				return talk([middle, endSeconds], [startSeconds, middle], [startSeconds, endSeconds]);
			});
		fc.assert(
			fc.property(ranges, ranges, (a, b) => {
				expect(floorGaps(cut(a), b)).toEqual(floorGaps(a, b));
			}),
		);
	});

	test('no gap is longer than the longest', () => {
		fc.assert(
			fc.property(ranges, ranges, (a, b) => {
				for (const gap of floorGaps(a, b)) {
					expect(Math.abs(gap)).toBeLessThanOrEqual(longestGapSeconds);
				}
			}),
		);
	});
});

test.each([
	[[], null],
	[[3], 3],
	[[10, -1, 2], 2],
	[[4, 1, 10, 2], 3],
])('the median of %j is %j', (values, median) => {
	expect(medianOf(values)).toBe(median);
});
