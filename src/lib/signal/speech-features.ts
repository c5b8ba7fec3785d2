import { realFft } from './fft.ts';

/*
 * Log-mel energies and MFCC as python_speech_features computes them with its defaults at 16 kHz:
 * pre-emphasis 0.97, frames of 25 ms every 10 ms, rectangular window, 512-point FFT, 26 triangular
 * filters from 0 to 8000 Hz. The networks used here were trained on exactly these numbers.
 */

/** Feature vectors, row-major: `data.length = rows * columns`. */
export interface FeatureMatrix {
	readonly rows: number;
	readonly columns: number;
	readonly data: Float32Array;
}

const sampleRateHz = 16_000;
const frameSamples = 400;
const hopSamples = 160;
const fftSize = 512;
const bins = fftSize / 2 + 1;
const filterCount = 26;
const preEmphasis = 0.97;
/** numpy.finfo(float).eps, which stands in for an energy of zero. */
const floorEnergy = 2 ** -52;
const lifter = 22;

/** Values in one vector of `stackedLogMel`: four frames of 26. */
const stackedLogMelSize = 4 * filterCount;

/** Frames of 10 ms that a signal of `sampleCount` samples gives; the last is filled up with zeros. */
export function featureFrameCount(sampleCount: number): number {
	return sampleCount <= frameSamples ? 1 : 1 + Math.ceil((sampleCount - frameSamples) / hopSamples);
}

/** First FFT bin of each triangle, its peak and its end: floor(513 f / 16000) at 28 mel points. */
export function melBinEdges(): number[] {
	const mel = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
	const top = mel(sampleRateHz / 2);
	return Array.from({ length: filterCount + 2 }, (_, k) => {
		const hz = 700 * (10 ** ((top * k) / (filterCount + 1) / 2595) - 1);
		// The last point is 8000 Hz up to rounding, which must not fall to the bin below.
		return Math.floor(((fftSize + 1) * hz) / sampleRateHz + 1e-9);
	});
}

interface Filterbank {
	readonly edges: readonly number[];
	/** Weight of each bin on the rising slope of filter j, from edges[j] on. */
	readonly rising: readonly Float64Array[];
	/** The same on the falling slope, from edges[j + 1] on. */
	readonly falling: readonly Float64Array[];
}

function filterbank(): Filterbank {
	const edges = melBinEdges();
	const rising: Float64Array[] = [];
	const falling: Float64Array[] = [];
	for (let j = 0; j < filterCount; j++) {
		const [a, b, c] = [edges[j]!, edges[j + 1]!, edges[j + 2]!];
		rising.push(Float64Array.from({ length: b - a }, (_, i) => i / (b - a)));
		falling.push(Float64Array.from({ length: c - b }, (_, i) => (c - b - i) / (c - b)));
	}
	return { edges, rising, falling };
}

/**
 * Calls `visit` for each frame with the logarithms of the 26 filter energies and of the whole
 * frame's energy. The array is reused from call to call.
 */
function eachFrame(
	samples: Float32Array,
	visit: (frame: number, logEnergies: Float64Array, logFrameEnergy: number) => void,
): void {
	const fft = realFft(fftSize);
	const { edges, rising, falling } = filterbank();
	const window = new Float64Array(frameSamples);
	const power = new Float64Array(bins);
	const energies = new Float64Array(filterCount);
	const frames = featureFrameCount(samples.length);
	for (let frame = 0; frame < frames; frame++) {
		const start = frame * hopSamples;
		for (let n = 0; n < frameSamples; n++) {
			const at = start + n;
			window[n] =
				at >= samples.length ? 0 : samples[at]! - (at === 0 ? 0 : preEmphasis * samples[at - 1]!);
		}
		fft.power(window, power);
		let total = 0;
		for (let k = 0; k < bins; k++) {
			power[k] = power[k]! / fftSize;
			total += power[k]!;
		}
		for (let j = 0; j < filterCount; j++) {
			let energy = 0;
			const up = rising[j]!;
			const down = falling[j]!;
			for (let i = 0; i < up.length; i++) energy += up[i]! * power[edges[j]! + i]!;
			for (let i = 0; i < down.length; i++) energy += down[i]! * power[edges[j + 1]! + i]!;
			energies[j] = Math.log(energy === 0 ? floorEnergy : energy);
		}
		visit(frame, energies, Math.log(total === 0 ? floorEnergy : total));
	}
}

