import type { Problem } from '../support/errors.ts';

/** How diarisation errors are counted: `full` all of it, `fair` ±0.25 s off, `forgiving` without overlap as well. */
export type DerProtocol = 'full' | 'fair' | 'forgiving';

/** Diarisation errors by one protocol, in seconds of speech. */
export interface DerScore {
	/** Speech of the reference that is scored. */
	readonly referenceSeconds: number;
	readonly missedSeconds: number;
	readonly falseAlarmSeconds: number;
	/** Speech that was given to somebody else. */
	readonly confusedSeconds: number;
	/** The diarisation error rate; may exceed 1. Null without reference speech. */
	readonly rate: number | null;
}

/** How well it was found in a recording who speaks when, and who says what. */
export interface DiarisationScores {
	/** Null without a reference of who speaks when. */
	readonly der: Readonly<Record<DerProtocol, DerScore>> | null;
	/** The Jaccard error rate as dscore has it, and as pyannote.metrics has it (`time`). */
	readonly jer: { readonly jaccard: number | null; readonly time: number | null };
	/** Null without a reference of words. */
	readonly cpWer: {
		readonly rate: number | null;
		readonly errors: {
			readonly substitutions: number;
			readonly deletions: number;
			readonly insertions: number;
			readonly referenceWords: number;
		};
	} | null;
	/** People found less people there are, counting those who speak; null without a reference. */
	readonly speakerCountError: number | null;
	/** Reference speaker by found person, one to one, by the time they share; those without a partner are in none. */
	readonly mapping: ReadonlyMap<string, string>;
	/** What the turns of the reference were taken from; null where there are none. */
	readonly turnsFrom: 'turns' | 'cues' | null;
	/** Why a number is missing, or what it leaves out. */
	readonly problems: readonly Problem[];
}
