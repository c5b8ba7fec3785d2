import type { Model } from '../../inference/model.ts';
import { kaldiFbank, withoutMean } from '../../signal/kaldi-fbank.ts';
import { assert } from '../../support/assert.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { meanPrint } from './voice-embedder.ts';
import type { VoiceEmbedder, VoicePrint } from './voice-embedder.ts';

/** Id of the model, and of the catalogue's entry by which a person adds it. */
export const wespeakerId = 'wespeaker-resnet34';

/** As WeSpeaker feeds it: Hamming's window, not Kaldi's own. */
const features = { bands: 80, window: 'hamming' } as const;

/**
 * Rows of 10 ms in a run. A recording is cut into equal parts of at most ten seconds, so that memory is
 * bounded; the network's statistics over time are then those of each part.
 */
const longestRows = 1000;

/** Samples in the shortest sound that is looked at: half a second. What is shorter is repeated. */
const fewestSamples = 8000;

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
		if (samples.length === 0) throw new TypeError('There is nothing to hear');
		const { rows, columns, data } = withoutMean(kaldiFbank(longEnough(samples), features));
		const count = Math.ceil(rows / longestRows);
		const parts: Float32Array[] = [];
		for (let part = 0; part < count; part++) {
			const start = Math.floor((part * rows) / count);
			const end = Math.floor(((part + 1) * rows) / count);
			const outputs = await this.#model.run(
				{
					feats: {
						type: 'float32',
						dims: [1, end - start, columns],
						data: data.slice(start * columns, end * columns),
					},
				},
				options.signal,
			);
			const { embs: output } = outputs;
			assert(output?.type === 'float32', `${this.id} gave no embs`);
			parts.push(meanPrint([output.data]));
			options.onProgress?.({ stage: 'voice', done: part + 1, total: count, unit: 'steps' });
		}
		return meanPrint(parts);
	}
}

function longEnough(samples: Float32Array): Float32Array {
	if (samples.length >= fewestSamples) return samples;
	return Float32Array.from({ length: fewestSamples }, (_, n) => samples[n % samples.length]!);
}
