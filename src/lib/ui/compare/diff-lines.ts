import type { AlignedPair } from '../../evaluation/transcript-alignment.ts';
import { timeOfPair } from '../../evaluation/transcript-alignment.ts';

/** What is wrong with a word. */
export type ErrorKind = Exclude<AlignedPair['kind'], 'correct'>;

export const errorKinds = ['substitution', 'deletion', 'insertion'] as const;

/** Words that are shown at once: more would make the page slow. */
export const pageWords = 400;

/** One word of a difference, with its place in the whole alignment. */
export interface DiffWord {
	readonly index: number;
	readonly pair: AlignedPair;
}

/** Words of one stretch of speech. */
export interface DiffLine {
	/** When its first word is said; null where nothing is known. */
	readonly seconds: number | null;
	readonly words: readonly DiffWord[];
}

/**
 * A page of an alignment, a line for each cue of the reference; what the other side has more stands where it
 * was said.
 */
export function linesOf(pairs: readonly AlignedPair[], page: number): readonly DiffLine[] {
	const lines: { seconds: number | null; words: DiffWord[] }[] = [];
	let cue: number | null = null;
	const start = page * pageWords;
	for (const [i, pair] of pairs.slice(start, start + pageWords).entries()) {
		const own: number | null = pair.reference?.sources[0]?.cue ?? cue;
		const line = lines.at(-1);
		const word = { index: start + i, pair };
		if (line && (own === cue || cue === null)) line.words.push(word);
		else lines.push({ seconds: timeOfPair(pair)?.startSeconds ?? null, words: [word] });
		cue = own;
	}
	return lines;
}

/** Place of the next error of these kinds after (or before) a word, going round; null for none. */
export function nextError(
	pairs: readonly AlignedPair[],
	from: number | null,
	direction: 1 | -1,
	isWanted: (pair: AlignedPair) => boolean,
): number | null {
	const { length } = pairs;
	const start = from ?? (direction === 1 ? -1 : length);
	for (let step = 1; step <= length; step += 1) {
		const index = (((start + direction * step) % length) + length) % length;
		const pair = pairs[index];
		if (pair && pair.kind !== 'correct' && isWanted(pair)) return index;
	}
	return null;
}
