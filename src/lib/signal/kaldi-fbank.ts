import { kaldiFeatures, type KaldiWindow } from './kaldi-frames.ts';
import type { FeatureMatrix } from './speech-features.ts';

const sampleRateHz = 16_000;

/**
 * Natural logarithms of the filter energies as Kaldi's `compute-fbank-feats` computes them, from 20 to
 * 8000 Hz, 100 rows a second.
 * @param samples 16 kHz mono, -1 to 1. Fewer than 400 give no row.
 */
export function kaldiFbank(
	samples: Float32Array,
	{ bands, window }: { bands: number; window: KaldiWindow },
): FeatureMatrix {
	const highestHz = sampleRateHz / 2;
	const options = { bands, window, sampleRateHz, lowestHz: 20, highestHz };
	return kaldiFeatures(samples, options, bands, (out, logEnergies) => out.set(logEnergies));
}

/** The same rows with the mean over all of them taken away from each column. */
export function withoutMean({ rows, columns, data }: FeatureMatrix): FeatureMatrix {
	const out = new Float32Array(data.length);
	for (let column = 0; column < columns; column++) {
		let mean = 0;
		for (let row = 0; row < rows; row++) mean += data[row * columns + column]! / rows;
		for (let row = 0; row < rows; row++) {
			out[row * columns + column] = data[row * columns + column]! - mean;
		}
	}
	return { rows, columns, data: out };
}
