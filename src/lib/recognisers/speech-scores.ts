import { frameRateHz, sampleRateHz } from '../domain/session.ts';
import type { Model } from '../inference/model.ts';
import type { LipBlock } from '../perception/lips/extract-lips.ts';
import { assert } from '../support/assert.ts';
import type { SlowOptions } from '../support/progress.ts';
import { maximumChunkFrames } from './chunks.ts';
import { lipTensor, pictureCount, soundTensor } from './features.ts';

const samplesPerFrame = sampleRateHz / frameRateHz;

const pictureBytes = 96 * 96;

/** Frames at either end of a window whose scores are taken from the neighbouring one: two seconds. */
const contextFrames = 50;

export interface SpeechScoreOptions extends SlowOptions {
	/** Frames that will come, for the progress. */
	readonly totalFrames?: number;
}

/**
 * How much a person looks and sounds as if speaking, by a recogniser with an output of its own for it: in
 * windows of 15 s that overlap, so that a track of any length takes no more memory than one of them.
 *
 * @param model `lips` [1, T, 88, 88] and `audio` [1, T, 104] to `speech` [1, T], log odds
 * @param lips all pictures of a track from its first on, in blocks
 * @param audio of the track, 16 kHz mono; what ends before the pictures is silence from there on
 * @returns log odds of speech, one for each picture
 * @throws TypeError for a block that does not follow the one before.
 */
export async function speechScores(
	model: Model,
	lips: AsyncIterable<LipBlock>,
	audio: Float32Array,
	{ signal, onProgress, totalFrames = 0 }: SpeechScoreOptions = {},
): Promise<Float32Array> {
	const window = new Uint8Array(maximumChunkFrames * pictureBytes);
	const scores: Float32Array[] = [];
	/** Number of the window's first frame, and of the frames in it. */
	let first = 0;
	let held = 0;
	const score = async (last: boolean): Promise<void> => {
		signal?.throwIfAborted();
		const inputs = {
			lips: lipTensor(window, 0, held),
			audio: soundTensor(audio.subarray(first * samplesPerFrame), 0, held),
		};
		const { speech } = await model.run(inputs, signal);
		assert(speech?.type === 'float32' && speech.data.length === held, `${model.id} gave no speech`);
		scores.push(
			speech.data.slice(first === 0 ? 0 : contextFrames, last ? held : held - contextFrames),
		);
		const done = first + held;
		onProgress?.({ stage: 'activity', done, total: Math.max(done, totalFrames), unit: 'frames' });
		if (last) return;
		const kept = 2 * contextFrames;
		window.copyWithin(0, (held - kept) * pictureBytes, held * pictureBytes);
		first += held - kept;
		held = kept;
	};
	for await (const { startFrame, count, data } of lips) {
		if (startFrame !== first + held) {
			throw new TypeError(`Picture ${startFrame} came after ${first + held} pictures`);
		}
		assert(pictureCount(data) === count, 'A block of lips has another length than it says');
		for (let i = 0; i < count; i++) {
			if (held === maximumChunkFrames) await score(false);
			window.set(data.subarray(i * pictureBytes, (i + 1) * pictureBytes), held * pictureBytes);
			held++;
		}
	}
	if (held > 0) await score(true);
	const all = new Float32Array(scores.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of scores) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}
