import { describe, expect, test } from 'vitest';
import { FrameClock, tickAtOrAfter, videoShiftSeconds } from './frame-clock.ts';

/** How often each frame is shown, for frames that begin at `starts` and the end of the last. */
function shown(starts: readonly number[], end: number, from = 0, to = Infinity): number[] {
	const clock = new FrameClock(from, to);
	return starts.map((_, i) => clock.fill(starts[i + 1] ?? end));
}

function even(count: number, rate: number): number[] {
	return Array.from({ length: count }, (_, i) => i / rate);
}

describe('the 25 Hz clock', () => {
	test('25 Hz passes frame by frame, rounded to milliseconds or not', () => {
		expect(shown(even(100, 25), 4)).toEqual(new Array(100).fill(1));
		const rounded = even(100, 25).map((start, i) => start + (i % 3 === 0 ? 0.0005 : -0.0004));
		expect(shown(rounded, 4)).toEqual(new Array(100).fill(1));
	});

	test('30 Hz drops one in six', () => {
		const counts = shown(even(60, 30), 2);
		expect(counts.reduce((sum, count) => sum + count)).toBe(50);
		expect(counts.slice(0, 7)).toEqual([1, 1, 1, 1, 1, 0, 1]);
	});

	test('12.5 Hz doubles, and a frame that is held is repeated', () => {
		expect(shown(even(4, 12.5), 0.32)).toEqual([2, 2, 2, 2]);
		expect(shown([0, 0.04, 0.4], 0.44)).toEqual([1, 9, 1]);
	});

	test('a first frame that comes late is shown from the start, one before it is cut', () => {
		expect(shown([0.2, 0.24], 0.28)).toEqual([6, 1]);
		expect(shown([-0.08, -0.04, 0], 0.04)).toEqual([0, 0, 1]);
	});

	test('a range gives the same frames as the whole', () => {
		const whole = shown(even(60, 30), 2).flatMap((count, i) => new Array<number>(count).fill(i));
		const part = shown(even(60, 30), 2, 10, 20).flatMap((count, i) =>
			new Array<number>(count).fill(i),
		);
		expect(part).toEqual(whole.slice(10, 20));
	});

	test('an offset below half a frame is taken out, a larger one is kept', () => {
		expect(videoShiftSeconds(0, 0.007)).toBeCloseTo(-0.007);
		expect(videoShiftSeconds(0, 0.08)).toBeCloseTo(0);
		expect(videoShiftSeconds(1.4, 1.48)).toBeCloseTo(-1.4);
		expect(tickAtOrAfter(60)).toBe(1500);
		expect(tickAtOrAfter(-1)).toBe(0);
	});
});
