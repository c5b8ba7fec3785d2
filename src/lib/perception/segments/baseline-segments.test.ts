import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../../tests/shared.ts';
import type { ActivityScores } from '../../domain/activity.ts';
import { baselineParameters, baselineRegions } from './baseline-regions.ts';
import { baselineActivity, baselineSegments } from './baseline-segments.ts';
import { joinScores } from './scored-track.ts';

const vectorsSchema = v.object({
	segmentation_vectors: v.array(
		v.object({
			name: v.string(),
			'runs_[count,score]': v.array(v.tuple([v.number(), v.number()])),
			first_frame: v.number(),
			params: v.object({
				min_duration_off: v.optional(v.number()),
				max_chunk_size: v.optional(v.number()),
			}),
			segments_first_last_count: v.array(v.tuple([v.number(), v.number(), v.number()])),
		}),
	),
});

function readVectors(): v.InferOutput<typeof vectorsSchema>['segmentation_vectors'] {
	if (!hasShared) return [];
	const text = readFileSync(sharedPath('specs/light-asd-reference.json'), 'utf8');
	return v.parse(vectorsSchema, JSON.parse(text)).segmentation_vectors;
}

function runs(parts: readonly (readonly [number, number])[], frameStart = 0): ActivityScores {
	const scores = parts.flatMap(([count, score]) => Array.from({ length: count }, () => score));
	return { frameStart, scores: Float32Array.from(scores) };
}

describe.skipIf(!hasShared)('baselineRegions against the baseline itself', () => {
	for (const vector of readVectors()) {
		test(vector.name, () => {
			const { min_duration_off: pause, max_chunk_size: max } = vector.params;
			const found = baselineRegions(runs(vector['runs_[count,score]'], vector.first_frame), {
				...baselineParameters,
				...(pause === undefined ? {} : { minPauseSeconds: pause }),
				...(max === undefined ? {} : { maxSeconds: max }),
			});
			expect(
				found.map(({ firstFrame, lastFrame, activeFrames }) => [
					firstFrame,
					lastFrame,
					activeFrames.length,
				]),
			).toEqual(vector.segments_first_last_count);
		});
	}
});

const anyScores = fc.record({
	frameStart: fc.integer({ min: 0, max: 1000 }),
	scores: fc
		.array(
			fc.tuple(
				fc.integer({ min: 1, max: 150 }),
				fc.oneof(
					fc.constant(NaN),
					fc.integer({ min: -40, max: 40 }).map((n) => n / 10),
				),
			),
			{ maxLength: 20 },
		)
		.map((parts) => runs(parts).scores),
});

describe('baselineRegions', () => {
	test('regions are in order, inside the track, long enough and not too long', () => {
		fc.assert(
			fc.property(anyScores, (activity) => {
				let previous = activity.frameStart - 1;
				for (const { firstFrame, lastFrame, activeFrames } of baselineRegions(activity)) {
					expect(firstFrame).toBeGreaterThan(previous);
					expect(lastFrame).toBeLessThan(activity.frameStart + activity.scores.length);
					expect(activeFrames.length).toBeGreaterThanOrEqual(25);
					expect(activeFrames.length).toBeLessThanOrEqual(250);
					previous = lastFrame;
				}
			}),
		);
	});

	test('frames without a score neither end speech nor count', () => {
		const [region] = baselineRegions(
			runs([
				[20, 2],
				[300, NaN],
				[20, 2],
			]),
		);
		expect(region?.activeFrames.length).toBe(40);
	});
});

describe('baselineSegments', () => {
	test('times are those of the central video, by track', () => {
		const active = runs(
			[
				[10, -1],
				[50, 2],
				[10, -1],
			],
			500,
		);
		const segments = baselineSegments('spk_1', [
			{ trackId: 'track_01', startSeconds: 20.02, activity: active },
			{ trackId: 'track_00', startSeconds: 0, activity: { ...active, frameStart: 0 } },
		]);
		expect(segments.map(({ trackId }) => trackId)).toEqual(['track_00', 'track_01']);
		expect(segments[0]?.startSeconds).toBeCloseTo(0.4, 9);
		expect(segments[0]?.endSeconds).toBeCloseTo(59 / 25, 9);
		expect(segments[1]?.startSeconds).toBeCloseTo(20.42, 9);
		expect(segments[1]?.meanProbability).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
	});

	test('activity of several tracks, NaN between them', () => {
		const { frameStart, probabilities } = baselineActivity('spk_1', [
			{ trackId: 'a', startSeconds: 0.4, activity: runs([[2, 0]], 10) },
			{ trackId: 'b', startSeconds: 0.56, activity: runs([[1, 0]], 14) },
		]);
		expect(frameStart).toBe(10);
		expect(Array.from(probabilities)).toEqual([0.5, 0.5, NaN, NaN, 0.5]);
	});
});

test('of overlapping tracks the later in the list counts', () => {
	const { frameStart, scores } = joinScores([runs([[3, 1]], 5), runs([[2, 7]], 4), runs([])]);
	expect(frameStart).toBe(4);
	expect(Array.from(scores)).toEqual([7, 7, 1, 1]);
});
