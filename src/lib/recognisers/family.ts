import type { ModelUse } from '../domain/result.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { SlowOptions } from '../support/progress.ts';
import type { Recogniser } from './recogniser.ts';

/** A recogniser that is loaded. Whoever has opened it closes it. */
export interface OpenRecogniser {
	readonly recogniser: Recogniser;
	/** Where it runs; its id is the one that settings name. */
	readonly use: ModelUse;
	close(): Promise<void>;
}

/** How many clips a recogniser is best handed over together. */
export interface Batching {
	/** Frames of clips in one run, padding counted. */
	readonly frames: number;
	/**
	 * Frames that a chunk of so many is padded to: those of one length share a run. Null where any share
	 * one, or each is run by itself.
	 */
	readonly padTo: ((frames: number) => number) | null;
}

/** Which turns of one speaker a recogniser hears as one, at their true distance: a sentence may run through them. */
export interface Joining {
	/** The longest pause between two of them. */
	readonly pauseSeconds: number;
	/** From the first one's start to the last one's end, at most. */
	readonly mostSeconds: number;
}

/** One way to run a recogniser here: these weights, on that provider. */
export interface RecogniserCandidate {
	/** For people, and unlike those of the recogniser's other candidates: `q4 on webgpu`. */
	readonly name: string;
	/**
	 * Names all that decides the words, but for the code: the weights, how they are decoded, and where they
	 * run, for one that is broken there hears nothing.
	 */
	readonly version: string;
	/** None where it makes no difference how many clips it gets at once. */
	readonly batching?: Batching;
	/** @throws ConfabError when it cannot be loaded, or is wrong where it runs. */
	open(options: SlowOptions): Promise<OpenRecogniser>;
}

/** Recognisers of one kind. A new kind needs one of these, and a place in the list of them. */
export interface RecogniserFamily {
	/** Whether it looks at lips; clips for one that does not have none. */
	readonly needsLips: boolean;
	/** Null where each turn is heard by itself. */
	readonly joining: Joining | null;
	/** Whether the id, as settings name it, is of this family. */
	knows(id: string): boolean;
	/**
	 * The ways to run the recogniser that the settings name, the best first: from what is on this machine
	 * and what the machine can do. Nothing is loaded.
	 *
	 * @throws ConfabError `ModelUnavailable` when there is none; the message says what to do.
	 */
	candidates(settings: RunSettings): Promise<readonly RecogniserCandidate[]>;
}
