import type { Model } from '../../inference/model.ts';
import { kaldiMfcc, kaldiMfccRateHz, withoutSlidingMean } from '../../signal/kaldi-mfcc.ts';
import { resample } from '../../signal/resample.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { longEnough, printOfRows } from './print-rows.ts';
import type { VoiceEmbedder, VoicePrint } from './voice-embedder.ts';

const inputRateHz = 16_000;

/** Rows of 10 ms whose mean is taken away from the one in their middle, as the network was trained. */
const meanRows = 300;

/**
 * Rows in a run: as many as the network's statistics were taken over in training. A longer recording is
 * cut into equal parts.
 */
const longestRows = 400;

/**
 * The x-vectors that come with Vosk (models/xvector), trained on telephone talk: of a voice they hear what
 * a telephone lets through.
 */
export class XVectorVoice implements VoiceEmbedder {
	readonly id: string;
	readonly sameVoiceCosine = 0.5;
	readonly surelySameCosine = 0.8;
	readonly differentVoicesCosine = 0.2;
	readonly #model: Model;

	/** @param model `feats` [N, T, 23] to `embedding` [N, 128], centred and whitened */
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
