import type { TimeRange } from '../domain/time-range.ts';
import type { Cue } from '../domain/transcript.ts';
import { removeDisfluencies } from './disfluencies.ts';
import { splitWords } from './white-space.ts';
import { normaliseEnglish } from './whisper-normaliser.ts';

/** A cue time as the scorer adds it up: whole seconds plus milliseconds over 1000. */
function asScored(seconds: number): number {
	const milliseconds = Math.round(seconds * 1000);
	return Math.floor(milliseconds / 1000) + (milliseconds % 1000) / 1000;
}

/** Whether the scorer counts the cue: only when all of it lies inside, bounds included. */
function isInside(cue: Cue, uem: TimeRange): boolean {
	return (
		asScored(cue.startSeconds) >= uem.startSeconds && asScored(cue.endSeconds) <= uem.endSeconds
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
	return cues
		.filter((cue) => uem === null || isInside(cue, uem))
		.flatMap((cue) => scoredWordsOf(cue.text));
}
