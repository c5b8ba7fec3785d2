import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import {
	framesCovered,
	localActivity,
	loudestVoices,
	powersetClasses,
	segmentationFrames,
	segmentationStepSeconds,
	speakerCounts,
	voiceActivations,
	windowStartFrame,
} from './powerset.ts';
import type { SegmentedWindow } from './powerset.ts';

/** Scores whose highest is the class asked for. */
function scoresOf(classes: readonly number[]): Float32Array {
	return Float32Array.from(
		classes.flatMap((c) => powersetClasses.map((_, i) => (i === c ? -0.1 : -3))),
	);
}

function windowOf(startFrame: number, classes: readonly number[]): SegmentedWindow {
	return { startFrame, active: localActivity(scoresOf(classes)) };
}

function rows(values: ArrayLike<number>, width: number): number[][] {
	return Array.from({ length: values.length / width }, (_, i) =>
		Array.from(values).slice(i * width, (i + 1) * width),
	);
}

describe('windows of local speakers', () => {
	test('the class with the highest score says who talks', () => {
		expect(rows(localActivity(scoresOf([0, 2, 6])), 3)).toEqual([
			[0, 0, 0],
			[0, 1, 0],
			[0, 1, 1],
		]);
	});

	test('two windows that disagree count by their mean, and nobody is switched on unheard', () => {
		const windows = [windowOf(0, [1, 4]), windowOf(1, [1, 0])];
		const counts = speakerCounts(windows, 4);
		// Two and one are 1.5, which goes to 2, as 0.5 of the last window's goes to 0.
		expect([...counts]).toEqual([1, 2, 0, 0]);
		const activations = voiceActivations(
			windows,
			[
				[0, -1, -1],
				[0, -1, -1],
			],
			2,
			4,
		);
		expect(rows(activations, 2)).toEqual([
			[1, 0],
			[2, 0],
			[0, 0],
			[0, 0],
		]);
		expect(rows(loudestVoices(counts, activations, 2), 2)[1]).toEqual([1, 0]);
	});

	test('a voice that two local speakers share is heard once', () => {
		const sums = voiceActivations([windowOf(0, [4])], [[1, 1, -1]], 2, 1);
		expect([...sums]).toEqual([0, 1]);
	});
});

const matrix = v.array(v.array(v.number()));
const vectorSchema = v.object({
	mapping: matrix,
	frames: v.object({
		frames_for_samples: v.record(v.string(), v.number()),
		step_s: v.number(),
	}),
	chunks_argmax: matrix,
	count_rint_half_even: v.array(v.number()),
	local_to_global: matrix,
	activation_sum: matrix,
	diarization: matrix,
	exclusive: matrix,
	chunk_start_frames: v.object({
		step1: v.array(v.number()),
		step2p5: v.array(v.number()),
		total_frames: v.record(v.string(), v.number()),
	}),
});

test.skipIf(!hasShared)('put together as computed elsewhere', () => {
	const file = readFileSync(sharedPath('vectors/recordings/powerset.json'), 'utf8');
	const vectors = v.parse(vectorSchema, JSON.parse(file));
	expect(powersetClasses).toEqual(vectors.mapping);
	expect(segmentationStepSeconds).toBe(vectors.frames.step_s);
	for (const [samples, frames] of Object.entries(vectors.frames.frames_for_samples)) {
		expect(segmentationFrames(Number(samples))).toBe(frames);
	}
	const { step1, step2p5, total_frames: totals } = vectors.chunk_start_frames;
	expect(step1.map((_, c) => windowStartFrame(c))).toEqual(step1);
	expect(step2p5.map((_, c) => windowStartFrame(2.5 * c))).toEqual(step2p5);
	for (const [windows, frames] of Object.entries(totals)) {
		expect(framesCovered(Number(windows), 10, 1)).toBe(frames);
	}

	const windows = vectors.chunks_argmax.map((classes, c) => windowOf(2 * c, classes));
	const frames = vectors.count_rint_half_even.length;
	const counts = speakerCounts(windows, frames);
	expect([...counts]).toEqual(vectors.count_rint_half_even);
	const activations = voiceActivations(windows, vectors.local_to_global, 2, frames);
	expect(rows(activations, 2)).toEqual(vectors.activation_sum);
	expect(rows(loudestVoices(counts, activations, 2), 2)).toEqual(vectors.diarization);
	expect(rows(loudestVoices(counts, activations, 2, 1), 2)).toEqual(vectors.exclusive);
});
