import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SpeechActivity } from '../../domain/activity.ts';
import { calibratedSegments, segmentParameters } from './calibrated-segments.ts';
import type { ScoredTrack } from './scored-track.ts';

function track(trackId: string, frameStart: number, count: number): ScoredTrack {
	const activity = { frameStart, scores: new Float32Array(count) };
	return { trackId, startSeconds: frameStart / 25, activity };
}

function activity(parts: readonly (readonly [number, number])[], frameStart = 0): SpeechActivity {
	const values = parts.flatMap(([count, value]) => Array.from({ length: count }, () => value));
	return { speakerId: 'spk_0', frameStart, probabilities: Float32Array.from(values) };
}

function times(found: readonly { startSeconds: number; endSeconds: number }[]): number[][] {
	return found.map(({ startSeconds, endSeconds }) => [
		Math.round(startSeconds * 25),
		Math.round(endSeconds * 25),
	]);
}

describe('calibratedSegments', () => {
	const early = Math.round(segmentParameters.paddingBeforeSeconds * 25);
	const late = Math.round(segmentParameters.paddingAfterSeconds * 25);

	test('padding on both sides, in the time of the central video', () => {
		const speech = activity(
			[
				[50, 0],
				[50, 1],
				[50, 0],
			],
			1000,
		);
		const [segment] = calibratedSegments(speech, [
			{ ...track('track_03', 1000, 150), startSeconds: 40.01 },
		]);
		expect(segment?.startSeconds).toBeCloseTo(40.01 + (50 - early) / 25, 9);
		expect(segment?.endSeconds).toBeCloseTo(40.01 + (100 + late) / 25, 9);
		expect(segment?.trackId).toBe('track_03');
		expect(segment?.meanProbability).toBeCloseTo(50 / (50 + early + late), 6);
	});

	test('short pauses are closed, short speech is dropped, neighbours share a pause', () => {
		const closed = activity([
			[20, 1],
			[5, 0.1],
			[20, 1],
		]);
		expect(times(calibratedSegments(closed, [track('a', 0, 45)]))).toEqual([[0, 45]]);
		const short = activity([
			[20, 0],
			[6, 1],
			[20, 0],
		]);
		expect(calibratedSegments(short, [track('a', 0, 46)])).toEqual([]);
		const wide = { ...segmentParameters, paddingBeforeSeconds: 1, paddingAfterSeconds: 1 };
		const neighbours = activity([
			[20, 1],
			[11, 0],
			[20, 1],
		]);
		expect(times(calibratedSegments(neighbours, [track('a', 0, 51)], wide))).toEqual([
			[0, 25],
			[25, 51],
		]);
	});

	test('long speech is cut where it is least likely', () => {
		const long = activity([
			[300, 1],
			[4, 0.6],
			[300, 1],
		]);
		const [first, second] = times(calibratedSegments(long, [track('a', 0, 604)]));
		expect(first?.[1]).toBeGreaterThanOrEqual(300);
		expect(first?.[1]).toBeLessThanOrEqual(304);
		expect(second).toEqual([first?.[1], 604]);
		const barely = times(calibratedSegments(activity([[380, 1]]), [track('a', 0, 380)]));
		expect(barely.length).toBe(2);
		for (const [start, end] of barely) {
			expect((end ?? NaN) - (start ?? NaN)).toBeGreaterThanOrEqual(125);
		}
	});

	test('a segment never spans two tracks or unseen time; the later of two tracks has the frames', () => {
		const speech = activity([
			[100, 1],
			[50, NaN],
			[100, 1],
		]);
		const tracks = [track('a', 0, 100), track('b', 150, 100), track('c', 200, 50)];
		const found = calibratedSegments(speech, tracks);
		expect(times(found)).toEqual([
			[0, 100],
			[150, 200],
			[200, 250],
		]);
		expect(found.map(({ trackId }) => trackId)).toEqual(['a', 'b', 'c']);
	});

	test('segments are in order, apart, inside a track and not too long', () => {
		const part = fc.tuple(
			fc.integer({ min: 1, max: 200 }),
			fc.oneof(fc.constant(NaN), fc.double({ min: 0, max: 1, noNaN: true })),
		);
		const parameters = fc.record({
			threshold: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
			minSpeechSeconds: fc.double({ min: 0, max: 1, noNaN: true }),
			minPauseSeconds: fc.double({ min: 0, max: 1, noNaN: true }),
			paddingBeforeSeconds: fc.double({ min: 0, max: 1, noNaN: true }),
			paddingAfterSeconds: fc.double({ min: 0, max: 1, noNaN: true }),
			maxSeconds: fc.double({ min: 1, max: 15, noNaN: true }),
		});
		const anyTracks = fc.array(
			fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 500 })),
			{ maxLength: 4 },
		);
		fc.assert(
			fc.property(fc.array(part, { maxLength: 12 }), anyTracks, parameters, (parts, spans, p) => {
				const tracks = spans.map(([start, count], index) => track(`t${index}`, start, count));
				const found = calibratedSegments(activity(parts), tracks, p);
				let previous = 0;
				for (const { startSeconds, endSeconds, trackId, meanProbability } of found) {
					expect(startSeconds).toBeGreaterThanOrEqual(previous - 1e-9);
					expect(endSeconds).toBeGreaterThan(startSeconds);
					expect(endSeconds - startSeconds).toBeLessThanOrEqual(p.maxSeconds + 1e-9);
					expect(meanProbability).toBeGreaterThanOrEqual(0);
					expect(meanProbability).toBeLessThanOrEqual(1);
					const [start, count] = spans[Number(trackId.slice(1))]!;
					expect(startSeconds * 25).toBeGreaterThanOrEqual(start - 1e-6);
					expect(endSeconds * 25).toBeLessThanOrEqual(start + count + 1e-6);
					previous = endSeconds;
				}
			}),
		);
	});
});
