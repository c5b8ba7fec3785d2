import type { TimeRange } from '../domain/time-range.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import { shareTime } from '../editing/realign-words.ts';
import { plainText } from './plain-text.ts';

/** A word of a cue as it stands. */
export interface SpokenWord extends TimeRange {
	/** Without white space. */
	readonly text: string;
	/** Posterior of the word, 0 to 1; null where its time is only shared out. */
	readonly confidence: number | null;
}

const unspaced = (text: string): string => text.replaceAll(' ', '');

/** Words that share a stretch of time by their lengths. */
function sharedOut(
	texts: readonly string[],
	range: TimeRange,
	confidence: number | null,
): SpokenWord[] {
	return shareTime(texts, range).map((word) => ({ ...word, confidence }));
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
