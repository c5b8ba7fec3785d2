import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import {
	featureFrameCount,
	logFilterbank,
	melBinEdges,
	mfcc,
	stackedLogMel,
	type FeatureMatrix,
} from './speech-features.ts';

interface Stats {
	shape: number[];
	mean: number;
	abs_mean: number;
	frame0: number[];
	frame10: number[];
	last_frame: number[];
}

interface Reference {
	mfcc_reference: {
		signal_sum: number;
		mel_bin_edges_28: number[];
		mfcc_int16_input: Stats;
		'logfbank_float_pm1_input (s/32768 float32)': Stats;
		stacked_x4_layernormed: Stats;
		mfcc_full: number[][];
	};
}

/** One second of the signal that the reference numbers were computed for, in int16 values. */
function referenceSignal(): Float32Array {
	return Float32Array.from({ length: 16000 }, (_, n) =>
		Math.floor(
			6000 * Math.sin((2 * Math.PI * n * 220) / 16000) +
				3000 *
					Math.sin((2 * Math.PI * n * 1330) / 16000 + 0.5) *
					Math.sin((2 * Math.PI * n * 3) / 16000) +
				500 * Math.sin(0.9 * n + 0.0001 * n * n),
		),
	);
}

function expectLike(found: FeatureMatrix, expected: Stats, digits: number): void {
	expect([found.rows, found.columns]).toEqual(expected.shape);
	const row = (index: number): number[] =>
		Array.from(found.data.subarray(index * found.columns, index * found.columns + 13));
	const rows = [
		[0, expected.frame0],
		[10, expected.frame10],
		[found.rows - 1, expected.last_frame],
	] as const;
	for (const [index, values] of rows) {
		row(index).forEach((value, k) => expect(value).toBeCloseTo(values[k]!, digits));
	}
	const mean = found.data.reduce((sum, value) => sum + value, 0) / found.data.length;
	const absolute = found.data.reduce((sum, value) => sum + Math.abs(value), 0) / found.data.length;
	expect(mean).toBeCloseTo(expected.mean, digits);
	expect(absolute).toBeCloseTo(expected.abs_mean, digits);
}

describe.skipIf(!hasShared)('against python_speech_features', () => {
	const text = hasShared
		? readFileSync(sharedPath('specs/light-asd-reference.json'), 'utf8')
		: '{}';
	const reference = (JSON.parse(text) as Reference).mfcc_reference;
	const int16 = referenceSignal();
	const unit = int16.map((value) => value / 32768);

	test('the signal is the one of the reference', () => {
		expect(int16.reduce((sum, value) => sum + value, 0)).toBe(reference.signal_sum);
	});

	test('mel filter edges', () => {
		expect(melBinEdges()).toEqual(reference.mel_bin_edges_28);
	});

	test('MFCC of int16 values', () => {
		const found = mfcc(int16);
		expectLike(found, reference.mfcc_int16_input, 4);
		reference.mfcc_full.forEach((row, index) => {
			row.forEach((value, c) => expect(found.data[index * 13 + c]).toBeCloseTo(value, 4));
		});
	});

	test('log filterbank of unit amplitude', () => {
		expectLike(logFilterbank(unit), reference['logfbank_float_pm1_input (s/32768 float32)'], 5);
	});

	test('stacked, layer-normed vectors', () => {
		expectLike(stackedLogMel(unit, 25), reference.stacked_x4_layernormed, 5);
	});
});

describe('speech features', () => {
	test('frame counts', () => {
		expect([0, 1, 400, 401, 560, 561, 16000].map(featureFrameCount)).toEqual([
			1, 1, 1, 2, 2, 3, 99,
		]);
		expect(featureFrameCount(640 * 50)).toBe(4 * 50 - 1);
	});

	test('amplitude only shifts coefficient 0', () => {
		const signal = referenceSignal();
		const loud = mfcc(signal);
		const quiet = mfcc(signal.map((value) => value / 32768));
		for (let i = 0; i < loud.data.length; i++) {
			const shift = i % 13 === 0 ? 2 * Math.log(32768) : 0;
			expect(loud.data[i]! - quiet.data[i]!).toBeCloseTo(shift, 3);
		}
	});

	test('silence has the floor energy, not minus infinity', () => {
		const silent = logFilterbank(new Float32Array(800));
		expect(silent.data.every((value) => Math.abs(value - Math.log(2 ** -52)) < 1e-5)).toBe(true);
	});

	test('short or long sound is brought to the wanted number of video frames', () => {
		const signal = referenceSignal().map((value) => value / 32768);
		const short = stackedLogMel(signal.subarray(0, 1000), 10);
		expect(short.rows).toBe(10);
		expect(short.data.every(Number.isFinite)).toBe(true);
		const first = stackedLogMel(signal, 5);
		const cut = stackedLogMel(signal.subarray(0, 640 * 5), 5);
		expect(first.data).toEqual(cut.data);
		expect(stackedLogMel(signal, 0).rows).toBe(0);
	});
});
