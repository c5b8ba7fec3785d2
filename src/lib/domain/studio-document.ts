import type { Segment, SpeechActivity } from './activity.ts';
import type { PairEvidence } from './conversation.ts';
import type { EditedCue } from './edition.ts';
import type { Layer } from './layer.ts';
import type { TimeRange } from './time-range.ts';

/** One speaker as shown and exported. */
export interface DocumentSpeaker {
	readonly id: string;
	/** The name that a person gave, else the id. */
	readonly name: string;
	/** Null for one that no conversation was found for. */
	readonly conversation: number | null;
	readonly uem: TimeRange | null;
	readonly activity: SpeechActivity;
	/** Where the speaker is held to talk, as the run found it. */
	readonly segments: readonly Segment[];
	/** In the order of their starts. */
	readonly cues: readonly EditedCue[];
}

export interface DocumentConversation {
	readonly number: number;
	/** The name that a person gave, else `Conversation A` and so on. */
	readonly name: string;
	/** In the order of the session. */
	readonly speakerIds: readonly string[];
}

/**
 * A session's result with a person's changes in it: what the timeline, the player, the transcript and
 * every export are made of.
 */
export interface StudioDocument {
	readonly sessionId: string;
	readonly sessionName: string;
	readonly durationSeconds: number;
	/** Whether the speakers were given, or found in the recording. */
	readonly cast: 'given' | 'found';
	/** In the order of the session's metadata. */
	readonly speakers: readonly DocumentSpeaker[];
	/** In the order of their numbers. */
	readonly conversations: readonly DocumentConversation[];
	/** Of the run, whatever was changed since. */
	readonly evidence: readonly PairEvidence[];
	/** Posterior of the run's own grouping, 0 to 1; null where its method has none. */
	readonly confidence: number | null;
	/** What was measured, of the recording and of the people of this document, by kind (`layers/list.ts`). */
	readonly layers: readonly Layer[];
}
