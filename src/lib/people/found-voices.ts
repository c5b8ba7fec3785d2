import type { TimeRange } from '../domain/time-range.ts';
import type { VoicePrint } from '../perception/voice/voice-embedder.ts';

/** A short stretch of speech that is given to one voice as a whole. */
export interface VoicePiece extends TimeRange {
	/** Whether one person is held to talk in it. Without a segmentation network that is all there is. */
	readonly solo: boolean;
	/** The turn it is part of, where a segmentation network has heard turns; those may overlap. */
	readonly turn?: number;
	/** Id of its voice; null where nobody is known. */
	readonly voice: number | null;
	/** What it sounds like; null where it is too short, or nothing can tell. */
	readonly embedding: VoicePrint | null;
	/** The sound channel that it is loudest on, where each channel is one person's. */
	readonly channel?: number;
}

/** Somebody who is heard. */
export interface FoundVoice {
	/** From 0 on, in the order in which the voices are first heard. */
	readonly id: number;
	readonly spokenSeconds: number;
	/** 0 to 1: how much of what is said by this voice is clearly nearer to it than to the others. */
	readonly confidence: number;
	/** In order. */
	readonly turns: readonly TimeRange[];
	/** Where this voice is heard best: 3 to 6 s where there are so many, within one turn. */
	readonly sample: TimeRange;
}

/** What is not sure of a result; the screens turn the codes into words. */
export type VoiceDoubt =
	/** Nobody is heard at all. */
	| { readonly code: 'no-speech' }
	/** No embedding is here: speech is found, but not whose it is. */
	| { readonly code: 'voices-unknown' }
	/** Less than 30 s of speech say little of how many people there are. */
	| { readonly code: 'little-speech'; readonly seconds: number }
	/** The number of voices may well be another one: `count` says from where to where. */
	| { readonly code: 'count-open' }
	/** A voice of less than a fiftieth of the speech and without a turn of 2 s: may be nobody. */
	| { readonly code: 'minor-voice'; readonly voice: number }
	/** Two people who talk at once are heard as one. */
	| { readonly code: 'overlap-unheard' }
	/** Pieces are linked both as of one person and as of two; the former was believed. */
	| { readonly code: 'links-contradict' };

/** What is kept of a recording, so that its voices can be found once more without its sound. */
export interface VoiceMaterial {
	/** In order and apart from each other, but for those of overlapping turns; together all the speech there is. */
	readonly pieces: readonly VoicePiece[];
	/** Probability that anyone speaks, one value for each frame of 40 ms. */
	readonly speech: Float32Array;
	/** Id of the embedder that the prints are of; null for none. */
	readonly embedder: string | null;
}

export interface FoundVoices extends VoiceMaterial {
	readonly voices: readonly FoundVoice[];
	/** The least and the most voices that the sound allows for; null where nothing can tell. */
	readonly count: readonly [number, number] | null;
	readonly doubts: readonly VoiceDoubt[];
	/** How much is installed to find voices with: 0 speech alone, 1 small embedding, 3 full embedding. */
	readonly rung: 0 | 1 | 3;
	/** Whether people who talk at once are heard as two. */
	readonly hearsOverlap: boolean;
}
