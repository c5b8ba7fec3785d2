import type { TimeRange } from './time-range.ts';

/** Active speaker scores of one track, one per frame at 25 Hz. */
export interface ActivityScores {
	/** Number in the central video of the first score. */
	readonly frameStart: number;
	/** Raw logits of "speaking", rounded to 0.1 where the baseline rounds them. */
	readonly scores: Float32Array;
}

/** Probability that one speaker talks, over the whole session, one value per frame at 25 Hz. */
export interface SpeechActivity {
	readonly speakerId: string;
	/** Number in the central video of the first value. */
	readonly frameStart: number;
	/** 0 to 1; NaN where no face was seen and nothing is known. */
	readonly probabilities: Float32Array;
}

/** A stretch in which one speaker is held to talk, within one track. */
export interface Segment extends TimeRange {
	readonly speakerId: string;
	readonly trackId: string;
	/** Mean probability of speech over the segment, 0 to 1. */
	readonly meanProbability: number;
}
