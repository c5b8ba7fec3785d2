import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchWords } from './match-words.ts';

const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });

/** The most words that can be kept, by trying every choice. */
function mostKept(before: readonly string[], after: readonly string[]): number {
	const [first, ...rest] = before;
	if (first === undefined) return 0;
	const place = after.indexOf(first);
	const without = mostKept(rest, after);
	return place < 0 ? without : Math.max(without, 1 + mostKept(rest, after.slice(place + 1)));
}

test('words that stayed are kept though replacing them were no dearer', () => {
	const before = 'so did you take it'.split(' ');
	const after = 'so we took it then'.split(' ');
	expect(
		matchWords(before, after).flatMap((step) => (step.kind === 'same' ? [step.before] : [])),
	).toEqual([0, 4]);
});

test('law: the steps give both texts, keep equal words, and as many as can be', () => {
	fc.assert(
		fc.property(text, text, (before, after) => {
			const steps = matchWords(before, after);
			const sides = { before: [] as number[], after: [] as number[] };
			let kept = 0;
			for (const step of steps) {
				if ('before' in step) sides.before.push(step.before);
				if ('after' in step) sides.after.push(step.after);
				if (step.kind !== 'same') continue;
				expect(before[step.before]).toBe(after[step.after]);
				kept += 1;
			}
			expect(sides.before).toEqual([...before.keys()]);
			expect(sides.after).toEqual([...after.keys()]);
			expect(kept).toBe(mostKept(before, after));
			// What went comes before what is new.
			expect(steps.some((step, at) => step.kind === 'gone' && steps[at - 1]?.kind === 'new')).toBe(
				false,
			);
		}),
	);
});