/**
 * Natural logarithm of 26 mel filter energies, 100 rows a second (python_speech_features `logfbank`).
 * @param samples 16 kHz mono in any scale; the scale shifts every value by the same amount.
 */
export function logFilterbank(samples: Float32Array): FeatureMatrix {
	const rows = featureFrameCount(samples.length);
	const data = new Float32Array(rows * filterCount);
	eachFrame(samples, (frame, logEnergies) => data.set(logEnergies, frame * filterCount));
	return { rows, columns: filterCount, data };
}

/**
 * 13 mel-frequency cepstral coefficients, 100 rows a second (python_speech_features `mfcc`): orthonormal
 * DCT-II, lifter 22, coefficient 0 replaced by the logarithm of the frame's energy.
 * @param samples 16 kHz mono; coefficient 0 depends on the scale, the others do not.
 */
export function mfcc(samples: Float32Array, coefficients = 13): FeatureMatrix {
	const rows = featureFrameCount(samples.length);
	const data = new Float32Array(rows * coefficients);
	const basis = new Float64Array(coefficients * filterCount);
	for (let c = 1; c < coefficients; c++) {
		const lift = 1 + (lifter / 2) * Math.sin((Math.PI * c) / lifter);
		for (let j = 0; j < filterCount; j++) {
			basis[c * filterCount + j] =
				lift *
				Math.sqrt(2 / filterCount) *
				Math.cos((Math.PI * c * (2 * j + 1)) / (2 * filterCount));
		}
	}
	eachFrame(samples, (frame, logEnergies, logFrameEnergy) => {
		const row = frame * coefficients;
		data[row] = logFrameEnergy;
		for (let c = 1; c < coefficients; c++) {
			let sum = 0;
			for (let j = 0; j < filterCount; j++) sum += basis[c * filterCount + j]! * logEnergies[j]!;
			data[row + c] = sum;
		}
	});
	return { rows, columns: coefficients, data };
}

/** Added to the variance by the layer norm of the stacked features. */
const layerNormEpsilon = 1e-5;

/**
 * The audio input of AV-HuBERT and its kin: log-mel energies, four neighbouring frames stacked to one
 * vector of 104 at 25 Hz, each vector brought to zero mean and unit variance by itself. The sound is
 * cut or filled up with zeros to 640 samples for each video frame, which gives one feature frame too
 * few; the missing one is a row of zeros in the log domain, as in the MCoRec baseline.
 * @param samples 16 kHz mono, -1 to 1, beginning with the first video frame.
 * @param videoFrames Vectors wanted.
 */
export function stackedLogMel(samples: Float32Array, videoFrames: number): FeatureMatrix {
	const columns = stackedLogMelSize;
	const data = new Float32Array(videoFrames * columns);
	if (videoFrames === 0) return { rows: 0, columns, data };
	const wanted = new Float32Array(640 * videoFrames);
	wanted.set(samples.subarray(0, wanted.length));
	data.set(logFilterbank(wanted).data);
	for (let row = 0; row < videoFrames; row++) {
		layerNorm(data.subarray(row * columns, (row + 1) * columns));
	}
	return { rows: videoFrames, columns, data };
}

function layerNorm(vector: Float32Array): void {
	let mean = 0;
	for (const value of vector) mean += value;
	mean /= vector.length;
	let variance = 0;
	for (const value of vector) variance += (value - mean) ** 2;
	variance /= vector.length;
	const scale = 1 / Math.sqrt(variance + layerNormEpsilon);
	for (let i = 0; i < vector.length; i++) vector[i] = (vector[i]! - mean) * scale;
}
