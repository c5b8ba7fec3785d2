import type { TimeRange } from '../domain/time-range.ts';
import type { Cue } from '../domain/transcript.ts';
import { removeDisfluencies } from './disfluencies.ts';
import { sourceWords } from './source-words.ts';
import type { SourceWord, WordedCue } from './source-words.ts';
import { splitWords } from './white-space.ts';
import { normaliseEnglish } from './whisper-normaliser.ts';

/** A cue time as the scorer adds it up: whole seconds plus milliseconds over 1000. */
function asScored(seconds: number): number {
	const milliseconds = Math.round(seconds * 1000);
	return Math.floor(milliseconds / 1000) + (milliseconds % 1000) / 1000;
}

/** Whether the scorer counts the cue: only when all of it lies inside, bounds included. */
function isInside(cue: Cue, uem: TimeRange | null): boolean {
	return (
		uem === null ||
		(asScored(cue.startSeconds) >= uem.startSeconds && asScored(cue.endSeconds) <= uem.endSeconds)
	);
}

/** The words that the scorer compares, without regard to time. */
function scoredWordsOf(text: string): string[] {
	return splitWords(removeDisfluencies(normaliseEnglish(text)));
}

/**
 * The words of a speaker that the MCoRec scorer compares (`benchmark_vtt_wer`): cues that lie wholly
 * inside the evaluated part, each normalised on its own, in the order of the file. A cue that
 * straddles a bound is dropped whole. Without a `uem` every cue counts.
 */
export function scoredWords(cues: readonly Cue[], uem: TimeRange | null): string[] {
	return cues.filter((cue) => isInside(cue, uem)).flatMap((cue) => scoredWordsOf(cue.text));
}

/** A word that the scorer compares, and what it was made of. */
export interface TracedWord {
	readonly text: string;
	/** At least one: "twenty five" becomes 25, "don't" becomes two that share one. */
	readonly sources: readonly SourceWord[];
}

function startsWith(words: readonly string[], beginning: readonly string[], from: number): boolean {
	return beginning.every((word, i) => words[from + i] === word);
}

/**
 * The finest pieces of a cue that are normalised each on its own as they are all together. What a piece
 * becomes is thus surely made of that piece.
 */
function* pieces(
	text: string,
	words: readonly SourceWord[],
): Generator<{ sources: readonly SourceWord[]; scored: readonly string[] }> {
	const scoredOf = (from: number, to: number): string[] =>
		scoredWordsOf(text.slice(words[from]?.from, words[to - 1]?.to));
	const whole = scoredWordsOf(text);
	const alone = words.map((word, i) => ({ sources: [word], scored: scoredOf(i, i + 1) }));
	const joined = alone.flatMap(({ scored }) => scored);
	if (joined.length === whole.length && startsWith(whole, joined, 0)) {
		yield* alone;
		return;
	}
	let written = 0;
	for (let from = 0; from < words.length;) {
		let to = from + 1;
		let scored = scoredOf(from, to);
		for (; to < words.length; to += 1, scored = scoredOf(from, to)) {
			if (!startsWith(whole, scored, written)) continue;
			const rest = scoredOf(to, words.length);
			const left = whole.length - written - scored.length;
			if (rest.length === left && startsWith(whole, rest, written + scored.length)) break;
		}
		yield { sources: words.slice(from, to), scored };
		written += scored.length;
		from = to;
	}
}

/**
 * The same words as `scoredWords`, each with the words of the transcript that it was made of, and so with
 * a time. Words that leave nothing behind (hesitations, what stands in brackets) are in none.
 */
export function tracedWords(cues: readonly WordedCue[], uem: TimeRange | null): TracedWord[] {
	return cues.flatMap((cue, index) => {
		if (!isInside(cue, uem)) return [];
		return [...pieces(cue.text, sourceWords(cue, index))].flatMap(({ sources, scored }) =>
			scored.map((text) => ({ text, sources })),
		);
	});
}
