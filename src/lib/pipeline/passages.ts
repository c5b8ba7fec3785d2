import type { Segment } from '../domain/activity.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { Joining } from '../recognisers/family.ts';

/** What a recogniser hears at once of one speaker in one track: a segment, or several with the pauses between them. */
export interface Passage extends TimeRange {
	readonly speakerId: string;
	readonly trackId: string;
	/** At least one, in time order. */
	readonly segments: readonly Segment[];
}

/**
 * Segments of one speaker in one track, joined where one follows the other soon enough.
 *
 * @param segments in time order
 * @param joining how near they must be; null where each is heard by itself
 */
export function passagesOf(segments: readonly Segment[], joining: Joining | null): Passage[] {
	const passages: Passage[] = [];
	for (const segment of segments) {
		const last = passages.at(-1);
		if (last && joining && joins(last, segment, joining)) {
			const { endSeconds } = segment;
			passages[passages.length - 1] = {
				...last,
				endSeconds,
				segments: [...last.segments, segment],
			};
		} else {
			const { meanProbability: _, ...about } = segment;
			passages.push({ ...about, segments: [segment] });
		}
	}
	return passages;
}

function joins(
	before: TimeRange,
	{ startSeconds, endSeconds }: TimeRange,
	{ pauseSeconds, mostSeconds }: Joining,
): boolean {
	const pause = startSeconds - before.endSeconds;
	return pause >= 0 && pause <= pauseSeconds && endSeconds - before.startSeconds <= mostSeconds;
}
