import type { ActivityScores } from '../../domain/activity.ts';
import { frameRateHz } from '../../domain/session.ts';
import type { Model } from '../../inference/model.ts';
import type { FrameBlock } from '../../media/media-source.ts';
import { roundHalfEven, roundToTenth } from '../../signal/round-half-even.ts';
import { mfcc } from '../../signal/speech-features.ts';
import { assert, present } from '../../support/assert.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { checkDurations, planClips } from './clip-plan.ts';
import { ClipEncoder, faceSize, type OnFaces } from './clip-encoder.ts';
import { embeddingSize, type FusedEmbeddings } from './fused-embeddings.ts';

/**
 * Light-ASD (Liao et al., CVPR 2023) in three graphs.
 *
 * - `visual`: `frames` [N, T, 112, 112], grey 0 to 255, to `embedding` [N, T, 128]
 * - `audio`: `mfcc` [N, 4T, 13] to `embedding` [N, T, 128]
 * - `head`: `fused` [N, T, 128], the sum of both, to `score` [N, T], the logit of "speaking"
 */
export interface LightAsd {
	readonly visual: Model;
	readonly audio: Model;
	readonly head: Model;
}

/** What is scored: one track from its first frame on. */
export interface TrackToScore {
	/** Grey, 224x224, from frame 0 on without holes. Read once, a few seconds of it kept at a time. */
	readonly frames: AsyncIterable<FrameBlock>;
	/** The track's sound, 16 kHz mono, -1 to 1, beginning with its first frame. */
	readonly audio: Float32Array;
	/** Number of the first frame in the central video. */
	readonly frameStart: number;
	/** Gets the face embeddings as they come, whatever the sound is. */
	readonly onFaces?: OnFaces;
}

export interface ScoringOptions {
	/**
	 * Amplitude of the sound before its features are taken: `int16` as the network was trained, `unit`
	 * (-1 to 1) as the MCoRec baseline feeds it by way of a loader that ignores its flag.
	 */
	readonly audioScale: 'int16' | 'unit';
	/** Lengths of the chunks whose scores are averaged, in whole seconds. */
	readonly durationsSeconds?: readonly number[];
}

/**
 * Chunk lengths of the MCoRec baseline, script/asd.py. It lists some of them several times to weigh
 * them, in a set, so each counts once.
 */
export const baselineDurationsSeconds: readonly number[] = [1, 2, 3, 4, 5, 6];

/**
 * Chunk lengths for activity that is calibrated within the session. By itself a chunk of 1 s tells
 * speech from silence as well as the mean of six (measured on sessions of GRID faces), and needs half
 * of the encoder's work.
 */
export const calibratedDurationsSeconds: readonly number[] = [1];

/** Frames kept from one run of the encoders at most; a frame takes about 2.5 MB of work space. */
const framesPerRun = 75;

/** Of the score head in one run: chunks times frames. */
const headFramesPerRun = 4000;

/**
 * Scores a track as the MCoRec baseline does: it is cut into chunks of each duration, each chunk goes
 * through the network by itself, and the durations' scores are averaged and rounded to 0.1.
 *
 * There are as many scores as both the picture and the sound's feature frames reach: of V frames with
 * exactly 640 V samples the last has none.
 *
 * @throws TypeError for frames of another size or format, and for durations that are not whole seconds.
 * @throws ConfabError `DeviceLost` from the models, and what the frames' iterator throws.
 */
export async function scoreTrack(
	models: LightAsd,
	track: TrackToScore,
	options: ScoringOptions,
	slow: SlowOptions = {},
): Promise<ActivityScores> {
	const durations = [...new Set(options.durationsSeconds ?? baselineDurationsSeconds)];
	checkDurations(durations);
	const features = mfcc(options.audioScale === 'int16' ? toInt16Scale(track.audio) : track.audio);
	// Four feature frames make a video frame; what is left over has no score.
	const audibleFrames = track.audio.length === 0 ? 0 : Math.floor(features.rows / 4);
	const plan = planClips(durations, framesPerRun);
	const encoder = new ClipEncoder(models, features.data, plan, slow.signal, track.onFaces);
	for await (const block of track.frames) {
		slow.signal?.throwIfAborted();
		if (block.startFrame !== encoder.frameCount) {
			throw new TypeError(`Frame ${block.startFrame} came after ${encoder.frameCount} frames`);
		}
		await encoder.take(centreFaces(block, audibleFrames));
		const done = encoder.frameCount;
		slow.onProgress?.({ stage: 'activity', done, total: audibleFrames, unit: 'frames' });
		if (encoder.frameCount >= audibleFrames) break;
	}
	const embeddings = await encoder.finish();
	const sums = new Float32Array(encoder.frameCount);
	for (const duration of durations) {
		await addScores(models.head, embeddings, duration, sums, slow.signal);
	}
	const scores = sums.map((sum) => roundToTenth(Math.fround(sum / durations.length)));
	return { frameStart: track.frameStart, scores };
}

/** Samples as 16 bit integers would hold them: what a decoder writes to a WAV file. */
function toInt16Scale(samples: Float32Array): Float32Array {
	return samples.map((sample) =>
		Math.min(32767, Math.max(-32768, roundHalfEven(Math.fround(sample * 32768)))),
	);
}

/** The central 112x112 of each frame: the network sees the middle half of a face track. */
function centreFaces(block: FrameBlock, endFrame: number): Uint8Array {
	const trackSize = 2 * faceSize;
	if (block.channels !== 1 || block.width !== trackSize || block.height !== trackSize) {
		throw new TypeError(
			`Frames are grey ${trackSize}x${trackSize}, ` +
				`not ${block.width}x${block.height} with ${block.channels} channels`,
		);
	}
	const count = Math.max(0, Math.min(block.count, endFrame - block.startFrame));
	const faces = new Uint8Array(count * faceSize * faceSize);
	const margin = faceSize / 2;
	for (let frame = 0; frame < count; frame++) {
		for (let y = 0; y < faceSize; y++) {
			const from = (frame * trackSize + margin + y) * trackSize + margin;
			faces.set(block.data.subarray(from, from + faceSize), (frame * faceSize + y) * faceSize);
		}
	}
	return faces;
}

/** Adds the scores of one duration, each chunk from a fresh recurrent state. */
async function addScores(
	head: Model,
	embeddings: FusedEmbeddings,
	durationSeconds: number,
	sums: Float32Array,
	signal: AbortSignal | undefined,
): Promise<void> {
	const chunk = frameRateHz * durationSeconds;
	const batch = Math.max(1, Math.floor(headFramesPerRun / chunk));
	for (let start = 0; start < sums.length;) {
		const whole = Math.min(batch, Math.floor((sums.length - start) / chunk));
		const clips = Math.max(1, whole);
		const frames = whole > 0 ? chunk : sums.length - start;
		const data = embeddings.rows(durationSeconds, start, start + clips * frames);
		const fused = { type: 'float32', dims: [clips, frames, embeddingSize], data } as const;
		const score = present((await head.run({ fused }, signal))['score'], 'The score');
		assert(score.type === 'float32' && score.data.length === clips * frames, 'One score a frame');
		for (let i = 0; i < score.data.length; i++) {
			sums[start + i] = sums[start + i]! + score.data[i]!;
		}
		start += clips * frames;
	}
}
