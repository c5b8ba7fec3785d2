import type { Model } from '../../inference/model.ts';
import { kaldiMfcc, kaldiMfccRateHz, withoutSlidingMean } from '../../signal/kaldi-mfcc.ts';
import { resample } from '../../signal/resample.ts';
import { assert } from '../../support/assert.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { meanPrint } from './voice-embedder.ts';
import type { VoiceEmbedder, VoicePrint } from './voice-embedder.ts';

const inputRateHz = 16_000;

/** Rows of 10 ms whose mean is taken away from the one in their middle, as the network was trained. */
const meanRows = 300;

/**
 * Rows in a run: as many as the network's statistics were taken over in training. A longer recording is
 * cut into equal parts.
 */
const longestRows = 400;

/** Samples in the shortest sound that is looked at, half a second. What is shorter is repeated. */
const fewestSamples = inputRateHz / 2;

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
		if (samples.length === 0) throw new TypeError('There is nothing to hear');
		const sound = resample(longEnough(samples), inputRateHz, kaldiMfccRateHz);
		const { rows, columns, data } = withoutSlidingMean(kaldiMfcc(sound), meanRows);
		const count = Math.ceil(rows / longestRows);
		const parts: Float32Array[] = [];
		for (let part = 0; part < count; part++) {
			const start = Math.floor((part * rows) / count);
			const end = Math.floor(((part + 1) * rows) / count);
			const { embedding } = await this.#model.run(
				{
					feats: {
						type: 'float32',
						dims: [1, end - start, columns],
						data: data.slice(start * columns, end * columns),
					},
				},
				options.signal,
			);
			assert(embedding?.type === 'float32', `${this.id} gave no embedding`);
			parts.push(meanPrint([embedding.data]));
			options.onProgress?.({ stage: 'voice', done: part + 1, total: count, unit: 'steps' });
		}
		return meanPrint(parts);
	}
}

function longEnough(samples: Float32Array): Float32Array {
	if (samples.length >= fewestSamples) return samples;
	return Float32Array.from({ length: fewestSamples }, (_, n) => samples[n % samples.length]!);
}
