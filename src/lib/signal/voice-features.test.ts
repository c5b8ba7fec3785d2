import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { kaldiFbank, withoutMean } from './kaldi-fbank.ts';
import { kaldiMfcc, withoutSlidingMean } from './kaldi-mfcc.ts';
import { librosaMfcc } from './librosa-mfcc.ts';
import type { FeatureMatrix } from './speech-features.ts';

/** Two tones and noise, with a gap of digital silence; the golden numbers are of this sound. */
const sound = Float32Array.from({ length: 24_000 }, (_, n) => {
	if (n >= 8000 && n < 11_000) return 0;
	const turn = (2 * Math.PI * n) / 16_000;
	const noise = ((n * n * 7919 + n * 104_729) % 65_537) / 65_537 - 0.5;
	const low = 0.3 * Math.sin(220 * turn) * (1 + 0.5 * Math.sin(3 * turn));
	return low + 0.1 * Math.sin(1870 * turn + 1) + 0.05 * noise;
});

const matrix = v.object({
	shape: v.tuple([v.number(), v.number()]),
	rows: v.array(v.number()),
	values: v.array(v.array(v.number())),
});
const golden = v.parse(
	v.object({
		mfcc: matrix,
		povey: matrix,
		hamming: matrix,
		telephone: matrix,
		telephoneCentred: matrix,
	}),
	JSON.parse(await readFile('tests/golden/voice/features.json', 'utf8')),
);

function expectRows(found: FeatureMatrix, expected: v.InferOutput<typeof matrix>): void {
	expect([found.rows, found.columns]).toEqual(expected.shape);
	expected.rows.forEach((row, i) => {
		expected.values[i]!.forEach((value, column) => {
			// Single precision in, single precision out; the golden numbers have four decimals.
			const difference = Math.abs(found.data[row * found.columns + column]! - value);
			expect(difference, `row ${row}, column ${column}`).toBeLessThan(1e-3);
		});
	});
}

describe('librosaMfcc', () => {
	test('gives the numbers of librosa', () => {
		expectRows(librosaMfcc(sound), golden.mfcc);
	});

	test('has a row even for no sound, and a quiet copy differs in the first coefficient alone', () => {
		expect(librosaMfcc(new Float32Array()).rows).toBe(1);
		const loud = sound.subarray(0, 8000);
		const [a, b] = [librosaMfcc(loud), librosaMfcc(loud.map((sample) => sample / 4))];
		for (let i = 0; i < a.data.length; i++) {
			const shift = i % 40 === 0 ? 10 * Math.log10(16) * Math.sqrt(128) : 0;
			expect(Math.abs(a.data[i]! - b.data[i]! - shift)).toBeLessThan(1e-2);
		}
	});
});

describe('kaldiFbank', () => {
	test.each(['povey', 'hamming'] as const)(
		'gives the numbers of Kaldi with the window %s',
		(window) => {
			expectRows(kaldiFbank(sound, { bands: 80, window }), golden[window]);
		},
	);

	test('has no row for less than a frame', () => {
		const options = { bands: 80, window: 'hamming' } as const;
		expect(kaldiFbank(sound.subarray(0, 399), options).rows).toBe(0);
		expect(kaldiFbank(sound.subarray(0, 400), options).rows).toBe(1);
	});

	test('without its mean every column is zero on average, and loudness is gone', () => {
		const loud = sound.subarray(0, 8000);
		const options = { bands: 80, window: 'hamming' } as const;
		const { rows, columns, data } = withoutMean(kaldiFbank(loud, options));
		for (let column = 0; column < columns; column++) {
			let sum = 0;
			for (let row = 0; row < rows; row++) sum += data[row * columns + column]!;
			expect(Math.abs(sum / rows)).toBeLessThan(1e-5);
		}
		const quiet = withoutMean(
			kaldiFbank(
				loud.map((sample) => sample / 2),
				options,
			),
		);
		quiet.data.forEach((value, i) => expect(Math.abs(value - data[i]!)).toBeLessThan(1e-3));
	});
});

describe('kaldiMfcc', () => {
	test('gives the numbers of Kaldi', () => {
		// The samples count as taken at 8 kHz here: the sound is twice as long, and an octave lower.
		expectRows(kaldiMfcc(sound), golden.telephone);
	});

	test('has no row for less than a frame', () => {
		expect(kaldiMfcc(sound.subarray(0, 199)).rows).toBe(0);
		expect(kaldiMfcc(sound.subarray(0, 200)).rows).toBe(1);
	});

	test('a louder copy differs in the energy and in nothing else', () => {
		const [a, b] = [kaldiMfcc(sound), kaldiMfcc(sound.map((sample) => 2 * sample))];
		for (const row of [0, 50, 200]) {
			const values = (m: FeatureMatrix): number[] => [...m.data.subarray(row * 23, row * 23 + 23)];
			values(a).forEach((value, column) => {
				const shift = column === 0 ? Math.log(4) : 0;
				expect(Math.abs(values(b)[column]! - value - shift)).toBeLessThan(1e-3);
			});
		}
	});
});

describe('withoutSlidingMean', () => {
	test('subtracts the mean of the rows around, as Kaldi does', () => {
		expectRows(withoutSlidingMean(kaldiMfcc(sound), 40), golden.telephoneCentred);
	});

	test('moves the window to where there are rows, and takes all when there are few', () => {
		const data = Float32Array.of(1, 2, 4, 8, 16);
		const column = { rows: 5, columns: 1, data };
		// By hand: means of rows 0-1, 0-1, 1-2, 2-3 and 3-4.
		expect([...withoutSlidingMean(column, 2).data]).toEqual([-0.5, 0.5, 1, 2, 4]);
		expect([...withoutSlidingMean(column, 300).data]).toEqual([
			...data.map((value) => value - 6.2),
		]);
	});
});
