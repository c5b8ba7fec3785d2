import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignWords } from './word-alignment.ts';
import { addErrors, countErrors, noErrors, wordErrorRate } from './word-errors.ts';
import type { WordErrors } from './word-errors.ts';

/** Fewest edits by trying everything. */
function bruteForceDistance(a: readonly string[], b: readonly string[]): number {
	if (a.length === 0) return b.length;
	if (b.length === 0) return a.length;
	const rest = bruteForceDistance(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1);
	const deleted = bruteForceDistance(a.slice(1), b) + 1;
	const inserted = bruteForceDistance(a, b.slice(1)) + 1;
	return Math.min(rest, deleted, inserted);
}

function errorsBetween(reference: readonly string[], hypothesis: readonly string[]): WordErrors {
	return countErrors(alignWords(reference, hypothesis));
}

const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 });

describe('word errors', () => {
	test('as few as any alignment can have', () => {
		fc.assert(
			fc.property(words, words, (reference, hypothesis) => {
				const { substitutions, deletions, insertions } = errorsBetween(reference, hypothesis);
				expect(substitutions + deletions + insertions).toBe(
					bruteForceDistance(reference, hypothesis),
				);
			}),
		);
	});

	test('the alignment has both sequences, in order', () => {
		fc.assert(
			fc.property(words, words, (reference, hypothesis) => {
				const aligned = alignWords(reference, hypothesis);
				const side = (of: 'reference' | 'hypothesis'): (string | null)[] =>
					aligned.map((word) => word[of]).filter((word) => word !== null);
				expect(side('reference')).toEqual(reference);
				expect(side('hypothesis')).toEqual(hypothesis);
				for (const word of aligned) {
					const same = word.reference === word.hypothesis;
					expect(word.kind === 'correct').toBe(same);
				}
			}),
		);
	});

	test('the rate is 0 for equal sequences and for no others', () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom('a', 'b'), { minLength: 1 }),
				words,
				(reference, other) => {
					expect(wordErrorRate(errorsBetween(reference, reference))).toBe(0);
					const equal = reference.join(' ') === other.join(' ');
					expect(wordErrorRate(errorsBetween(reference, other)) === 0).toBe(equal);
				},
			),
		);
	});

	test('the kinds are told apart', () => {
		expect(errorsBetween(['a', 'b', 'c', 'd'], ['a', 'x', 'c'])).toEqual({
			substitutions: 1,
			deletions: 1,
			insertions: 0,
			referenceWords: 4,
		});
		expect(errorsBetween(['a'], ['b', 'a', 'c', 'd'])).toEqual({
			substitutions: 0,
			deletions: 0,
			insertions: 3,
			referenceWords: 1,
		});
	});

	test('the rate may exceed 1, and is null without a reference', () => {
		expect(wordErrorRate(errorsBetween(['a'], ['x', 'y', 'z']))).toBe(3);
		expect(wordErrorRate(errorsBetween(['a', 'b'], []))).toBe(1);
		expect(wordErrorRate(errorsBetween([], ['a']))).toBeNull();
		expect(wordErrorRate(noErrors)).toBeNull();
	});

	test('counts add up', () => {
		const a = errorsBetween(['a', 'b'], ['a', 'x']);
		const b = errorsBetween(['c'], []);
		expect(addErrors(a, noErrors)).toEqual(a);
		expect(wordErrorRate(addErrors(a, b))).toBeCloseTo(2 / 3, 12);
	});
});
