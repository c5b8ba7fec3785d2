import type { VoicePiece } from '../domain/people.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { RecognisedCue } from '../domain/transcript.ts';

/** A pause that is shorter belongs to the turn, in seconds, as in a run (people/voice-turns.ts). */
const bridgedSeconds = 0.28;

/** Pieces of one voice that follow each other. */
export interface PieceTurn extends TimeRange {
	/** Their places among the pieces of the run; one at least. */
	readonly pieces: readonly number[];
	/** What is said in it. */
	readonly text: string;
}

/**
 * The turns that pieces of one voice make.
 *
 * @param own places of that voice's pieces, in order
 * @param cues what that person says, in order
 */
export function turnsOfPieces(
	pieces: readonly VoicePiece[],
	own: readonly number[],
	cues: readonly RecognisedCue[],
): readonly PieceTurn[] {
	const turns: { startSeconds: number; endSeconds: number; pieces: number[] }[] = [];
	for (const index of own) {
		const piece = pieces[index];
		if (!piece) continue;
		const { startSeconds, endSeconds } = piece;
		const last = turns.at(-1);
		if (last && startSeconds - last.endSeconds < bridgedSeconds) {
			last.endSeconds = Math.max(last.endSeconds, endSeconds);
			last.pieces.push(index);
		} else {
			turns.push({ startSeconds, endSeconds, pieces: [index] });
		}
	}
	const texts = pieceTexts(turns, cues);
	return turns.map((turn, i) => ({ ...turn, text: texts[i] ?? '' }));
}

/**
 * What is said in each of some stretches: the words whose middles lie in it, and cues that have no words of
 * their own likewise.
 *
 * @param ranges in order and apart from each other
 */
export function pieceTexts(
	ranges: readonly TimeRange[],
	cues: readonly RecognisedCue[],
): readonly string[] {
	const said = cues
		.flatMap((cue) => (cue.words.length > 0 ? cue.words : [cue]))
		.map(({ text, startSeconds, endSeconds }) => ({
			text,
			middle: (startSeconds + endSeconds) / 2,
		}))
		.sort((a, b) => a.middle - b.middle);
	let at = 0;
	return ranges.map(({ startSeconds, endSeconds }) => {
		const words: string[] = [];
		for (let word = said[at]; word && word.middle < endSeconds; word = said[(at += 1)]) {
			if (word.middle >= startSeconds) words.push(word.text);
		}
		return words.join(' ');
	});
}
