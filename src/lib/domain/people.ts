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
}

/** Who is in a recording, as a run found it. */
export interface FoundPeople {
	/** In the order of their ids. */
	readonly people: readonly FoundPerson[];
	/** Other counts that the voices speak for about as well. */
	readonly count: PeopleCount;
	/** In time order; what a new count is made from without listening again. */
	readonly pieces: readonly VoicePiece[];
	/** Id of the model that told the voices apart. */
	readonly voiceModel: string;
	/** Whether several voices at one moment were heard as such. */
	readonly hearsOverlap: boolean;
}

/** `person_1` as it is shown until somebody gives a name: `Person 1`. Other ids stay as they are. */
export function plainPersonName(id: string): string {
	const number = /^person_(\d+)$/.exec(id)?.[1];
	return number === undefined ? id : `Person ${number}`;
}
