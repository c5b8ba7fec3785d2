import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { realFft } from './fft.ts';

function powerBySum(signal: readonly number[], size: number): number[] {
	return Array.from({ length: size / 2 + 1 }, (_, k) => {
		let re = 0;
		let im = 0;
		signal.forEach((value, n) => {
			re += value * Math.cos((2 * Math.PI * k * n) / size);
			im -= value * Math.sin((2 * Math.PI * k * n) / size);
		});
		return re * re + im * im;
	});
}

describe('realFft', () => {
	test('equals the defining sum', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(4, 8, 64, 512),
				fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 64 }),
				(size, values) => {
					const signal = values.slice(0, size);
					const power = new Float64Array(size / 2 + 1);
					realFft(size).power(Float64Array.from(signal), power);
					powerBySum(signal, size).forEach((expected, k) => {
						expect(power[k]).toBeCloseTo(expected, 9);
					});
				},
			),
			{ numRuns: 50 },
		);
	});

	test.each([0, 2, 3, 100, 6.5])('refuses size %d', (size) => {
		expect(() => realFft(size)).toThrow(TypeError);
	});
});
