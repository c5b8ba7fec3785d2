import { describe, expect, test } from 'vitest';
import type { Segment } from '../domain/activity.ts';
import { passagesOf } from './passages.ts';

const joining = { pauseSeconds: 1.5, mostSeconds: 30 };

function segments(...ranges: readonly (readonly [number, number])[]): Segment[] {
	return ranges.map(([startSeconds, endSeconds]) => ({
		speakerId: 'spk_0',
		trackId: 'track_00',
		startSeconds,
		endSeconds,
		meanProbability: 0.9,
	}));
}

/** Ranges of the segments of each passage. */
function passages(own: readonly Segment[], how: typeof joining | null = joining) {
	return passagesOf(own, how).map(({ segments: joined }) =>
		joined.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]),
	);
}

describe('segments of one speaker', () => {
	test('are joined over pauses that are short enough, at their true distance', () => {
		const own = segments([1, 2], [3.5, 4], [5.51, 6], [6, 7]);
		expect(passages(own)).toEqual([
			[
				[1, 2],
				[3.5, 4],
			],
			[
				[5.51, 6],
				[6, 7],
			],
		]);
		expect(passagesOf(own, joining)[0]).toMatchObject({
			speakerId: 'spk_0',
			trackId: 'track_00',
			startSeconds: 1,
			endSeconds: 4,
		});
	});

	test('are joined up to the length that is heard at once, pauses counted', () => {
		expect(passages(segments([0, 14], [15, 29], [29.5, 30], [30.5, 31]))).toEqual([
			[
				[0, 14],
				[15, 29],
				[29.5, 30],
			],
			[[30.5, 31]],
		]);
		expect(passages(segments([0, 40], [40, 41]))).toEqual([[[0, 40]], [[40, 41]]]);
	});

	test('are not joined where one begins before the other is over', () => {
		expect(passages(segments([0, 2], [1.9, 3]))).toEqual([[[0, 2]], [[1.9, 3]]]);
	});

	test('stay by themselves for a recogniser that joins none', () => {
		expect(passages(segments([1, 2], [2, 4]), null)).toEqual([[[1, 2]], [[2, 4]]]);
		expect(passages([])).toEqual([]);
	});
});
