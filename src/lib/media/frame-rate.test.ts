import { expect, test } from 'vitest';
import { frameRateOf } from './frame-rate.ts';

function even(count: number, rate: number, unit: number): number[] {
	return Array.from({ length: count }, (_, i) => Math.round(i / rate / unit) * unit);
}

test.each([24, 25, 30000 / 1001, 50, 60000 / 1001])('%d Hz, rounded to milliseconds', (rate) => {
	const found = frameRateOf(even(300, rate, 0.001));
	expect(found.isVariable).toBe(false);
	expect(Math.abs((found.framesPerSecond ?? 0) / rate - 1)).toBeLessThan(3e-4);
});

test('a phone that drops to half the rate in the dark', () => {
	const bright = even(150, 30, 1e-5);
	const dark = even(150, 15, 1e-5).map((start) => start + 5);
	expect(frameRateOf([...bright, ...dark])).toMatchObject({ isVariable: true });
	// One lost frame is no variable rate.
	expect(frameRateOf(bright.filter((_, i) => i !== 70))).toMatchObject({ isVariable: false });
});

test('one frame, none, and all at once have no rate', () => {
	for (const starts of [[], [3], [1, 1]]) {
		expect(frameRateOf(starts)).toEqual({ framesPerSecond: null, isVariable: false });
	}
	expect(frameRateOf([0, 5, 10])).toEqual({ framesPerSecond: 0.2, isVariable: false });
});
