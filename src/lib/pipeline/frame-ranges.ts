import type { SpeechActivity } from '../domain/activity.ts';
import { frameRateHz, type Track } from '../domain/session.ts';
import type { TimeRange } from '../domain/time-range.ts';

/** Frames of a track, counted from its own first frame; `endFrame` is the one after the last. */
export interface FrameRange {
	readonly startFrame: number;
	readonly endFrame: number;
}

/** Probabilities of a stretch's own frames, as recognisers get them; null where not all of them are known. */
export function speechOf(
	{ startSeconds }: TimeRange,
	{ frameStart, probabilities }: SpeechActivity,
	frameCount: number,
): Float32Array<ArrayBuffer> | null {
	const first = Math.round(startSeconds * frameRateHz) - frameStart;
	const speech = Float32Array.from(probabilities.subarray(Math.max(0, first), first + frameCount));
	return speech.length === frameCount ? speech : null;
}

/** A stretch in frames of its track, inside the track. */
export function framesOf(
	{ startSeconds, endSeconds }: TimeRange,
	track: Pick<Track, 'startSeconds'>,
	frameCount: number,
): FrameRange {
	const frame = (seconds: number): number =>
		Math.min(frameCount, Math.max(0, Math.round((seconds - track.startSeconds) * frameRateHz)));
	return { startFrame: frame(startSeconds), endFrame: frame(endSeconds) };
}
