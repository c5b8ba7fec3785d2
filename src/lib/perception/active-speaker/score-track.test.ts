import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Model, Tensors } from '../../inference/model.ts';
import type { FrameBlock } from '../../media/media-source.ts';
import { roundToTenth } from '../../signal/round-half-even.ts';
import { mfcc } from '../../signal/speech-features.ts';
import { present } from '../../support/assert.ts';
import { baselineDurationsSeconds, scoreTrack, type LightAsd } from './score-track.ts';

/*
 * Stand-ins for the three networks with their reach: the encoders see 6 frames to either side and
 * zeros beyond the clip, the head remembers all frames of its chunk, forwards and backwards.
 */

const size = 128;

function reaching(values: Float32Array, reach: number): Float32Array {
	return values.map((_, t) => {
		let sum = 0;
		for (let k = -reach; k <= reach; k++) {
			sum += ((values[t + k] ?? 0) * (k + reach + 1)) / (reach + 1);
		}
		return sum;
	});
}

function embed(values: Float32Array): Float32Array {
	const data = new Float32Array(values.length * size);
	values.forEach((value, t) => data.fill(value, t * size, t * size + 3));
	return data;
}

/** A face is known by its first pixel, less a constant, so that a picture differs from no picture. */
const faceEmbedding = (values: Float32Array): Float32Array =>
	reaching(
		values.map((value) => value / 64 - 1),
		6,
	);

/** A sound is known by its loudness in the first feature frame of each picture. */
const soundEmbedding = (values: Float32Array): Float32Array =>
	reaching(
		values.map((value) => value / 16),
		5,
	);

function headScores(fused: Float32Array): Float32Array {
	const scores = new Float32Array(fused.length);
	let state = 0;
	for (let t = 0; t < fused.length; t++) {
		state = 0.7 * state + 0.2 * fused[t]!;
		scores[t] = state;
	}
	for (let t = fused.length - 2; t >= 0; t--) scores[t] = scores[t]! + 0.5 * scores[t + 1]!;
	return scores;
}

function fake(id: string, run: (inputs: Tensors) => Tensors): Model {
	return { id, provider: 'wasm', precision: 'fp32', run: async (inputs) => run(inputs) };
}

function floats(inputs: Tensors, name: string): { dims: readonly number[]; data: Float32Array } {
	const tensor = present(inputs[name], name);
	if (tensor.type !== 'float32') throw new TypeError(name);
	return tensor;
}

function fakes(): LightAsd & { encodedFrames: () => number } {
	let encoded = 0;
	return {
		encodedFrames: () => encoded,
		visual: fake('visual', (inputs) => {
			const { dims, data } = floats(inputs, 'frames');
			const count = dims[1]!;
			encoded += count;
			const values = Float32Array.from({ length: count }, (_, t) => data[t * 112 * 112]!);
			const output = embed(faceEmbedding(values));
			return { embedding: { type: 'float32', dims: [1, count, size], data: output } };
		}),
		audio: fake('audio', (inputs) => {
			const { dims, data } = floats(inputs, 'mfcc');
			const count = dims[1]! / 4;
			const values = Float32Array.from({ length: count }, (_, t) => data[t * 4 * 13]!);
			const output = embed(soundEmbedding(values));
			return { embedding: { type: 'float32', dims: [1, count, size], data: output } };
		}),
		head: fake('head', (inputs) => {
			const { dims, data } = floats(inputs, 'fused');
			const [clips, count] = [dims[0]!, dims[1]!];
			const score = new Float32Array(clips * count);
			for (let clip = 0; clip < clips; clip++) {
				const fused = Float32Array.from(
					{ length: count },
					(_, t) => data[(clip * count + t) * size]!,
				);
				score.set(headScores(fused), clip * count);
			}
			return { score: { type: 'float32', dims: [clips, count], data: score } };
		}),
	};
}

/** The scheme as the baseline has it: every chunk of every duration by itself. */
function scoredOneByOne(
	faces: Float32Array,
	loudness: Float32Array,
	durations: readonly number[],
): number[] {
	const sums = new Float32Array(faces.length);
	for (const duration of durations) {
		for (let start = 0; start < faces.length; start += 25 * duration) {
			const end = Math.min(faces.length, start + 25 * duration);
			const face = faceEmbedding(faces.slice(start, end));
			const sound = soundEmbedding(loudness.slice(start, end));
			const scores = headScores(face.map((value, t) => value + sound[t]!));
			scores.forEach((score, t) => (sums[start + t] = sums[start + t]! + score));
		}
	}
	return Array.from(sums, (sum) => roundToTenth(sum / durations.length));
}

async function* blocks(faces: Uint8Array, blockFrames: number): AsyncGenerator<FrameBlock> {
	for (let startFrame = 0; startFrame < faces.length; startFrame += blockFrames) {
		const count = Math.min(blockFrames, faces.length - startFrame);
		const data = new Uint8Array(count * 224 * 224);
		for (let t = 0; t < count; t++) {
			// Pixel (56, 56), the first of the central 112x112.
			data[t * 224 * 224 + 56 * 224 + 56] = faces[startFrame + t]!;
		}
		yield { startFrame, count, width: 224, height: 224, channels: 1, data };
	}
}

