import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../tests/fixtures/simulated-talk.ts';
import { alignWords, alignWordsInSteps } from './word-alignment.ts';
import { countErrors } from './word-errors.ts';

/** The same alignment from the whole matrix of costs, kept at once. */
function fromWholeMatrix(reference: readonly string[], hypothesis: readonly string[]): string[] {
	const costs = reference.reduce<number[][]>(
		(rows, word) => {
			const above = rows.at(-1) ?? [];
			const row = [rows.length];
			for (const [column, heard] of hypothesis.entries()) {
				const matched = (above[column] ?? 0) + (word === heard ? 0 : 1);
				row.push(Math.min(matched, (above[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1));
			}
			return [...rows, row];
		},
		[Array.from({ length: hypothesis.length + 1 }, (_, column) => column)],
	);
	const kinds: string[] = [];
	let [row, column] = [reference.length, hypothesis.length];
	while (row > 0 || column > 0) {
		const cost = costs[row]?.[column] ?? 0;
		const same = row > 0 && column > 0 && reference[row - 1] === hypothesis[column - 1];
		const matched = row > 0 && column > 0 ? (costs[row - 1]?.[column - 1] ?? 0) : Infinity;
		if (cost === matched + (same ? 0 : 1)) {
			kinds.push(same ? 'correct' : 'substitution');
			[row, column] = [row - 1, column - 1];
		} else if (row > 0 && cost === (costs[row - 1]?.[column] ?? 0) + 1) {
			kinds.push('deletion');
			row -= 1;
		} else {
			kinds.push('insertion');
			column -= 1;
		}
	}
	return kinds.reverse();
}

test('of equally good alignments always the same', () => {
	const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
	fc.assert(
		fc.property(words, words, (reference, hypothesis) => {
			const kinds = alignWords(reference, hypothesis).map(({ kind }) => kind);
			expect(kinds).toEqual(fromWholeMatrix(reference, hypothesis));
		}),
	);
});

/** Words as somebody says them, and as a poor recogniser hears them. */
function longTalk(count: number, seed: number): [string[], string[]] {
	const random = new Random(seed);
	const word = (): string => `w${Math.floor(300 * random.uniform() ** 2)}`;
	const said = Array.from({ length: count }, word);
	const heard = said.flatMap((own) => {
		const luck = random.uniform();
		return luck < 0.1 ? [] : luck < 0.2 ? [word()] : luck < 0.25 ? [own, word()] : [own];
	});
	return [said, heard];
}

test('blocks of a large matrix give what the whole of it gives', () => {
	const [said, heard] = longTalk(2300, 4);
	expect(said.length * heard.length).toBeGreaterThan(4_000_000);
	const kinds = alignWords(said, heard).map(({ kind }) => kind);
	expect(kinds).toEqual(fromWholeMatrix(said, heard));
});

test('hours of talk, in pauses and little memory', () => {
	const [said, heard] = longTalk(12_000, 7);
	const steps = alignWordsInSteps(said, heard);
	const parts: number[] = [];
	let step = steps.next();
	for (; !step.done; step = steps.next()) parts.push(step.value);
	expect(parts.length).toBeGreaterThan(100);
	expect(parts).toEqual([...parts].sort((a, b) => a - b));
	expect(parts.at(-1)).toBeGreaterThan(0.98);
	expect(parts.at(-1)).toBeLessThanOrEqual(1);
	const errors = countErrors(step.value);
	expect(errors.referenceWords).toBe(said.length);
	expect(step.value.length).toBe(said.length + errors.insertions);
});
