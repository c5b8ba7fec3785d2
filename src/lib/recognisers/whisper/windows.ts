import { frameRateHz } from '../../domain/session.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import type { Chunk } from '../chunks.ts';

/** What Whisper hears at once: 30 s. */
export const windowFrames = 750;

/** Silence between two pieces of a window: 0.5 s (models/whisper/README.md has what others come to). */
export const gapFrames = 12;

/** A stretch of one of several clips, in the clip's own frames. */
export interface Piece extends Chunk {
	/** Index of the clip. */
	readonly clip: number;
}

/** A piece with its place in a window. */
export interface PlacedPiece extends Piece {
	/** Frame of the window at which it begins. */
	readonly at: number;
}

/**
 * Pieces one after the other in as few windows as their order allows, with silence between them.
 *
 * @param pieces none longer than a window
 */
export function packWindows(
	pieces: readonly Piece[],
	most: number = windowFrames,
	gap: number = gapFrames,
): PlacedPiece[][] {
	const windows: PlacedPiece[][] = [];
	let used = 0;
	for (const piece of pieces) {
		const frames = piece.endFrame - piece.startFrame;
		const window = windows.at(-1);
		const at = window ? used + gap : 0;
		if (window && at + frames <= most) {
			window.push({ ...piece, at });
			used = at + frames;
		} else {
			windows.push([{ ...piece, at: 0 }]);
			used = frames;
		}
	}
	return windows;
}

/** Frames from a window's beginning to the end of its last piece. */
export function framesOf(window: readonly PlacedPiece[]): number {
	const last = window.at(-1);
	return last ? last.at + last.endFrame - last.startFrame : 0;
}

/** Where a piece lies in its window, in seconds. */
export function rangeOf({ at, startFrame, endFrame }: PlacedPiece): TimeRange {
	return {
		startSeconds: at / frameRateHz,
		endSeconds: (at + endFrame - startFrame) / frameRateHz,
	};
}

/**
 * Whose words they are: each goes to the piece with which it has the most time in common; one between
 * two pieces to the nearer.
 *
 * @param words in the window's time, in order
 * @returns for each piece its words, with times kept inside of the piece and counted from its beginning
 */
export function wordsOfPieces<Word extends TimeRange>(
	words: readonly Word[],
	window: readonly PlacedPiece[],
): Word[][] {
	const ranges = window.map(rangeOf);
	const found = window.map((): Word[] => []);
	for (const word of words) {
		let best = 0;
		for (let i = 1; i < ranges.length; i++) {
			if (closeness(word, ranges[i]!) > closeness(word, ranges[best]!)) best = i;
		}
		const range = ranges[best];
		if (!range) break;
		const { startSeconds, endSeconds } = range;
		const within = (seconds: number): number =>
			Math.min(Math.max(seconds, startSeconds), endSeconds) - startSeconds;
		found[best]!.push({
			...word,
			startSeconds: within(word.startSeconds),
			endSeconds: within(word.endSeconds),
		});
	}
	return found;
}

/** Seconds in common; below zero, the seconds between them. */
function closeness(word: TimeRange, range: TimeRange): number {
	return (
		Math.min(word.endSeconds, range.endSeconds) - Math.max(word.startSeconds, range.startSeconds)
	);
}
