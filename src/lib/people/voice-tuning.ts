import type { PieceLengths } from './cut-pieces.ts';

/** What of finding voices depends on the embedder. */
export interface VoiceTuning extends PieceLengths {
	/** From here on two clusters are one voice, by the mean cosine of all pairs of their prints. */
	readonly mergeCosine: number;
	/** What is added to that of clusters of one print each; less for larger ones, by the root of their sizes. */
	readonly doubtCosine: number;
	/** The decision above is open this far on either side. */
	readonly openCosine: number;
	/** How good the voices are: the rung of the ladder of what is installed (1 small, 3 full embedding). */
	readonly rung: 1 | 3;
}

/**
 * For the small embedding. Shorter windows than it was trained on keep people apart who talk in turns, and
 * the mean over many makes up for their noise. Of 20 made talks of one, two and four people (the speakers
 * below), 0.64 counts best for the first four speakers and 0.6 for the others.
 */
const bilstm: VoiceTuning = {
	windowSeconds: 1.6,
	stepSeconds: 0.5,
	shortestSeconds: 0.3,
	mergeCosine: 0.62,
	doubtCosine: 0,
	openCosine: 0.05,
	rung: 1,
};

/**
 * For x-vectors, by the counts in made talks of one to four people of 30 to 180 s of four LibriSpeech speakers (19, 26,
 * 27, 32) and by four recordings of 30 and 60 s; of four other speakers (39, 61, 121, 237) 87 % are counted right by
 * the same numbers. See models/xvector/README.md.
 */
const xvector: VoiceTuning = {
	...bilstm,
	...{ mergeCosine: 0.5, doubtCosine: 0.424, openCosine: 0.05, rung: 3 },
};

/** For WeSpeaker's network, where average linkage of its prints is usually stopped; not measured here. */
const wespeaker: VoiceTuning = { ...bilstm, mergeCosine: 0.45, openCosine: 0.05, rung: 3 };

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
