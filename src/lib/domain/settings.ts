import { detectLanguage } from './languages.ts';
import type { PeopleCount } from './people.ts';

/** Networks that tell who speaks: Light-ASD from whole faces, the embedded recogniser from lips. */
export const detectors = ['light-asd', 'embedded'] as const;

export type Detector = (typeof detectors)[number];

/** How a session is processed. Part of every result's key. */
export interface RunSettings {
	/** `calibrated` adapts to the session; `baseline` has the challenge's fixed thresholds. */
	readonly speechActivity: 'calibrated' | 'baseline';
	/** What tells who speaks; the baseline's modes know Light-ASD alone. */
	readonly detector: Detector;
	/** `confab` uses turn-taking; `baseline` clusters by overlap alone. */
	readonly conversations: 'confab' | 'baseline';
	/** Id of a recogniser: one of the catalogue, or one that a person has added. */
	readonly recogniser: string;
	/**
	 * How the large recogniser finds words: `beam` weighs whole sentences, `greedy` takes the likeliest unit of
	 * each moment, which costs less.
	 */
	readonly decoding: 'beam' | 'greedy';
	/** What is spoken, for recognisers of many languages: a code of `spokenLanguages`, or `detectLanguage`. */
	readonly language: string;
	/** Amplitude of the sound the active speaker detector hears: as trained, or as the baseline feeds it. */
	readonly audioScale: 'int16' | 'unit';
	/** Compute scores and lips even where the session ships them. */
	readonly recompute: boolean;
	/** How many people a recording holds whose metadata do not say; null: a run finds out. */
	readonly people: PeopleCount | null;
}

export const defaultSettings: RunSettings = {
	speechActivity: 'calibrated',
	detector: 'light-asd',
	conversations: 'confab',
	recogniser: 'embedded',
	decoding: 'beam',
	language: detectLanguage,
	audioScale: 'int16',
	recompute: false,
	people: null,
};

/**
 * For a recording that comes without metadata: real words by ear, for nothing is known of its faces.
 */
export const recordingSettings: RunSettings = { ...defaultSettings, recogniser: 'whisper-base' };
