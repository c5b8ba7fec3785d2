import type { PieceLengths } from './cut-pieces.ts';

/** What of finding voices depends on the embedder. */
export interface VoiceTuning extends PieceLengths {
	/**
	 * From here on the mean prints of two clusters, freed of what the noise of single prints takes from
	 * them, are of one voice.
	 */
	readonly mergeCosine: number;
	/** The decision above is open this far on either side. */
	readonly openCosine: number;
	/** How good the voices are: the rung of the ladder of what is installed (1 small, 3 full embedding). */
	readonly rung: 1 | 3;
}

/**
 * For the small embedding. Shorter windows than it was trained on keep people apart who talk in turns, and
 * the mean over many makes up for their noise. Chosen on talks of one to four people made of LibriSpeech
 * (speakers 19, 26, 27, 32; tests/bench/voices.page.ts): halves of a person's speech lie at 0.85 to 1.00,
 * two people at 0.88 at most, mostly below 0.82.
 */
const bilstm: VoiceTuning = {
	windowSeconds: 1.6,
	stepSeconds: 0.5,
	shortestSeconds: 0.3,
	mergeCosine: 0.86,
	openCosine: 0.03,
	rung: 1,
};

/**
 * For x-vectors, which are better and mean the same in any room. In six talks of one, four and eight people
 * (LibriSpeech) two people lie at 0.76 at most, mostly below 0.7; parts of one lively reader down to 0.49, of
 * others from 0.75 on: no line is right for all of them. Given the number, they err the least.
 */
const xvector: VoiceTuning = { ...bilstm, mergeCosine: 0.73, openCosine: 0.08, rung: 3 };

/** For WeSpeaker's network: half of what its own threshold for single prints leaves open; not measured here. */
const wespeaker: VoiceTuning = { ...bilstm, mergeCosine: 0.55, openCosine: 0.1, rung: 3 };

const tunings: Readonly<Record<string, VoiceTuning>> = {
	'voice-bilstm': bilstm,
	xvector,
	'wespeaker-resnet34': wespeaker,
};

/** The tuning for an embedder by its id in the model catalogue. @throws TypeError for one that has none. */
export function tuningOf(embedderId: string): VoiceTuning {
	const tuning = tunings[embedderId];
	if (tuning === undefined) throw new TypeError(`Voices of "${embedderId}" have no tuning`);
	return tuning;
}
