import type { Segment } from '../domain/activity.ts';
import { frameRateHz, type Track } from '../domain/session.ts';
import type { FrameRange } from './stages.ts';

/** The segment in frames of its track, inside the track. */
export function framesOf(
	segment: Segment,
	track: Pick<Track, 'startSeconds'>,
	frameCount: number,
): FrameRange {
	const frame = (seconds: number): number =>
		Math.min(frameCount, Math.max(0, Math.round((seconds - track.startSeconds) * frameRateHz)));
	return { startFrame: frame(segment.startSeconds), endFrame: frame(segment.endSeconds) };
}
