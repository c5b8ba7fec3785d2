import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Resampler, resample } from './resample.ts';

function tone(frequencyHz: number, rateHz: number, count: number): Float32Array {
	return Float32Array.from({ length: count }, (_, i) =>
		Math.sin((2 * Math.PI * frequencyHz * i) / rateHz),
	);
}

describe('resample', () => {
	test.each([
		[44100, 16000],
		[48000, 16000],
		[8000, 16000],
		[11025, 16000],
		[22050, 16000],
	])('a tone at %i Hz is the same tone at %i Hz', (from, to) => {
		const output = resample(tone(1000, from, from), from, to);
		const wanted = tone(1000, to, to);
		expect(output.length).toBe(to);
		let worst = 0;
		for (let i = 400; i < to - 400; i++) {
			worst = Math.max(worst, Math.abs((output[i] ?? 0) - (wanted[i] ?? 0)));
		}
		expect(worst).toBeLessThan(2e-4);
	});

	test('what the lower rate cannot hold is gone', () => {
		const output = resample(tone(11000, 44100, 44100), 44100, 16000);
		const middle = output.subarray(500, output.length - 500);
		expect(Math.max(...middle)).toBeLessThan(1e-3);
	});

	test('an impulse stays where it is', () => {
		const input = new Float32Array(48000);
		input[24000] = 1;
		const output = resample(input, 48000, 16000);
		expect(output.indexOf(Math.max(...output))).toBe(8000);
		for (let k = 1; k < 100; k++) {
			expect(output[8000 + k]).toBeCloseTo(output[8000 - k] ?? NaN, 6);
		}
	});

	test('a constant stays a constant', () => {
		const output = resample(new Float32Array(4410).fill(0.5), 44100, 16000);
		for (const sample of output.subarray(100, 1500)) expect(sample).toBeCloseTo(0.5, 5);
	});

	test('equal rates pass the samples on', () => {
		const input = tone(440, 16000, 1000);
		expect(resample(input, 16000, 16000)).toEqual(input);
	});

	test('the length follows the ratio, and pieces make no difference', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(8000, 11025, 22050, 32000, 44100, 48000, 96000),
				fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 8 }),
				(rateHz, pieces) => {
					const total = pieces.reduce((sum, piece) => sum + piece, 0);
					const input = tone(700, rateHz, total);
					const whole = resample(input, rateHz, 16000);
					expect(whole.length).toBe(Math.ceil((total * 16000) / rateHz));
					const resampler = new Resampler(rateHz, 16000);
					const parts: number[] = [];
					let from = 0;
					for (const piece of pieces) {
						parts.push(...resampler.push(input.subarray(from, from + piece)));
						from += piece;
					}
					parts.push(...resampler.flush());
					expect(Float32Array.from(parts)).toEqual(whole);
				},
			),
			{ numRuns: 40 },
		);
	});

	test('a rate that is none is refused', () => {
		expect(() => new Resampler(0, 16000)).toThrow(TypeError);
		expect(() => new Resampler(44100.5, 16000)).toThrow(TypeError);
	});
});
