import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimeRange } from '../domain/time-range.ts';
import { speechErrors } from './speech-errors.ts';

const ranges = (...pairs: [number, number][]): TimeRange[] =>
	pairs.map(([startSeconds, endSeconds]) => ({ startSeconds, endSeconds }));

test('counts what was missed and what is none', () => {
	const errors = speechErrors(ranges([1, 4], [6, 8]), ranges([2, 5], [7, 7.5], [20, 21]), null);
	expect(errors).toEqual({ referenceSeconds: 5, missedSeconds: 2.5, falseSeconds: 2 });
});

test('looks at the evaluated time alone', () => {
	const uem = { startSeconds: 2, endSeconds: 7 };
	const errors = speechErrors(ranges([1, 4], [6, 8]), ranges([0, 3], [9, 10]), uem);
	expect(errors).toEqual({ referenceSeconds: 3, missedSeconds: 2, falseSeconds: 0 });
});

test('agrees with counting second by second, in any order and with overlaps', () => {
	const list = fc.array(
		fc
			.tuple(fc.nat(60), fc.nat(15))
			.map(([start, length]): [number, number] => [start, start + length]),
		{ maxLength: 8 },
	);
	fc.assert(
		fc.property(list, list, (reference, found) => {
			const talks = (spans: [number, number][], at: number) =>
				spans.some(([start, end]) => start <= at && at < end);
			const count = (isOne: (at: number) => boolean) =>
				Array.from({ length: 80 }, (_, at) => at).filter(isOne).length;
			expect(speechErrors(ranges(...reference), ranges(...found), null)).toEqual({
				referenceSeconds: count((at) => talks(reference, at)),
				missedSeconds: count((at) => talks(reference, at) && !talks(found, at)),
				falseSeconds: count((at) => talks(found, at) && !talks(reference, at)),
			});
		}),
		{ numRuns: 5000 },
	);
});