function material(frames: number, samples: number): { faces: Uint8Array; audio: Float32Array } {
	return {
		faces: Uint8Array.from({ length: frames }, (_, t) => 128 + 120 * Math.sin(t * t * 0.07)),
		audio: Float32Array.from(
			{ length: samples },
			(_, n) => 0.3 * Math.sin(n * 0.05) * Math.sin(n / 9000),
		),
	};
}

async function score(
	frames: number,
	samples: number,
	durationsSeconds: readonly number[],
	blockFrames: number,
): Promise<{ found: number[]; expected: number[]; encodedFrames: number }> {
	const models = fakes();
	const { faces, audio } = material(frames, samples);
	const found = await scoreTrack(
		models,
		{ frames: blocks(faces, blockFrames), audio, frameStart: 40 },
		{ audioScale: 'unit', durationsSeconds },
	);
	expect(found.frameStart).toBe(40);
	const features = mfcc(audio);
	const count = Math.min(frames, Math.floor(features.rows / 4));
	const loudness = Float32Array.from({ length: count }, (_, t) => features.data[t * 4 * 13]!);
	const expected = scoredOneByOne(
		Float32Array.from(faces.subarray(0, count)),
		loudness,
		durationsSeconds,
	);
	return { found: Array.from(found.scores), expected, encodedFrames: models.encodedFrames() };
}

function expectEqualButForRounding(found: readonly number[], expected: readonly number[]): void {
	expect(found.length).toBe(expected.length);
	const differing = found.filter((value, t) => value !== expected[t]);
	// Sums in another order may fall to the other side of a rounding edge, by one step, rarely.
	expect(differing.length).toBeLessThanOrEqual(found.length / 50);
	found.forEach((value, t) => expect(Math.abs(value - expected[t]!)).toBeLessThan(0.11));
}

describe('scoreTrack', () => {
	test('shares work between durations without changing a score', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 320 }),
				fc.integer({ min: -3000, max: 3000 }),
				fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 }),
				fc.integer({ min: 1, max: 130 }),
				async (frames, extra, durations, blockFrames) => {
					const samples = Math.max(1000, 640 * frames + extra);
					const { found, expected } = await score(frames, samples, durations, blockFrames);
					expectEqualButForRounding(found, expected);
				},
			),
			{ numRuns: 12 },
		);
	}, 120_000);

	test('the six durations of the baseline cost less than two passes', async () => {
		const { encodedFrames } = await score(750, 640 * 750 + 400, baselineDurationsSeconds, 50);
		expect(encodedFrames / 750).toBeLessThan(2);
	});

	test('sound of exactly 640 samples a frame leaves the last frame without a score', async () => {
		const { found } = await score(50, 640 * 50, [1], 50);
		expect(found.length).toBe(49);
	});

	test('no frames or no sound give no scores', async () => {
		const none = { audioScale: 'int16' } as const;
		const { faces, audio } = material(10, 6400);
		const silent = { frames: blocks(faces, 10), audio: new Float32Array(0), frameStart: 0 };
		expect((await scoreTrack(fakes(), silent, none)).scores.length).toBe(0);
		const blind = { frames: blocks(new Uint8Array(0), 10), audio, frameStart: 0 };
		expect((await scoreTrack(fakes(), blind, none)).scores.length).toBe(0);
	});

	test('the int16 scale only raises the loudness', async () => {
		const models = fakes();
		const { faces, audio } = material(60, 640 * 60);
		const run = async (audioScale: 'int16' | 'unit'): Promise<Float32Array> => {
			const track = { frames: blocks(faces, 60), audio, frameStart: 0 };
			return (await scoreTrack(models, track, { audioScale })).scores;
		};
		const [asTrained, asShipped] = [await run('int16'), await run('unit')];
		expect(asTrained.every((value, t) => value > asShipped[t]!)).toBe(true);
	});

	test('refuses frames of another size, lost frames and broken durations', async () => {
		const { faces, audio } = material(10, 6400);
		async function* wrongSize(): AsyncGenerator<FrameBlock> {
			yield { startFrame: 0, count: 1, width: 1, height: 1, channels: 1, data: new Uint8Array(1) };
		}
		async function* lost(): AsyncGenerator<FrameBlock> {
			for await (const block of blocks(faces, 5)) yield { ...block, startFrame: 0 };
		}
		const options = { audioScale: 'unit' } as const;
		for (const frames of [wrongSize(), lost()]) {
			const track = { frames, audio, frameStart: 0 };
			await expect(scoreTrack(fakes(), track, options)).rejects.toThrow(TypeError);
		}
		for (const durationsSeconds of [[], [0], [1.5], [-1]]) {
			const track = { frames: blocks(faces, 5), audio, frameStart: 0 };
			const scored = scoreTrack(fakes(), track, { ...options, durationsSeconds });
			await expect(scored).rejects.toThrow(TypeError);
		}
	});

	test('stops when asked to, and works again afterwards', async () => {
		const { faces, audio } = material(100, 64000);
		const track = { frames: blocks(faces, 10), audio, frameStart: 0 };
		const stop = new AbortController();
		const stopped = scoreTrack(
			fakes(),
			track,
			{ audioScale: 'unit' },
			{
				signal: stop.signal,
				onProgress: ({ done }) => {
					if (done >= 30) stop.abort();
				},
			},
		);
		await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
		const again = { frames: blocks(faces, 10), audio, frameStart: 0 };
		expect((await scoreTrack(fakes(), again, { audioScale: 'unit' })).scores.length).toBe(99);
	});
});
