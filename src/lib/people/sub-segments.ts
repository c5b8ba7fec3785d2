import { durationOf } from '../domain/time-range.ts';
import type { TimeRange } from '../domain/time-range.ts';

/** How long the pieces are that speech is cut into, and how far apart they begin. */
export interface Cutting {
	readonly lengthSeconds: number;
	readonly shiftSeconds: number;
}

/** As 3D-Speaker cuts (`infer_diarization`). */
const subSegmentCutting: Cutting = { lengthSeconds: 1.5, shiftSeconds: 0.75 };

/**
 * Overlapping pieces of a stretch of speech. One that is no longer than a shift gives none: it says too
 * little of a voice to form a cluster.
 */
export function subSegments(
	{ startSeconds, endSeconds }: TimeRange,
	{ lengthSeconds, shiftSeconds }: Cutting = subSegmentCutting,
): TimeRange[] {
	const pieces: TimeRange[] = [];
	for (let i = 0; ; i++) {
		const start = startSeconds + i * shiftSeconds;
		if (start + lengthSeconds >= endSeconds + shiftSeconds) return pieces;
		pieces.push({
			startSeconds: start,
			endSeconds: Math.min(start + lengthSeconds, endSeconds),
		});
	}
}

/** A stretch and the voice in it. */
export interface LabelledRange extends TimeRange {
	readonly label: number;
}

/**
 * Labelled pieces as runs of one label each: what touches and has one label is one run, and of two
 * labels that overlap each has its half.
 * @param pieces in order of their starts
 */
export function compressed(pieces: readonly LabelledRange[]): LabelledRange[] {
	const runs: LabelledRange[] = [];
	for (const piece of pieces) {
		const last = runs.at(-1);
		if (!last || piece.startSeconds > last.endSeconds) {
			runs.push(piece);
		} else if (last.label === piece.label) {
			const endSeconds = Math.max(last.endSeconds, piece.endSeconds);
			runs[runs.length - 1] = { ...last, endSeconds };
		} else {
			const middle = (piece.startSeconds + last.endSeconds) / 2;
			runs[runs.length - 1] = { ...last, endSeconds: middle };
			runs.push({ ...piece, startSeconds: middle });
		}
	}
	return runs.filter((run) => durationOf(run) > 0);
}
