import { describe, expect, test } from 'vitest';
import { speechRegions, voiceRegionSettings } from './speech-regions.ts';

/** Windows of 32 ms: pairs of a probability and how many there are of it. */
function regionsOf(...runs: [number, number][]) {
	const windows = Float32Array.from(
		runs.flatMap(([probability, count]) => new Array<number>(count).fill(probability)),
	);
	return speechRegions({ windows, sampleCount: windows.length * 512 });
}

describe('speechRegions', () => {
	test('from the onset to where it has been quiet for long, with a pad', () => {
		const [region, ...others] = regionsOf([0.1, 10], [0.9, 20], [0.1, 20]);
		expect(others).toEqual([]);
		expect(region?.startSeconds).toBeCloseTo(0.32 - 0.03, 9);
		expect(region?.endSeconds).toBeCloseTo(0.96 + 0.03, 9);
	});

	test('a short pause and a doubtful stretch belong to the speech around them', () => {
		expect(regionsOf([0.9, 10], [0, 6], [0.9, 10], [0, 20]).length).toBe(1);
		expect(regionsOf([0.9, 10], [0.3, 60], [0.9, 10], [0, 20]).length).toBe(1);
		expect(regionsOf([0.9, 10], [0, 8], [0.9, 10], [0, 20]).length).toBe(2);
	});

	test('a doubtful sound alone is no speech, nor is one of 96 ms; a short answer is', () => {
		expect(regionsOf([0.3, 50])).toEqual([]);
		expect(regionsOf([0, 10], [0.9, 3], [0, 20])).toEqual([]);
		expect(regionsOf([0, 10], [0.9, 5], [0, 20]).length).toBe(1);
	});

	test('speech up to the end ends there, and nothing passes the bounds', () => {
		expect(regionsOf([0.9, 20])).toEqual([{ startSeconds: 0, endSeconds: 0.64 }]);
		expect(regionsOf()).toEqual([]);
	});

	test('pads that would meet share what lies between', () => {
		const windows = Float32Array.from([
			...Array<number>(10).fill(1),
			0,
			0,
			...Array<number>(10).fill(1),
		]);
		const [first, second] = speechRegions(
			{ windows, sampleCount: windows.length * 512 },
			{ ...voiceRegionSettings, shortestSilenceSeconds: 0.03, padSeconds: 0.5 },
		);
		expect(first?.endSeconds).toBeCloseTo(0.352, 9);
		expect(second?.startSeconds).toBeCloseTo(0.352, 9);
	});
});
