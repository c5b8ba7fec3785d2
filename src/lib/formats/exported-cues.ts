import { clampRange, overlapSeconds } from '../domain/time-range.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { Cue, RecognisedCue, Word } from '../domain/transcript.ts';
import { spokenWords } from './spoken-words.ts';
import type { SpokenWord } from './spoken-words.ts';
import { ceilMilliseconds, cueText, floorMilliseconds } from './webvtt.ts';

/** A cue as it is written, with the words in it that have times. */
export interface ExportedCue extends Cue {
	readonly words: readonly Word[];
}

const textOf = (words: readonly SpokenWord[]): string => words.map(({ text }) => text).join(' ');

/** Those whose times a recogniser gave; what is shared out is no knowledge. */
const timed = (words: readonly SpokenWord[]): readonly Word[] =>
	words.flatMap((word) =>
		word.confidence === null ? [] : [{ ...word, confidence: word.confidence }],
	);

const midpoint = (word: TimeRange): number => (word.startSeconds + word.endSeconds) / 2;

/** Seconds as the MCoRec scorer reads them from a file: whole seconds, then milliseconds. */
const asScored = (milliseconds: number): number =>
	Math.floor(milliseconds / 1000) + (milliseconds % 1000) / 1000;

/**
 * A cue's part in the UEM, in the milliseconds it is written with: truncated, but rounded inwards at the
 * bounds, which the scorer compares with what it reads. Null when less than a millisecond is left.
 */
function insideCue(cue: Cue, uem: TimeRange): Cue | null {
	const part = clampRange(cue, uem);
	if (!part) return null;
	let start = Math.max(floorMilliseconds(part.startSeconds), ceilMilliseconds(uem.startSeconds));
	let end = Math.min(floorMilliseconds(part.endSeconds), floorMilliseconds(uem.endSeconds));
	if (asScored(start) < uem.startSeconds) start++;
	if (asScored(end) > uem.endSeconds) end--;
	if (end <= start) return null;
	return { startSeconds: asScored(start), endSeconds: asScored(end), text: cue.text };
}

/**
 * One cue as up to three: what was said before the UEM, in it, and after it. Words go where their
 * middle is. Where no words have times, all of the text stays in the UEM.
 */
function splitCue(cue: RecognisedCue, uem: TimeRange): readonly ExportedCue[] {
	const { startSeconds, endSeconds } = cue;
	if (overlapSeconds(cue, uem) === 0) return [cue];
	const straddles = startSeconds < uem.startSeconds || endSeconds > uem.endSeconds;
	// Words that a person changed share the cue's time; where none ever had times, none has a place.
	const words = straddles && cue.words.length > 0 ? spokenWords(cue) : [];
	const before = words.filter((word) => midpoint(word) < uem.startSeconds);
	const after = words.filter((word) => midpoint(word) > uem.endSeconds);
	const within = words.filter((word) => !before.includes(word) && !after.includes(word));
	const isWhole = before.length + after.length === 0;
	const inside = insideCue({ ...cue, text: isWhole ? cue.text : textOf(within) }, uem);
	if (!inside) return [cue];
	return [
		{ startSeconds, endSeconds: uem.startSeconds, text: textOf(before), words: timed(before) },
		{ ...inside, words: isWhole ? cue.words : timed(within) },
		{ startSeconds: uem.endSeconds, endSeconds, text: textOf(after), words: timed(after) },
	];
}

/**
 * A speaker's cues as they are written to WebVTT. The MCoRec scorer drops a cue whole when it crosses a bound of the UEM, with all of its words inside: such a cue is split at
 * the bound. Cues outside the UEM, which the scorer drops, are kept for people.
 */
export function exportedCues(
	cues: readonly RecognisedCue[],
	uem: TimeRange | null,
): readonly Cue[] {
	return exportedSpeech(cues, uem).map(({ startSeconds, endSeconds, text }) => ({
		startSeconds,
		endSeconds,
		text,
	}));
}

/** The same cues, each with its words. */
export function exportedSpeech(
	cues: readonly RecognisedCue[],
	uem: TimeRange | null,
): readonly ExportedCue[] {
	const split: readonly ExportedCue[] = uem ? cues.flatMap((cue) => splitCue(cue, uem)) : cues;
	return split.filter(({ text }) => text.trim() !== '');
}

/**
 * The same cues as the MCoRec scorer reads them of the file: times in whole milliseconds, texts with the
 * character references that they are written with, which it leaves alone ("R&B" counts as "r amp b").
 */
export function scoredSpeech(
	cues: readonly RecognisedCue[],
	uem: TimeRange | null,
): readonly ExportedCue[] {
	return exportedSpeech(cues, uem).map(({ startSeconds, endSeconds, text, words }) => ({
		startSeconds: asScored(floorMilliseconds(startSeconds)),
		endSeconds: asScored(floorMilliseconds(endSeconds)),
		text: cueText(text),
		words: words.flatMap((word) => {
			const written = cueText(word.text);
			return written === '' ? [] : [{ ...word, text: written }];
		}),
	}));
}
