import type { TimeRange } from '../domain/time-range.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import { plainText } from './plain-text.ts';

/** A word of a cue as it stands. */
export interface SpokenWord extends TimeRange {
	/** Without white space. */
	readonly text: string;
	/** Posterior of the word, 0 to 1; null where no recogniser said it at this time. */
	readonly confidence: number | null;
}

const unspaced = (text: string): string => text.replaceAll(' ', '');

/** Words that share a stretch of time by their lengths. */
function sharedOut(
	texts: readonly string[],
	{ startSeconds, endSeconds }: TimeRange,
	confidence: number | null,
): SpokenWord[] {
	const total = texts.reduce((sum, { length }) => sum + length, 0);
	let letters = 0;
	const at = (): number => startSeconds + ((endSeconds - startSeconds) * letters) / total;
	return texts.map((text) => {
		const start = at();
		letters += text.length;
		return { text, startSeconds: start, endSeconds: at(), confidence };
	});
}

/**
 * The words that a cue's text consists of, with their times. Where the recognised words no longer spell
 * the text, because a person changed it, its words share the cue's time by their lengths, and none has a
 * confidence.
 */
export function spokenWords(cue: RecognisedCue): readonly SpokenWord[] {
	const text = plainText(cue.text);
	if (text === '') return [];
	const recognised = cue.words.flatMap((word) => {
		const own = plainText(word.text);
		return own === '' ? [] : [{ ...word, text: own }];
	});
	if (unspaced(recognised.map((word) => word.text).join('')) !== unspaced(text)) {
		return sharedOut(text.split(' '), cue, null);
	}
	return recognised.flatMap((word) => sharedOut(word.text.split(' '), word, word.confidence));
}
