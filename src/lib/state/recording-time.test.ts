import { expect, test } from 'vitest';
import { guessTime } from './recording-time.ts';

test('a longer recording takes longer, and more threads take less', () => {
	const short = guessTime(60, 2, null);
	const long = guessTime(600, 2, null);
	expect(long.leastSeconds).toBeCloseTo(10 * short.leastSeconds);
	expect(short.leastSeconds).toBeLessThan(short.mostSeconds);
	expect(guessTime(60, 4, null).mostSeconds).toBeLessThan(short.mostSeconds);
	expect(guessTime(60, 64, null)).toEqual(guessTime(60, 4, null));
});

test('a run on this machine narrows the range', () => {
	const speed = { unit: 'seconds', amount: 100, computeSeconds: 30, at: 0 } as const;
	const guess = guessTime(60, 2, speed);
	expect(guess.measured).toBe(true);
	const blind = guessTime(60, 2, null);
	expect(guess.mostSeconds / guess.leastSeconds).toBeLessThan(
		blind.mostSeconds / blind.leastSeconds,
	);
});
