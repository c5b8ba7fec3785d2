import type { Conversations } from '../domain/conversation.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { durationOf, overlapSeconds } from '../domain/time-range.ts';
import { assert, present } from '../support/assert.ts';
import { completeLinkage, cutTree } from './complete-linkage.ts';

/** Speakers whose score is above this are taken together (MCoRec baseline, src/cluster/conv_spks.py). */
const scoreThreshold = 0.7;

function totalSeconds(segments: readonly TimeRange[]): number {
	return segments.reduce((sum, segment) => sum + durationOf(segment), 0);
}

/** 1 minus the temporal intersection over union of two speakers; 0 when neither says anything. */
function conversationScore(a: readonly TimeRange[], b: readonly TimeRange[]): number {
	let overlap = 0;
	for (const first of a) for (const second of b) overlap += overlapSeconds(first, second);
	// Written as the baseline adds it up, for the threshold is strict and ties do occur.
	const apart = totalSeconds(a) + totalSeconds(b) - 2 * overlap;
	return overlap + apart > 0 ? 1 - overlap / (overlap + apart) : 0;
}

/** Score of every two speakers, symmetric, with zeros on the diagonal. */
export function conversationScores(segments: readonly (readonly TimeRange[])[]): number[][] {
	return segments.map((a, i) =>
		segments.map((b, j) => {
			if (i === j) return 0;
			return i < j ? conversationScore(a, b) : conversationScore(b, a);
		}),
	);
}

/**
 * The segments that the baseline looks at, on a clock that starts with the evaluated part: those that
 * end before it are skipped, and everything from the first that starts after it on. None is
 * clipped, so times may be negative. Segments are in time order.
 */
export function segmentsInside(segments: readonly TimeRange[], uem: TimeRange): TimeRange[] {
	const firstAfter = segments.findIndex((segment) => segment.startSeconds > uem.endSeconds);
	return segments
		.slice(0, firstAfter === -1 ? segments.length : firstAfter)
		.filter((segment) => segment.endSeconds >= uem.startSeconds)
		.map((segment) => ({
			startSeconds: segment.startSeconds - uem.startSeconds,
			endSeconds: segment.endSeconds - uem.startSeconds,
		}));
}

/**
 * The MCoRec baseline's conversations: complete-linkage clustering of speakers by how little they talk at the same
 * time, with its own numbering and its surprises (a silent speaker goes to whoever comes first, two
 * silent ones apart, speakers may stay alone). A session of one speaker, which stops the
 * baseline, gives one conversation.
 * @param segments segments by speaker, in time order, on the clock of `segmentsInside`.
 */
export function clusterByOverlap(
	segments: ReadonlyMap<string, readonly TimeRange[]>,
): Conversations {
	const speakers = [...segments.keys()];
	assert(speakers.length > 0, 'A session has speakers');
	const distances = conversationScores([...segments.values()]).map((row) =>
		row.map((score) => 1 - score),
	);
	const tree = completeLinkage(distances);
	const labels = cutTree(tree, speakers.length, 1 - scoreThreshold);
	const clusters = new Map(speakers.map((speaker, i) => [speaker, present(labels[i], 'label')]));
	return { clusters, evidence: [], confidence: null };
}
