import { expect, test } from 'vitest';
import { stretch } from './stretch.ts';

test('the ends stay, a slow wave keeps its shape', () => {
	const wave = Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i / 10));
	for (const length of [1024, 1055, 993]) {
		const found = stretch(wave, length);
		expect(found).toHaveLength(length);
		expect(found[0]).toBe(wave[0]);
		expect(found.at(-1)).toBeCloseTo(wave[1023] ?? NaN, 5);
		// A cubic through samples a tenth of a radian apart is off by less than (0.1)^3.
		for (const [i, value] of found.entries()) {
			const at = (i * 1023) / (length - 1);
			if (at > 1 && at < 1022) expect(Math.abs(value - Math.sin(at / 10))).toBeLessThan(1e-3);
		}
	}
});

test('a piece of one sample, and of none', () => {
	expect([...stretch(Float32Array.of(0.5), 2)]).toEqual([0.5, 0.5]);
	expect([...stretch(Float32Array.of(0.5, 1), 1)]).toEqual([0.5]);
	expect([...stretch(new Float32Array(0), 2)]).toEqual([0, 0]);
});
