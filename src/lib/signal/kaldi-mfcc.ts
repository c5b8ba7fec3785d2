import { kaldiFeatures } from './kaldi-frames.ts';
import type { FeatureMatrix } from './speech-features.ts';

/** Samples a second that `kaldiMfcc` hears. */
export const kaldiMfccRateHz = 8000;

/** As many coefficients as bands: none is left out. */
const coefficients = 23;
const lifter = 22;

/**
 * Mel-frequency cepstral coefficients as Kaldi's `compute-mfcc-feats` computes them for telephone speech
 * (23 of 23 bands from 20 to 3700 Hz, liftered by 22), 100 rows a second. The first is the logarithm of
 * the frame's energy.
 * @param samples 8 kHz mono, -1 to 1. Fewer than 200 give no row.
 */
export function kaldiMfcc(samples: Float32Array): FeatureMatrix {
	const basis = Array.from({ length: coefficients }, (_, k) => liftedCosine(k));
	return kaldiFeatures(
		samples,
		{
			bands: coefficients,
			window: 'povey',
			sampleRateHz: kaldiMfccRateHz,
			lowestHz: 20,
			highestHz: 3700,
		},
		coefficients,
		(out, logEnergies, logEnergy) => {
			basis.forEach((cosine, k) => {
				let sum = 0;
				for (let band = 0; band < coefficients; band++) sum += cosine[band]! * logEnergies[band]!;
				out[k] = sum;
			});
			out[0] = logEnergy;
		},
	);
}

/** Row `k` of the orthonormal DCT-II, with the lifter's gain. */
function liftedCosine(k: number): Float64Array {
	const gain = 1 + (lifter / 2) * Math.sin((Math.PI * k) / lifter);
	const norm = Math.sqrt((k === 0 ? 1 : 2) / coefficients);
	return Float64Array.from(
		{ length: coefficients },
		(_, band) => gain * norm * Math.cos((Math.PI * k * (band + 0.5)) / coefficients),
	);
}

/**
 * The same rows less the mean of those around each: of so many rows with this one in the middle, moved to
 * where they all exist, or of all when there are fewer (Kaldi's `apply-cmvn-sliding --center`).
 * @param window how many rows
 */
export function withoutSlidingMean(
	{ rows, columns, data }: FeatureMatrix,
	window: number,
): FeatureMatrix {
	const out = new Float32Array(data.length);
	const length = Math.min(window, rows);
	for (let column = 0; column < columns; column++) {
		// Sums of the rows before each.
		const before = new Float64Array(rows + 1);
		for (let row = 0; row < rows; row++) {
			before[row + 1] = before[row]! + data[row * columns + column]!;
		}
		for (let row = 0; row < rows; row++) {
			const start = Math.max(0, Math.min(row - Math.floor(window / 2), rows - length));
			const mean = (before[start + length]! - before[start]!) / length;
			out[row * columns + column] = data[row * columns + column]! - mean;
		}
	}
	return { rows, columns, data: out };
}
