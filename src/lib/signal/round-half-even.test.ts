import { expect, test } from 'vitest';
import { roundHalfEven, roundToTenth } from './round-half-even.ts';

test('halves go to the even neighbour', () => {
	expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49, 2.51].map(roundHalfEven)).toEqual([
		-2, -2, 0, 0, 2, 2, 0, 3,
	]);
});

test('tenths, in single precision', () => {
	expect(roundToTenth(0.25)).toBe(Math.fround(0.2));
	expect(roundToTenth(0.75)).toBe(Math.fround(0.8));
	expect(roundToTenth(-1.05)).toBe(Math.fround(-1));
	expect(roundToTenth(3)).toBe(3);
});
