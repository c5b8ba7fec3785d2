import type { RecognisedCue } from './transcript.ts';

/** A cue as it stands after a person's changes. */
export interface EditedCue extends RecognisedCue {
	/** Unique within its edition, and never used again for another cue. */
	readonly id: string;
	readonly speakerId: string;
	/** Whether a person made or changed it. */
	readonly edited: boolean;
}

/**
 * What a person made of a run: its words, times, speakers and conversations after all changes. Never
 * changed in place; two editions share what they have in common.
 */
export interface Edition {
	readonly sessionId: string;
	/** The run it began with. */
	readonly runId: string;
	/** Names that people gave, by speaker id. */
	readonly speakerNames: ReadonlyMap<string, string>;
	/** Names that people gave, by conversation number. */
	readonly conversationNames: ReadonlyMap<number, string>;
	/** Conversation number by speaker id. */
	readonly clusters: ReadonlyMap<string, number>;
	/**
	 * Person of each piece of voice of the run (`FoundPeople.pieces`), in its order; none where metadata gave the
	 * speakers.
	 */
	readonly voices: readonly (string | null)[];
	/** In the order of their starts. */
	readonly cues: readonly EditedCue[];
	/** Number of the next cue that is made. */
	readonly nextCue: number;
}
