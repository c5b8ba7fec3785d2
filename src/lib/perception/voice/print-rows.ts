import type { Model } from '../../inference/model.ts';
import type { FeatureMatrix } from '../../signal/speech-features.ts';
import { assert } from '../../support/assert.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { meanPrint } from './voice-embedder.ts';
import type { VoicePrint } from './voice-embedder.ts';

/** 16 kHz samples in the shortest sound that is looked at: half a second. */
const fewestSamples = 8000;

/** What is shorter than half a second, repeated. @throws TypeError when there are no samples. */
export function longEnough(samples: Float32Array): Float32Array {
	if (samples.length === 0) throw new TypeError('There is nothing to hear');
	if (samples.length >= fewestSamples) return samples;
	return Float32Array.from({ length: fewestSamples }, (_, n) => samples[n % samples.length]!);
}

/**
 * The print of rows of features by a network that takes statistics over time. They are cut into equal
 * parts of at most `longestRows`, which bounds the memory; each part counts for as much as any other.
 * @param model `feats` [N, T, columns] to an `output` of [N, D]
 */
export async function printOfRows(
	model: Model,
	{ rows, columns, data }: FeatureMatrix,
	{ output, longestRows }: { output: string; longestRows: number },
	{ signal, onProgress }: SlowOptions,
): Promise<VoicePrint> {
	const count = Math.ceil(rows / longestRows);
	const parts: Float32Array[] = [];
	for (let part = 0; part < count; part++) {
		const start = Math.floor((part * rows) / count);
		const end = Math.floor(((part + 1) * rows) / count);
		const dims = [1, end - start, columns];
		const values = data.slice(start * columns, end * columns);
		const outputs = await model.run({ feats: { type: 'float32', dims, data: values } }, signal);
		const vector = outputs[output];
		assert(vector?.type === 'float32', `${model.id} gave no ${output}`);
		parts.push(meanPrint([vector.data]));
		onProgress?.({ stage: 'voice', done: part + 1, total: count, unit: 'steps' });
	}
	return meanPrint(parts);
}
