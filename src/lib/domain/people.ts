import type { FacePath } from './face-path.ts';
import type { TimeRange } from './time-range.ts';

/** How many people a recording holds, where somebody says so; both ends count. */
export interface PeopleCount {
	readonly least: number;
	readonly most: number;
}

/** A stretch of speech that is held to be one person's. */
export interface VoicePiece extends TimeRange {
	/** Id of that person; null where nobody's voice is near enough. */
	readonly personId: string | null;
	/** Unit length; null for a piece too short to tell a voice from. Biometric: it leaves no machine. */
	readonly embedding: Float32Array | null;
	/** The sound channel that it is loudest on, where each channel is one person's. */
	readonly channel?: number;
	/** The turn it is part of, where turns were heard that may overlap. */
	readonly turn?: number;
	/** Whether somebody else talks in it as well. */
	readonly overlapped?: boolean;
}

/** Somebody whom a run found. */
export interface FoundPerson {
	/** `person_1` and on, in the order in which they are first heard. */
	readonly id: string;
	/** By what they were found. */
	readonly kind: 'voice' | 'face' | 'both';
	/** How surely all of it is one person, and no other's, 0 to 1. */
	readonly confidence: number;
	/** A few seconds in which nobody else is heard; null where there are none. */
	readonly sample: TimeRange | null;
	/** Where the face is in the picture, a path for each unbroken stretch; left out for one who is never seen. */
	readonly faces?: readonly FacePath[];
}

/** What is not sure of the people that were found; the screens turn the codes into words. */
export type PeopleDoubt =
	/** Nobody is heard at all; speech is heard, but no model is here that tells voices apart; another count would do; who talks at once is heard as one. */
	| { readonly code: 'no-speech' | 'voices-unknown' | 'count-open' | 'overlap-unheard' }
	/** So little speech says little of how many people there are. */
	| { readonly code: 'little-speech'; readonly seconds: number }
	/** So little of a person is heard that it may be nobody. */
	| { readonly code: 'minor-voice'; readonly personId: string };

/** Who is in a recording, as a run found it. */
export interface FoundPeople {
	/** In the order of their ids. */
	readonly people: readonly FoundPerson[];
	/** From how few to how many people the voices may be. */
	readonly count: PeopleCount;
	/** In time order, one turn after the other; what a new count is made from without listening again. */
	readonly pieces: readonly VoicePiece[];
	/** Id of the model that told the voices apart; null where there was none. */
	readonly voiceModel: string | null;
	readonly doubts: readonly PeopleDoubt[];
	/** Stretches without a cut, which cover the whole picture; left out where it was not looked at. */
	readonly shots?: readonly TimeRange[];
}

/** `person_1` as it is shown until somebody gives a name: `Person 1`. Other ids stay as they are. */
export function plainPersonName(id: string): string {
	const number = /^person_(\d+)$/.exec(id)?.[1];
	return number === undefined ? id : `Person ${number}`;
}
