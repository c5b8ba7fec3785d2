import type { Segment } from '../domain/activity.ts';
import { frameRateHz, type Track } from '../domain/session.ts';
import type { FrameRange } from './stages.ts';

/**
 * Frames looked at before and after a segment, so that smoothing over 12 neighbours (six each side)
 * has them, and a lost face has something to be filled in from.
 */
const marginFrames = 12;

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

/** The stretches of a track whose lips are wanted: its segments with margins, merged, in order. */
export function lipRanges(
	segments: readonly Segment[],
	track: Pick<Track, 'id' | 'startSeconds'>,
	frameCount: number,
): readonly FrameRange[] {
	const wanted = segments
		.filter((segment) => segment.trackId === track.id)
		.map((segment) => framesOf(segment, track, frameCount))
		.filter((range) => range.endFrame > range.startFrame)
		.map(({ startFrame, endFrame }) => ({
			startFrame: Math.max(0, startFrame - marginFrames),
			endFrame: Math.min(frameCount, endFrame + marginFrames),
		}))
		.sort((a, b) => a.startFrame - b.startFrame);
	const merged: FrameRange[] = [];
	for (const range of wanted) {
		const last = merged.at(-1);
		if (last && range.startFrame <= last.endFrame) {
			const endFrame = Math.max(last.endFrame, range.endFrame);
			merged[merged.length - 1] = { startFrame: last.startFrame, endFrame };
		} else merged.push(range);
	}
	return merged;
}
