import { sampleRateHz } from '../domain/session.ts';
import { durationOf } from '../domain/time-range.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { LocalTurn } from './local-turns.ts';

/** How finely a recording is listened to, which depends on the embedder. */
export interface PieceLengths {
	/** Sound around a piece that its voice is taken from, as far as one stretch of speech goes. */
	readonly windowSeconds: number;
	/** Length of a piece, about. */
	readonly stepSeconds: number;
	/** Less sound than this says nothing of a voice. */
	readonly shortestSeconds: number;
}

/** A piece of speech that is given to one voice as a whole, and the samples it is judged by. */
export interface PlannedPiece extends TimeRange {
	/** Sample range; null where the stretch of speech is too short to say anything. */
	readonly window: readonly [number, number] | null;
	/** Whether one person is held to talk in it. */
	readonly solo: boolean;
	/** The turn it is part of, where turns were heard before anybody knew whose they are. */
	readonly turn?: number;
}

/**
 * Stretches of speech cut into equal pieces, which cover them wholly. A piece is judged by a window around
 * its middle that does not reach out of its stretch: a pause is where a new voice may begin.
 */
export function cutPieces(
	regions: readonly TimeRange[],
	{ windowSeconds, stepSeconds, shortestSeconds }: PieceLengths,
): PlannedPiece[] {
	return regions.flatMap((region) => {
		const seconds = durationOf(region);
		const count = Math.max(1, Math.round(seconds / stepSeconds));
		return Array.from({ length: count }, (_, i) => {
			const startSeconds = region.startSeconds + (i * seconds) / count;
			const endSeconds = region.startSeconds + ((i + 1) * seconds) / count;
			const half = Math.min(windowSeconds, seconds) / 2;
			const middle = Math.min(
				Math.max((startSeconds + endSeconds) / 2, region.startSeconds + half),
				region.endSeconds - half,
			);
			const window = [sampleAt(middle - half), sampleAt(middle + half)] as const;
			return {
				startSeconds,
				endSeconds,
				window: seconds < shortestSeconds ? null : window,
				solo: true,
			};
		});
	});
}

/**
 * The same of turns that may overlap. Where others talk as well nothing is taken of the voice, but in a turn that has
 * no other part: that is judged by all of its sound, and forms no voice. In the order of the turns.
 */
export function cutTurns(turns: readonly LocalTurn[], lengths: PieceLengths): PlannedPiece[] {
	return turns.flatMap((turn, number) => {
		const parts = partsOf(turn);
		const isAlone = parts.some(
			({ solo, range }) => solo && durationOf(range) >= lengths.shortestSeconds,
		);
		return parts.flatMap(({ solo, range }) =>
			cutPieces([range], lengths).map((piece) => {
				const window = solo || !isAlone ? piece.window : null;
				return { ...piece, window, solo, turn: number };
			}),
		);
	});
}

/** The parts of a turn, with whether one person talks in them. */
function partsOf({ startSeconds, endSeconds, overlaps }: LocalTurn): {
	readonly solo: boolean;
	readonly range: TimeRange;
}[] {
	const parts: { solo: boolean; range: TimeRange }[] = [];
	let at = startSeconds;
	for (const overlap of [...overlaps, { startSeconds: endSeconds, endSeconds }]) {
		if (overlap.startSeconds > at) {
			parts.push({ solo: true, range: { startSeconds: at, endSeconds: overlap.startSeconds } });
		}
		if (overlap.endSeconds > overlap.startSeconds) parts.push({ solo: false, range: overlap });
		at = overlap.endSeconds;
	}
	return parts;
}

function sampleAt(seconds: number): number {
	return Math.max(0, Math.round(seconds * sampleRateHz));
}
