import { realFft } from './fft.ts';
import { applyFilters, triangularFilters } from './mel-filters.ts';
import type { FeatureMatrix } from './speech-features.ts';

/*
 * Log filterbank energies as Kaldi's `compute-fbank-feats` computes them at 16 kHz without dither:
 * whole frames of 25 ms every 10 ms, their mean removed, pre-emphasis 0.97, 512-point FFT, power,
 * triangles on the mel scale from 20 to 8000 Hz.
 */

const sampleRateHz = 16_000;
const frameSamples = 400;
const hopSamples = 160;
const fftSize = 512;
const preEmphasis = 0.97;
const lowestHz = 20;
/** Kaldi works on 16-bit numbers. */
const fullScale = 32_768;
/** FLT_EPSILON, which stands in for anything smaller. */
const floorEnergy = 2 ** -23;

/** Kaldi's own window (a Hann window to the power of 0.85), or Hamming's. */
export type KaldiWindow = 'povey' | 'hamming';

function windowValue(window: KaldiWindow, n: number): number {
	const wave = Math.cos((2 * Math.PI * n) / (frameSamples - 1));
	return window === 'povey' ? (0.5 - 0.5 * wave) ** 0.85 : 0.54 - 0.46 * wave;
}

const toMel = (hz: number): number => 1127 * Math.log(1 + hz / 700);

/**
 * Natural logarithms of the filter energies, 100 rows a second.
 * @param samples 16 kHz mono, -1 to 1. Fewer than 400 give no row.
 */
export function kaldiFbank(
	samples: Float32Array,
	{ bands, window }: { bands: number; window: KaldiWindow },
): FeatureMatrix {
	const rows =
		samples.length < frameSamples
			? 0
			: 1 + Math.floor((samples.length - frameSamples) / hopSamples);
	const fft = realFft(fftSize);
	const weights = Float64Array.from({ length: frameSamples }, (_, n) => windowValue(window, n));
	const [low, high] = [toMel(lowestHz), toMel(sampleRateHz / 2)];
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
	const data = new Float32Array(rows * bands);
	for (let row = 0; row < rows; row++) {
		const start = row * hopSamples;
		let mean = 0;
		for (let n = 0; n < frameSamples; n++) mean += samples[start + n]! / frameSamples;
		let previous = samples[start]! - mean;
		for (let n = 0; n < frameSamples; n++) {
			const sample = samples[start + n]! - mean;
			frame[n] = fullScale * weights[n]! * (sample - preEmphasis * previous);
			previous = sample;
		}
		fft.power(frame, power);
		applyFilters(filters, power, energies);
		for (let band = 0; band < bands; band++) {
			data[row * bands + band] = Math.log(Math.max(floorEnergy, energies[band]!));
		}
	}
	return { rows, columns: bands, data };
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
