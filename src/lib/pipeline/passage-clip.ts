import type { SpeechActivity } from '../domain/activity.ts';
import type { SpeechClip } from '../recognisers/recogniser.ts';
import { type FrameRange, speechOf } from './frame-ranges.ts';
import type { Passage } from './passages.ts';

/** Lip pictures of a stretch of a track. */
export interface LipClip {
	/** Grey, `[frames, 96, 96]`. */
	readonly data: Uint8Array;
	/** 1 for each picture that shows a face, 0 for the others. */
	readonly seen: Uint8Array;
}

/** One passage, read. */
export interface PassageClip {
	readonly passage: Passage;
	/** Frames of each of its segments, within the clip. */
	readonly turns: readonly FrameRange[];
	readonly activity: SpeechActivity;
	/** Without pictures for a recogniser that does not look at lips. */
	readonly lips: LipClip;
	/** 640 samples for each frame. */
	readonly audio: Float32Array;
}

/** A passage as recognisers take it: with the probabilities of its own frames, where they are known. */
export function speechClipOf({ lips, audio, passage, turns, activity }: PassageClip): SpeechClip {
	return {
		lips: lips.data,
		audio,
		startSeconds: passage.startSeconds,
		speech: speechOf(passage, activity, lips.seen.length),
		...(turns.length > 1 && { turns }),
	};
}
