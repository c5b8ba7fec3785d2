import type { Model } from '../../inference/model.ts';
import { kaldiFbank, withoutMean } from '../../signal/kaldi-fbank.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { longEnough, printOfRows } from './print-rows.ts';
import type { VoiceEmbedder, VoicePrint } from './voice-embedder.ts';

/** Id of the model, and of the catalogue's entry by which a person adds it. */
export const wespeakerId = 'wespeaker-resnet34';

/** As WeSpeaker feeds it: Hamming's window, not Kaldi's own. */
const features = { bands: 80, window: 'hamming' } as const;

/** Rows of 10 ms in a run: ten seconds. */
const longestRows = 1000;

/**
 * WeSpeaker's ResNet34 with large-margin fine-tuning, trained on VoxCeleb: much better than the small
 * embedding, on any kind of recording.
 */
export class WespeakerVoice implements VoiceEmbedder {
	readonly id: string;
	/**
	 * Halfway between one voice (0.85 and more in clear recordings) and two (about 0), as others report of
	 * it. Not measured here.
	 */
	readonly sameVoiceCosine = 0.45;
	/** Nearer to what one voice gives than to two; not measured here. */
	readonly surelySameCosine = 0.7;
	/** Nearer to what two voices give than to one; not measured here either. */
	readonly differentVoicesCosine = 0.2;
	readonly #model: Model;

	/** @param model `feats` [N, T, 80] to `embs` [N, 256], both float32 */
	constructor(model: Model) {
		this.id = model.id;
		this.#model = model;
	}

	async embed(samples: Float32Array, options: SlowOptions = {}): Promise<VoicePrint> {
		const rows = withoutMean(kaldiFbank(longEnough(samples), features));
		return printOfRows(this.#model, rows, { output: 'embs', longestRows }, options);
	}
}
