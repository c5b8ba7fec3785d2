import type { Model } from '../../inference/model.ts';
import { kaldiMfcc, kaldiMfccRateHz, withoutSlidingMean } from '../../signal/kaldi-mfcc.ts';
import { resample } from '../../signal/resample.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { longEnough, printOfRows } from './print-rows.ts';
import type { VoiceEmbedder, VoicePrint } from './voice-embedder.ts';

const inputRateHz = 16_000;

/** Rows of 10 ms whose mean is subtracted from the one in their middle, as the network was trained. */
const meanRows = 300;

/**
 * Rows in a run: as many as the network's statistics were taken over in training. A longer recording is
 * cut into equal parts.
 */
const longestRows = 400;

/**
 * The x-vectors that come with Vosk (models/xvector), trained on telephone talk: of a voice they hear what
 * a telephone lets through. Better than the small embedding from a second and a half on, and its cosines
 * mean the same in a meeting, on a telephone and in read speech; pieces below three seconds have lower ones.
 */
export class XVectorVoice implements VoiceEmbedder {
	readonly id: string;
	/**
	 * Equal error rates lie at 0.58 for five seconds and 0.62 for whole utterances (LibriSpeech, 8 speakers),
	 * at 0.60 for two seconds and more of one person alone in talk (four recordings).
	 */
	readonly sameVoiceCosine = 0.6;
	/**
	 * No pair of two voices is as near: of 2,107 of five seconds the nearest lie at 0.65, of 1,134 of whole
	 * utterances at 0.69. Of one voice in two recordings 59 % and 74 % of the pairs are (LibriSpeech).
	 */
	readonly surelySameCosine = 0.75;
	/**
	 * Of clear recordings of two to five seconds, 1 % of the pairs of one voice lie below, of the pairs of
	 * two voices 80 % (LibriSpeech, 8 speakers).
	 */
	readonly differentVoicesCosine = 0.4;
	readonly #model: Model;

	/** @param model `feats` [N, T, 23] to `embedding` [N, 128] */
	constructor(model: Model) {
		this.id = model.id;
		this.#model = model;
	}

	async embed(samples: Float32Array, options: SlowOptions = {}): Promise<VoicePrint> {
		const sound = resample(longEnough(samples), inputRateHz, kaldiMfccRateHz);
		const rows = withoutSlidingMean(kaldiMfcc(sound), meanRows);
		return printOfRows(this.#model, rows, { output: 'embedding', longestRows }, options);
	}
}
