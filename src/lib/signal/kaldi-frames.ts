import { realFft } from './fft.ts';
import { applyFilters, triangularFilters } from './mel-filters.ts';
import type { FeatureMatrix } from './speech-features.ts';

/*
 * Filter energies as Kaldi computes them without dither: whole frames of 25 ms every 10 ms, their mean
 * removed, pre-emphasis 0.97, an FFT of the next power of two, power, triangles on the mel scale.
 */

const preEmphasis = 0.97;
/** Kaldi works on 16-bit numbers. */
const fullScale = 32_768;
/** FLT_EPSILON, which stands in for anything smaller. */
const floorEnergy = 2 ** -23;

/** Kaldi's own window (a Hann window to the power of 0.85), or Hamming's. */
export type KaldiWindow = 'povey' | 'hamming';

export interface KaldiFrameOptions {
	readonly bands: number;
	readonly window: KaldiWindow;
	readonly sampleRateHz: number;
	readonly lowestHz: number;
	readonly highestHz: number;
}

const toMel = (hz: number): number => 1127 * Math.log(1 + hz / 700);

/**
 * Features of every frame, made of the natural logarithms of its filter energies and of its energy before
 * pre-emphasis and window.
 * @param samples mono, -1 to 1
 * @param columns numbers that `fill` writes for a frame
 */
export function kaldiFeatures(
	samples: Float32Array,
	{ bands, window, sampleRateHz, lowestHz, highestHz }: KaldiFrameOptions,
	columns: number,
	fill: (out: Float32Array, logEnergies: Float64Array, logEnergy: number) => void,
): FeatureMatrix {
	const frameSamples = Math.floor(0.025 * sampleRateHz);
	const hopSamples = Math.floor(0.01 * sampleRateHz);
	const fftSize = 2 ** Math.ceil(Math.log2(frameSamples));
	const rows =
		samples.length < frameSamples
			? 0
			: 1 + Math.floor((samples.length - frameSamples) / hopSamples);
	const data = new Float32Array(rows * columns);
	const fft = realFft(fftSize);
	const weights = Float64Array.from({ length: frameSamples }, (_, n) => {
		const wave = Math.cos((2 * Math.PI * n) / (frameSamples - 1));
		return window === 'povey' ? (0.5 - 0.5 * wave) ** 0.85 : 0.54 - 0.46 * wave;
	});
	const [low, high] = [toMel(lowestHz), toMel(highestHz)];
	const corners = Array.from(
		{ length: bands + 2 },
		(_, k) => low + ((high - low) * k) / (bands + 1),
	);
	// The bin at half the sample rate is left out.
	const bins = Array.from({ length: fftSize / 2 }, (_, k) => toMel((k * sampleRateHz) / fftSize));
	const filters = triangularFilters(corners, bins);
	const frame = new Float64Array(frameSamples);
	const power = new Float64Array(fftSize / 2 + 1);
	const energies = new Float64Array(bands);
	for (let row = 0; row < rows; row++) {
		const start = row * hopSamples;
		let mean = 0;
		for (let n = 0; n < frameSamples; n++) mean += samples[start + n]! / frameSamples;
		let previous = samples[start]! - mean;
		let energy = 0;
		for (let n = 0; n < frameSamples; n++) {
			const sample = samples[start + n]! - mean;
			energy += (fullScale * sample) ** 2;
			frame[n] = fullScale * weights[n]! * (sample - preEmphasis * previous);
			previous = sample;
		}
		fft.power(frame, power);
		applyFilters(filters, power, energies);
		for (let band = 0; band < bands; band++) {
			energies[band] = Math.log(Math.max(floorEnergy, energies[band]!));
		}
		const out = data.subarray(row * columns, (row + 1) * columns);
		fill(out, energies, Math.log(Math.max(floorEnergy, energy)));
	}
	return { rows, columns, data };
}
