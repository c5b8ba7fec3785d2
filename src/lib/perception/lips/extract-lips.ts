import { frameRateHz } from '../../domain/session.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import type { Model } from '../../inference/model.ts';
import type { FrameBlock } from '../../media/media-source.ts';
import type { Picture } from '../../signal/warp.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { FaceTracker } from './face-tracker.ts';
import { lipSize } from './lip-crop.ts';
import { LipCropper, defaultMaximumGapFrames } from './lip-cropper.ts';
import type { LipFrame } from './lip-cropper.ts';

/** Consecutive lip pictures of one track. */
export interface LipBlock {
	/** Number of the first picture in the track, at 25 Hz. */
	readonly startFrame: number;
	readonly count: number;
	/** Grey, `count` x 96 x 96; a picture without a face is `noFaceGrey` throughout. */
	readonly data: Uint8Array;
	/** 1 for each picture that shows a face, 0 for the others. */
	readonly seen: Uint8Array;
}

export interface LipOptions extends SlowOptions {
	/** Frames after which the face detector confirms the face that is followed. */
	readonly detectEveryFrames?: number;
	/** Longest gap, in frames, over which a face that was lost is interpolated. */
	readonly maximumGapFrames?: number;
	/** Frames that will come, for the progress. */
	readonly totalFrames?: number;
	/** What the progress is about: a speaker, a track. */
	readonly subject?: string;
}

/**
 * The lips of a face track, block by block as its frames come: grey frames of 224 x 224 in (any size works), one 96 x 96
 * picture for each frame out. Holds back at most `maximumGapFrames` + 13 frames.
 */
export async function* extractLips(
	frames: AsyncIterable<FrameBlock>,
	models: { detector: Model; landmarker: Model },
	options: LipOptions = {},
): AsyncGenerator<LipBlock> {
	const { signal, detectEveryFrames } = options;
	const tracker = new FaceTracker(models, {
		signal,
		...(detectEveryFrames === undefined ? {} : { detectEveryFrames }),
	});
	const cropper = new LipCropper(options.maximumGapFrames ?? defaultMaximumGapFrames);
	let startFrame: number | null = null;
	let given = 0;
	let taken = 0;
	for await (const block of frames) {
		startFrame ??= block.startFrame;
		const ready: LipFrame[] = [];
		for (const picture of picturesOf(block)) {
			signal?.throwIfAborted();
			ready.push(...cropper.push(picture, await tracker.next(picture)));
			taken++;
		}
		if (ready.length > 0) yield pack(startFrame + given, ready);
		given += ready.length;
		options.onProgress?.({
			stage: 'lips',
			...(options.subject === undefined ? {} : { subject: options.subject }),
			done: taken,
			total: Math.max(taken, options.totalFrames ?? taken),
			unit: 'frames',
		});
	}
	const rest = cropper.finish();
	if (startFrame !== null && rest.length > 0) yield pack(startFrame + given, rest);
}

/**
 * The frames of a shipped 96 x 96 lip clip as lip blocks: nothing is searched in them, every picture counts as seen.
 * @throws TypeError for frames of another size or with colours.
 */
export async function* readLipClip(frames: AsyncIterable<FrameBlock>): AsyncGenerator<LipBlock> {
	for await (const { startFrame, count, width, height, channels, data } of frames) {
		if (width !== lipSize || height !== lipSize || channels !== 1) {
			throw new TypeError(`Not lip pictures: ${width} x ${height}, ${channels} channel(s)`);
		}
		yield { startFrame, count, data, seen: new Uint8Array(count).fill(1) };
	}
}

/** Stretches longer than a gap in which no face was seen, in seconds from the track's start. */
export function unseenRanges(blocks: Iterable<LipBlock>): TimeRange[] {
	const ranges: TimeRange[] = [];
	for (const block of blocks) {
		for (let i = 0; i < block.count; i++) {
			if (block.seen[i] === 1) continue;
			const startSeconds = (block.startFrame + i) / frameRateHz;
			const endSeconds = (block.startFrame + i + 1) / frameRateHz;
			const last = ranges.at(-1);
			if (last && Math.abs(last.endSeconds - startSeconds) < 0.5 / frameRateHz) {
				ranges[ranges.length - 1] = { startSeconds: last.startSeconds, endSeconds };
			} else {
				ranges.push({ startSeconds, endSeconds });
			}
		}
	}
	return ranges;
}

function* picturesOf(block: FrameBlock): Generator<Picture> {
	const { width, height, channels } = block;
	const size = width * height * channels;
	for (let i = 0; i < block.count; i++) {
		// A copy: pictures may wait, and must not keep the whole block alive.
		yield { width, height, channels, data: block.data.slice(i * size, (i + 1) * size) };
	}
}

function pack(startFrame: number, frames: readonly LipFrame[]): LipBlock {
	const data = new Uint8Array(frames.length * lipSize * lipSize);
	frames.forEach((frame, i) => data.set(frame.data, i * lipSize * lipSize));
	return {
		startFrame,
		count: frames.length,
		data,
		seen: Uint8Array.from(frames, (frame) => Number(frame.seen)),
	};
}
