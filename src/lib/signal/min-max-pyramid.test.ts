import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MinMaxPyramid } from './min-max-pyramid.ts';

function extremes(values: Float32Array, from: number, to: number): [number, number] {
	const known = values
		.slice(Math.max(0, Math.floor(from)), Math.max(0, Math.ceil(to)))
		.filter((value) => !Number.isNaN(value));
	return known.length === 0 ? [NaN, NaN] : [Math.min(...known), Math.max(...known)];
}

const row = fc
	.array(fc.oneof({ weight: 5, arbitrary: fc.float({ noNaN: true }) }, fc.constant(NaN)), {
		maxLength: 300,
	})
	.map((values) => Float32Array.from(values));

test('stretches of whole blocks are exact', () => {
	fc.assert(
		fc.property(row, fc.integer({ min: 0, max: 6 }), (values, depth) => {
			const step = 2 ** depth;
			const count = Math.ceil(values.length / step);
			const found = new Float32Array(2 * count);
			new MinMaxPyramid(values).stretches(0, step, count, found);
			for (let i = 0; i < count; i += 1) {
				expect([found[2 * i], found[2 * i + 1]]).toEqual(
					extremes(values, i * step, (i + 1) * step),
				);
			}
		}),
	);
});

test('any stretch takes in all of its own, and at most one length more at either end', () => {
	const from = fc.double({ min: -50, max: 350, noNaN: true });
	const step = fc.double({ min: 0.01, max: 90, noNaN: true });
	fc.assert(
		fc.property(row, from, step, (values, begin, length) => {
			const found = new Float32Array(2);
			new MinMaxPyramid(values).stretches(begin, length, 1, found);
			const [low, high] = [found[0]!, found[1]!];
			const [ownLow, ownHigh] = extremes(values, begin, begin + length);
			const [wideLow, wideHigh] = extremes(values, begin - length - 1, begin + 2 * length + 1);
			if (!Number.isNaN(ownLow)) {
				expect(low).toBeLessThanOrEqual(ownLow);
				expect(high).toBeGreaterThanOrEqual(ownHigh);
			}
			if (!Number.isNaN(low)) {
				expect(low).toBeGreaterThanOrEqual(wideLow);
				expect(high).toBeLessThanOrEqual(wideHigh);
			}
		}),
	);
});

test('the two sides of a row of pairs stay apart', () => {
	const found = new Float32Array(2);
	const pyramid = new MinMaxPyramid(Float32Array.of(-1, -3, -2), Float32Array.of(4, 1, 9));
	pyramid.stretches(0, 3, 1, found);
	expect([...found]).toEqual([-3, 9]);
	expect(() => new MinMaxPyramid(new Float32Array(2), new Float32Array(3))).toThrow(TypeError);
});

test('nothing is known of an empty row', () => {
	const found = new Float32Array(4);
	new MinMaxPyramid(new Float32Array()).stretches(0, 7, 2, found);
	expect([...found]).toEqual([NaN, NaN, NaN, NaN]);
});
