import type { TimeRange } from './time-range.ts';

/** One recognised word, in seconds of the central video. */
export interface Word extends TimeRange {
	readonly text: string;
	/** Posterior of the word, 0 to 1. */
	readonly confidence: number;
}

/** A stretch of speech as it is written to WebVTT: one recognised segment. */
export interface Cue extends TimeRange {
	readonly text: string;
}

/** A cue that a recogniser made, with its words. */
export interface RecognisedCue extends Cue {
	readonly words: readonly Word[];
	/** Mean word confidence, 0 to 1; 0 when there are no words. */
	readonly confidence: number;
}

/** All that one speaker said, cues in time order. */
export interface Transcript {
	readonly speakerId: string;
	readonly cues: readonly RecognisedCue[];
}
