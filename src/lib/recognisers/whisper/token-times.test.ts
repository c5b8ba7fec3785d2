import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HeadAttention, tokenStarts } from './token-times.ts';

/** A head whose tokens each look at a stretch of frames, the first `skip` at nothing. */
function head(
	spans: readonly (readonly [number, number])[],
	frames: number,
	skip = 0,
): HeadAttention {
	const tokens = spans.length + skip;
	const data = new Float32Array(tokens * frames).fill(0.001);
	for (const [i, [from, to]] of spans.entries()) {
		data.fill(0.9, (i + skip) * frames + from, (i + skip) * frames + to);
	}
	return { tokens, frames, data };
}

test('each token begins where it begins to look', () => {
	const spans = [
		[0, 20],
		[20, 50],
		[50, 60],
		[60, 100],
	] as const;
	expect(tokenStarts([head(spans, 100)], 0, 7)).toEqual([0, 20, 50, 60]);
	expect(tokenStarts([head(spans, 100, 3)], 3, 7)).toEqual([0, 20, 50, 60]);
});

test('one frame that is out of place does no harm', () => {
	const clean = head(
		[
			[0, 30],
			[30, 60],
			[60, 90],
		],
		90,
	);
	clean.data[0 * 90 + 75] = 5;
	clean.data[2 * 90 + 3] = 5;
	expect(tokenStarts([clean], 0, 7)).toEqual([0, 30, 60]);
});

test('what several heads agree on counts', () => {
	const right = head(
		[
			[0, 40],
			[40, 80],
		],
		80,
	);
	const wrong = head(
		[
			[0, 10],
			[10, 80],
		],
		80,
	);
	expect(tokenStarts([right, right, wrong], 0, 7)).toEqual([0, 40]);
});

test('begins never go back, and there are as many as tokens', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 12 }),
			fc.integer({ min: 1, max: 40 }),
			fc.integer(),
			(tokens, frames, seed) => {
				let state = seed;
				const data = Float32Array.from({ length: tokens * frames }, () => {
					state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
					return state / 2 ** 31;
				});
				const starts = tokenStarts([{ tokens, frames, data }], 0, 7);
				expect(starts).toHaveLength(tokens);
				for (const [i, start] of starts.entries()) {
					expect(start).toBeGreaterThanOrEqual(starts[i - 1] ?? 0);
					expect(start).toBeLessThan(frames);
				}
			},
		),
	);
});

test('nothing to tell where there is nothing', () => {
	expect(tokenStarts([], 0, 7)).toEqual([]);
	expect(tokenStarts([head([[0, 5]], 5)], 1, 7)).toEqual([]);
});
