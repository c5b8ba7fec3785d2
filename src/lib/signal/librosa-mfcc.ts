import { realFft } from './fft.ts';
import { applyFilters, triangularFilters } from './mel-filters.ts';
import type { FeatureMatrix } from './speech-features.ts';

/*
 * Mel-frequency cepstral coefficients as `librosa.feature.mfcc` (0.10 and later) computes them with
 * its defaults at 16 kHz. The voice embedding was trained on exactly these numbers.
 */

const sampleRateHz = 16_000;
const fftSize = 2048;
const hopSamples = 512;
const bandCount = 128;
/** Smallest power that is told apart from none. */
const floorPower = 1e-10;
/** Decibels below the loudest value of the recording at which everything is cut off. */
const rangeDecibels = 80;

/** Slaney's mel scale: linear up to 1000 Hz, logarithmic above. */
const breakHz = 1000;
const breakMel = 15;
const logStep = Math.log(6.4) / 27;

function toMel(hz: number): number {
	return hz < breakHz ? (3 * hz) / 200 : breakMel + Math.log(hz / breakHz) / logStep;
}

function toHz(mel: number): number {
	return mel < breakMel ? (200 * mel) / 3 : breakHz * Math.exp(logStep * (mel - breakMel));
}

/** Rows that a recording of so many samples gives: one every 32 ms, the first at its very start. */
function rowCount(sampleCount: number): number {
	return 1 + Math.floor(sampleCount / hopSamples);
}

/**
 * The first coefficients of the orthonormal DCT-II over 128 mel bands in decibels, a row every 32 ms.
 * What is more than 80 dB below the recording's loudest band is raised to there, so a row depends on
 * the whole recording.
 * @param samples 16 kHz mono, -1 to 1; silence before and after it is assumed
 */
export function librosaMfcc(samples: Float32Array, coefficients = 40): FeatureMatrix {
	const rows = rowCount(samples.length);
	const decibels = melDecibels(samples, rows);
	const basis = new Float64Array(coefficients * bandCount);
	for (let c = 0; c < coefficients; c++) {
		const scale = Math.sqrt((c === 0 ? 1 : 2) / bandCount);
		for (let band = 0; band < bandCount; band++) {
			const angle = (Math.PI * c * (2 * band + 1)) / (2 * bandCount);
			basis[c * bandCount + band] = scale * Math.cos(angle);
		}
	}
	const data = new Float32Array(rows * coefficients);
	for (let row = 0; row < rows; row++) {
		for (let c = 0; c < coefficients; c++) {
			let sum = 0;
			for (let band = 0; band < bandCount; band++) {
				sum += basis[c * bandCount + band]! * decibels[row * bandCount + band]!;
			}
			data[row * coefficients + c] = sum;
		}
	}
	return { rows, columns: coefficients, data };
}

/** Power in each band in decibels, [rows, bands]. */
function melDecibels(samples: Float32Array, rows: number): Float64Array {
	const fft = realFft(fftSize);
	const window = Float64Array.from(
		{ length: fftSize },
		(_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / fftSize),
	);
	const top = toMel(sampleRateHz / 2);
	const corners = Array.from({ length: bandCount + 2 }, (_, k) =>
		toHz((top * k) / (bandCount + 1)),
	);
	const bins = Array.from({ length: fftSize / 2 + 1 }, (_, k) => (k * sampleRateHz) / fftSize);
	// Every band has the same area, so a wide one is not louder.
	const filters = triangularFilters(corners, bins).map(({ firstBin, weights }, band) => ({
		firstBin,
		weights: weights.map((weight) => (2 * weight) / (corners[band + 2]! - corners[band]!)),
	}));
	const frame = new Float64Array(fftSize);
	const power = new Float64Array(fftSize / 2 + 1);
	const decibels = new Float64Array(rows * bandCount);
	let loudest = -Infinity;
	for (let row = 0; row < rows; row++) {
		const start = row * hopSamples - fftSize / 2;
		for (let n = 0; n < fftSize; n++) frame[n] = window[n]! * (samples[start + n] ?? 0);
		fft.power(frame, power);
		const energies = decibels.subarray(row * bandCount, (row + 1) * bandCount);
		applyFilters(filters, power, energies);
		for (let band = 0; band < bandCount; band++) {
			energies[band] = 10 * Math.log10(Math.max(floorPower, energies[band]!));
			loudest = Math.max(loudest, energies[band]!);
		}
	}
	for (let i = 0; i < decibels.length; i++) {
		decibels[i] = Math.max(decibels[i]!, loudest - rangeDecibels);
	}
	return decibels;
}
