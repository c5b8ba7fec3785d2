import type { Segment, SpeechActivity } from '../domain/activity.ts';
import type { SpeechClip } from '../recognisers/recogniser.ts';
import { speechOf } from './frame-ranges.ts';

/** Lip pictures of a stretch of a track. */
export interface LipClip {
	/** Grey, `[frames, 96, 96]`. */
	readonly data: Uint8Array;
	/** 1 for each picture that shows a face, 0 for the others. */
	readonly seen: Uint8Array;
}

/** One segment as a recogniser gets it. */
export interface SegmentClip {
	readonly segment: Segment;
	readonly activity: SpeechActivity;
	/** Without pictures for a recogniser that does not look at lips. */
	readonly lips: LipClip;
	/** 640 samples for each frame. */
	readonly audio: Float32Array;
}

/** A segment as recognisers take it: with the probabilities of its own frames, where they are known. */
export function speechClipOf({ lips, audio, segment, activity }: SegmentClip): SpeechClip {
	return {
		lips: lips.data,
		audio,
		startSeconds: segment.startSeconds,
		speech: speechOf(segment, activity, lips.seen.length),
	};
}
