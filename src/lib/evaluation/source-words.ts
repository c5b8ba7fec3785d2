import type { TimeRange } from '../domain/time-range.ts';
import type { Cue } from '../domain/transcript.ts';
import { placedWords } from './white-space.ts';

/** A cue, with its words where their times are known. */
export interface WordedCue extends Cue {
	readonly words?: readonly (TimeRange & { readonly text: string })[];
}

/** A word as it was written, before anything was normalised. */
export interface SourceWord extends TimeRange {
	readonly text: string;
	/** Index of its cue among those that were given. */
	readonly cue: number;
	/** Where it stands in the cue's text, in UTF-16 units. */
	readonly from: number;
	readonly to: number;
	/** False where only the cue's times are known and the word's own are spread over them by length. */
	readonly timed: boolean;
}

/**
 * The words of a cue's text with their times. Those of the cue's own words where they are the text; else
 * the cue's time is shared out by the number of characters.
 */
export function sourceWords(cue: WordedCue, index: number): SourceWord[] {
	const placed = placedWords(cue.text);
	const words = cue.words ?? [];
	const timed =
		words.length === placed.length && words.every(({ text }, i) => text === placed[i]?.text);
	const characters = placed.reduce((sum, { text }) => sum + text.length, 0);
	const perCharacter = (cue.endSeconds - cue.startSeconds) / Math.max(1, characters);
	let before = 0;
	return placed.map((word, i) => {
		const startSeconds = cue.startSeconds + before * perCharacter;
		before += word.text.length;
		const endSeconds = cue.startSeconds + before * perCharacter;
		const shared = { ...word, cue: index, timed, startSeconds, endSeconds };
		const own = words[i];
		return timed && own
			? { ...shared, startSeconds: own.startSeconds, endSeconds: own.endSeconds }
			: shared;
	});
}
