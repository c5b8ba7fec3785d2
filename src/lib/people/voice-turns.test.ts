import { describe, expect, test } from 'vitest';
import { bestSample, turnsOf } from './voice-turns.ts';
import type { VoicedRange } from './voice-turns.ts';

function said(startSeconds: number, endSeconds: number, voice: number, certainty = 1): VoicedRange {
	return { startSeconds, endSeconds, voice, certainty };
}

const speech = new Float32Array(250).fill(0.95);

describe('turnsOf', () => {
	test('a turn bridges a short pause, and ends at a longer one', () => {
		const turns = turnsOf([said(0, 1, 0), said(1.2, 2, 0, 0.5), said(2.5, 3, 0)], speech);
		expect(turns.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
			[0, 2],
			[2.5, 3],
		]);
		expect(turns[0]!.certainty).toBeCloseTo((1 + 0.8 * 0.5) / 1.8, 9);
	});

	test('a change is moved to the breath nearby, and stays where there is none', () => {
		const breath = speech.slice();
		breath[28] = 0.3;
		const ranges = [said(0, 1, 0), said(1, 2, 1)];
		expect(turnsOf(ranges, breath)[0]!.endSeconds).toBeCloseTo(28.5 / 25, 9);
		expect(turnsOf(ranges, breath)[1]!.startSeconds).toBeCloseTo(28.5 / 25, 9);
		expect(turnsOf(ranges, speech)[0]!.endSeconds).toBe(1);
		const far = speech.slice();
		far[40] = 0.3;
		expect(turnsOf(ranges, far)[0]!.endSeconds).toBe(1);
	});

	test('a change after a pause stays at the edge of the speech', () => {
		const turns = turnsOf([said(0, 1, 0), said(1.15, 2, 1)], speech);
		expect(turns.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
			[0, 1],
			[1.15, 2],
		]);
	});
});

describe('bestSample', () => {
	test('the surest stretch of three to six seconds', () => {
		const ranges = Array.from({ length: 20 }, (_, i) =>
			said(i / 2, (i + 1) / 2, 0, i < 10 ? 0.6 : 0.9),
		);
		const { startSeconds, endSeconds } = bestSample(ranges);
		expect(startSeconds).toBeGreaterThanOrEqual(5);
		expect(endSeconds - startSeconds).toBeGreaterThanOrEqual(3);
		expect(endSeconds - startSeconds).toBeLessThanOrEqual(6);
	});

	test('the longest where none is so long', () => {
		expect(bestSample([said(0, 0.5, 0), said(3, 4.5, 0, 0.2)])).toMatchObject({
			startSeconds: 3,
			endSeconds: 4.5,
		});
		expect(bestSample([said(0, 9, 0)])).toMatchObject({ startSeconds: 0, endSeconds: 6 });
		expect(() => bestSample([])).toThrow(TypeError);
	});
});
