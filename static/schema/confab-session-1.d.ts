/*
 * Types of the JSON that Confab exports, `confab-session` version 1; `confab-session-1.schema.json`
 * describes the same. Confab itself is compiled with them.
 */

/** Seconds of the recording; the end is never before the start. */
export interface JsonRange {
	readonly startSeconds: number;
	readonly endSeconds: number;
}

/** A word of a cue. */
export interface JsonWord extends JsonRange {
	readonly text: string;
	/** 0 to 1; 1 for what a person wrote; null where the word's time is shared out by length. */
	readonly confidence: number | null;
}

export interface JsonCue extends JsonRange {
	/** Unique within the session. */
	readonly id: string;
	readonly text: string;
	/** Mean over the recognised words, 0 to 1. */
	readonly confidence: number | null;
	/** Whether a person made or changed it. */
	readonly edited: boolean;
	readonly words: readonly JsonWord[];
}

export interface JsonSegment extends JsonRange {
	readonly trackId: string;
	/** Mean probability of speech, 0 to 1. */
	readonly meanProbability: number | null;
}

export interface JsonSpeaker {
	readonly id: string;
	/** The name that a person gave, else the id. */
	readonly name: string;
	/** Number of the conversation; null where none was found. */
	readonly conversation: number | null;
	/** The part of the session that is evaluated. */
	readonly uem: JsonRange | null;
	/** Where the run held the speaker to talk. */
	readonly segments: readonly JsonSegment[];
	/** In the order of their starts; they may overlap. */
	readonly cues: readonly JsonCue[];
}

export interface JsonConversation {
	readonly number: number;
	readonly name: string;
	readonly speakerIds: readonly string[];
}

/** What speaks for two speakers being in one conversation; null where a number is not finite. */
export interface JsonEvidence {
	readonly speakerIds: readonly [string, string];
	readonly logLikelihoodRatio: number | null;
	readonly overlapFraction: number | null;
	readonly turnsPerMinute: number | null;
	readonly correlation: number | null;
}

/** A session with all changes, as one JSON document. */
export interface SessionJson {
	readonly format: 'confab-session';
	readonly version: 1;
	readonly session: {
		readonly id: string;
		readonly name: string;
		readonly durationSeconds: number;
	};
	readonly speakers: readonly JsonSpeaker[];
	readonly conversations: readonly JsonConversation[];
	/** Posterior of the run's own grouping, 0 to 1; null where its method has none. */
	readonly groupingConfidence: number | null;
	readonly evidence: readonly JsonEvidence[];
}
