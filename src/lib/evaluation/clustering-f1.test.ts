import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { array, number, object, parse, record, string } from 'valibot';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { pairwiseF1, speakerF1 } from './clustering-f1.ts';
import { roundToFourDecimals } from './decimal-rounding.ts';

function clusters(labels: readonly number[]): Map<string, number> {
	return new Map(labels.map((label, i) => [`spk_${i}`, label]));
}

const vectors = object({
	f1_vectors: array(
		object({
			truth: array(number()),
			pred: array(number()),
			pairwise_f1: number(),
			per_speaker: record(string(), number()),
		}),
	),
});

describe('clustering F1', () => {
	test.skipIf(!hasShared)('the scorer’s vectors', () => {
		const file = readFileSync(sharedPath('specs/mcorec-vectors.json'), 'utf8');
		const cases = parse(vectors, JSON.parse(file)).f1_vectors;
		expect(cases.length).toBeGreaterThan(4);
		for (const { truth, pred, pairwise_f1, per_speaker } of cases) {
			expect(pairwiseF1(clusters(truth), clusters(pred))).toBe(pairwise_f1);
			expect(Object.fromEntries(speakerF1(clusters(truth), clusters(pred)))).toEqual(per_speaker);
		}
	});

	test('examples worked by hand', () => {
		// One right pair, two found: precision 1/2; recall 1.
		expect(pairwiseF1(clusters([0, 0, 1, 2]), clusters([5, 5, 7, 7]))).toBeCloseTo(2 / 3, 12);
		// Nobody talks with anybody, and that is the answer: no true positive, so 0.
		expect(pairwiseF1(clusters([0, 1, 2]), clusters([0, 1, 2]))).toBe(0);
		expect(speakerF1(clusters([0, 0, 1, 1, 1]), clusters([0, 0, 0, 1, 1])).get('spk_0')).toBe(
			0.6667,
		);
	});

	const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 8 });

	test('only which labels are equal counts, and truth and answer may change places', () => {
		fc.assert(
			fc.property(labels, labels, fc.integer(), (first, second, shift) => {
				const length = Math.min(first.length, second.length);
				const truth = clusters(first.slice(0, length));
				const found = clusters(second.slice(0, length));
				const renamed = new Map([...found].map(([speaker, label]) => [speaker, shift - 3 * label]));
				const f1 = pairwiseF1(truth, found);
				expect(pairwiseF1(truth, renamed)).toBe(f1);
				expect(pairwiseF1(found, truth)).toBeCloseTo(f1, 12);
				expect(speakerF1(truth, renamed)).toEqual(speakerF1(truth, found));
				expect(f1).toBeGreaterThanOrEqual(0);
				expect(f1).toBeLessThanOrEqual(1);
			}),
		);
	});

	test('a speaker without an answer is refused, one too many is ignored', () => {
		expect(() => pairwiseF1(clusters([0, 0]), clusters([0]))).toThrow(TypeError);
		expect(pairwiseF1(clusters([0, 0]), clusters([1, 1, 1]))).toBe(1);
	});
});

describe('rounding to four decimals', () => {
	test('ties go to the even digit', () => {
		expect(roundToFourDecimals(1 / 32)).toBe(0.0312);
		expect(roundToFourDecimals(3 / 32)).toBe(0.0938);
		expect(roundToFourDecimals(2 / 3)).toBe(0.6667);
		expect(roundToFourDecimals(1)).toBe(1);
	});
});
