import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goesInCircles } from './loop-guard.ts';

describe('a text goes in circles', () => {
	test.each([
		['one token over and over', Array<number>(20).fill(7), true],
		['the same, but not for long', Array<number>(19).fill(7), false],
		['three sentences of the same ten', repeated(10, 3), false],
		['four of them', repeated(10, 4), true],
		['talk before it', [1, 2, 3, ...repeated(5, 4, 100)], true],
		['a word after it', [...repeated(10, 4), 999], false],
	])('%s', (_, ids, expected) => {
		expect(goesInCircles(ids)).toBe(expected);
	});

	test('as soon as any phrase has been said often enough', () => {
		fc.assert(
			fc.property(
				fc.array(fc.nat(50_000), { maxLength: 30 }),
				fc.array(fc.nat(50_000), { minLength: 1, maxLength: 32 }),
				(before, phrase) => {
					const ids = [...before];
					const most = Math.max(4, Math.ceil(20 / phrase.length));
					for (let i = 0; i < most; i++) ids.push(...phrase);
					expect(goesInCircles(ids)).toBe(true);
				},
			),
		);
	});

	test('not where all tokens differ', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.nat(50_000), { maxLength: 100 }), (ids) => {
				expect(goesInCircles(ids)).toBe(false);
			}),
		);
	});
});

function repeated(length: number, times: number, from = 0): number[] {
	return Array.from({ length: length * times }, (_, i) => from + (i % length));
}
