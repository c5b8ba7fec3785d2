import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atOnce } from '../support/slices.ts';
import { cpWordErrorsInSteps } from './cp-wer.ts';
import { wordErrorRate } from './word-errors.ts';

/** Lines of each speaker, one a second. */
const said = (lines: Readonly<Record<string, readonly string[]>>) =>
	new Map(
		Object.entries(lines).map(([speaker, texts]) => [
			speaker,
			texts.map((text, index) => ({ startSeconds: index, endSeconds: index + 1, text })),
		]),
	);

type Lines = ReturnType<typeof said>;

const compare = (reference: Lines, hypothesis: Lines) =>
	atOnce(cpWordErrorsInSteps(reference, hypothesis, null));

test('each is compared with one, so that the errors are fewest', () => {
	const reference = said({ Anna: ['red green', 'blue'], Bo: ['seven trees'] });
	const hypothesis = said({ 1: ['seven tree'], 2: ['red', 'green blue'] });
	const { errors, mapping } = compare(reference, hypothesis);
	expect(errors).toEqual({ substitutions: 1, deletions: 0, insertions: 0, referenceWords: 5 });
	expect(Object.fromEntries(mapping)).toEqual({ 1: 'Bo', 2: 'Anna' });
});

test('the fewest over all, where the best of each alone is not to be had', () => {
	const reference = said({ Anna: ['a b c d'.toUpperCase()], Bo: ['A B C'] });
	const hypothesis = said({ 1: ['A B C D'], 2: ['X'] });
	// 1 with Anna and 2 with Bo: 0 + 3 errors; 1 with Bo and 2 with Anna: 1 + 4.
	const { errors } = compare(reference, hypothesis);
	expect(errors).toEqual({ substitutions: 1, deletions: 2, insertions: 0, referenceWords: 7 });
});

test('people who are too many are insertions, people who are missing deletions', () => {
	const reference = said({ Anna: ['red green'] });
	expect(compare(reference, said({ 1: ['red green'], 2: ['blue trees grow'] })).errors).toEqual({
		substitutions: 0,
		deletions: 0,
		insertions: 3,
		referenceWords: 2,
	});
	const missed = compare(said({ Anna: ['red green'], Bo: ['blue'] }), said({ 1: ['red green'] }));
	expect(missed.errors).toEqual({
		substitutions: 0,
		deletions: 1,
		insertions: 0,
		referenceWords: 3,
	});
	expect(Object.fromEntries(missed.mapping)).toEqual({ 1: 'Anna' });
});

test('somebody who says nothing is nobody’s partner', () => {
	const { errors, mapping } = compare(said({ Anna: [] }), said({ 1: ['red'], 2: [] }));
	expect(errors).toEqual({ substitutions: 0, deletions: 0, insertions: 1, referenceWords: 0 });
	expect(mapping.size).toBe(0);
	expect(wordErrorRate(errors)).toBeNull();
});

test('words are normalised, and cues count in the order of their times', () => {
	const hypothesis = new Map([
		[
			'1',
			[
				{ startSeconds: 5, endSeconds: 6, text: 'Twenty five!' },
				{ startSeconds: 1, endSeconds: 2, text: "I'm, um, here" },
			],
		],
	]);
	const { errors } = compare(said({ Anna: ['I am here', '25'] }), hypothesis);
	expect(wordErrorRate(errors)).toBe(0);
});

const word = fc.constantFrom('red', 'green', 'blue', 'tree', 'stone');
const lines = fc
	.dictionary(fc.constantFrom('A', 'B', 'C'), fc.array(word, { maxLength: 6 }))
	.map(said);

const total = ({ errors }: ReturnType<typeof compare>): number =>
	errors.substitutions + errors.deletions + errors.insertions;

test('for all transcripts: none against itself, names mean nothing, no permutation is better', () => {
	fc.assert(
		fc.property(lines, lines, (reference, hypothesis) => {
			expect(total(compare(reference, reference))).toBe(0);
			const found = compare(reference, hypothesis);
			const renamed = new Map([...hypothesis].reverse().map(([name, own]) => [`x${name}`, own]));
			expect(total(compare(reference, renamed))).toBe(total(found));
			// One by one, in the order in which they come.
			const [own, others] = [[...reference], [...hypothesis]];
			let inOrder = 0;
			for (let i = 0; i < Math.max(own.length, others.length); i++) {
				inOrder += total(compare(new Map(own.slice(i, i + 1)), new Map(others.slice(i, i + 1))));
			}
			expect(total(found)).toBeLessThanOrEqual(inOrder);
		}),
	);
});

test('tells the part that is done', () => {
	const long = said({ A: Array<string>(1500).fill('red'), B: Array<string>(1500).fill('green') });
	const parts = [...cpWordErrorsInSteps(long, long, null)];
	expect(parts.length).toBeGreaterThan(4);
	expect(parts).toEqual(parts.toSorted((a, b) => a - b));
	expect(parts.at(-1)).toBe(1);
});
