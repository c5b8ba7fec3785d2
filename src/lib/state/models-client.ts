import type { DroppedFile } from '../formats/index.ts';
import type { SlowOptions } from '../support/progress.ts';

/** Terms that a model is given out under. */
export interface TermsInfo {
	readonly name: string;
	/** Where their text is; null where there is none but the name. */
	readonly address: string | null;
	/** Whether the text is served by the app itself, so that it can be opened. */
	readonly here: boolean;
}

export interface ModelFileInfo {
	readonly name: string;
	readonly bytes: number;
	/** 64 hex digits. */
	readonly sha256: string;
}

/** A form of an offered model. */
export interface KindInfo {
	readonly kind: string;
	/** What its numbers are stored in. */
	readonly precision: string;
	/** About. */
	readonly bytes: number;
	/** What runs it. */
	readonly needs: 'anything' | 'gpu' | 'gpu-half';
}

/** What of an offered model is on this machine. */
export interface ShelvedInfo {
	/** On the shelf. */
	readonly id: string;
	/** Null for a form that is not among the offered ones. */
	readonly kind: string | null;
	readonly presentBytes: number;
	/** 0 while it is not known. */
	readonly totalBytes: number;
	readonly complete: boolean;
	readonly files: readonly ModelFileInfo[];
	/** The hub's commit it came from, or null for what came from files. */
	readonly commit: string | null;
}

/** How a model that does not come with the app is to be had. */
export interface OfferInfo {
	/** Its terms forbid something, so they are to be accepted first. */
	readonly mustAccept: boolean;
	/** Whether it can be checked before a run uses it. */
	readonly checkable: boolean;
	/** Whether the hub has it. */
	readonly fromHub: boolean;
	/** What to choose to add it from files. */
	readonly fromFiles: string;
	/** In order of preference. */
	readonly kinds: readonly KindInfo[];
	readonly shelved: readonly ShelvedInfo[];
}

/** One model, and whether its files are here. */
export interface ModelInfo {
	readonly id: string;
	/** What it is for, in short; `recogniser` for those that a run can choose among. */
	readonly role: string;
	readonly title: string;
	/** What it is for, in a sentence. */
	readonly purpose: string;
	/** Names of its terms. */
	readonly licence: string;
	readonly terms: readonly TermsInfo[];
	/** Where it comes from, for people to read. */
	readonly source: string;
	readonly commit: string | null;
	/** Name and version of the npm package that it came in, when it came in one. */
	readonly package?: string | undefined;
	/** Why the preferred one is not in use, when this one stands in for it. */
	readonly standsIn?: string | undefined;
	/** On this machine. */
	readonly bytes: number;
	readonly available: boolean;
	/** Why it is not available. */
	readonly reason?: string | undefined;
	/** What cannot be done without it, unless another does its work. */
	readonly disables?: string | undefined;
	/** Title of the model that does its work where it is not available. */
	readonly replacedBy?: string | undefined;
	/** Those that come with the app; what is on the shelf has its own. */
	readonly files: readonly ModelFileInfo[];
	/** Null for what comes with the app. */
	readonly offer: OfferInfo | null;
}

/** How fast a model was in the latest run that used it. */
export interface ModelSpeed {
	/** What `amount` counts: seconds of speech, or frames of picture. */
	readonly unit: 'seconds' | 'frames';
	readonly amount: number;
	readonly computeSeconds: number;
	/** Milliseconds since 1970. */
	readonly at: number;
}

/** Where a model is going to run here, and why; nothing is loaded to know it. */
export interface PlanInfo {
	readonly provider: 'webgpu' | 'wasm';
	readonly precision: string;
	/** Reasons, each a sentence without its stop. */
	readonly why: readonly string[];
	/** The latest self-check there, or null. */
	readonly check: {
		readonly passed: boolean;
		readonly deviation: number;
		readonly tolerance: number;
	} | null;
	/** It is taken as it is there: nothing else could say what its right output is. */
	readonly unchecked?: boolean;
	/** The kind that suits this machine, of an offer. */
	readonly kind: string | null;
	readonly speed: ModelSpeed | null;
}

/** What the screens ask about models. */
export interface ModelsClient {
	/** Every model: those that come with the app, and those that can be added. */
	models(): Promise<readonly ModelInfo[]>;
	/** Plans of all of them, by id; a model that is not here and is no offer has none. */
	plans(): Promise<ReadonlyMap<string, PlanInfo>>;
	/**
	 * Runs a model's reference input and compares.
	 * @throws ConfabError `ModelMismatch` when it is wrong wherever it could run.
	 */
	checkModel(id: string, options: SlowOptions): Promise<void>;
	/**
	 * Reads the files of a model again, or of one on the shelf, and checks them.
	 * @returns names of those that were damaged
	 */
	verifyModel(id: string, shelfId: string | null, options: SlowOptions): Promise<readonly string[]>;
	/**
	 * Downloads a kind of an offer from the hub. This is the one call that reaches another server. It goes
	 * on where an earlier one ended; aborting pauses it.
	 */
	downloadModel(offer: string, kind: string, options: SlowOptions): Promise<void>;
	/** Adds kinds of an offer from files. Aborted and called again, it goes on. */
	addModel(
		offer: string,
		kinds: readonly string[],
		files: readonly DroppedFile[],
		options: SlowOptions,
	): Promise<void>;
	/** Takes something off the shelf. */
	deleteModel(shelfId: string): Promise<void>;
}
