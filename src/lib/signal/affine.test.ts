import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	estimateSimilarity,
	invertSimilarity,
	meanPoint,
	scaleOf,
	transformPoints,
} from './affine.ts';

const coordinate = fc.double({ min: -500, max: 500, noNaN: true });
const similarity = fc
	.record({
		angle: fc.double({ min: -3.1, max: 3.1, noNaN: true }),
		scale: fc.double({ min: 0.2, max: 5, noNaN: true }),
		tx: coordinate,
		ty: coordinate,
	})
	.map(({ angle, scale, tx, ty }) => ({
		a: scale * Math.cos(angle),
		b: scale * Math.sin(angle),
		tx,
		ty,
	}));
/** At least two points that do not coincide. */
const points = fc
	.array(coordinate, { minLength: 2, maxLength: 20 })
	.map((values) => [0, 0, 10, 5, ...values.slice(0, values.length & ~1)]);

describe('estimateSimilarity', () => {
	test('recovers the similarity that moved the points', () => {
		fc.assert(
			fc.property(points, similarity, (from, truth) => {
				const found = estimateSimilarity(from, transformPoints(truth, from));
				expect(found.a).toBeCloseTo(truth.a, 6);
				expect(found.b).toBeCloseTo(truth.b, 6);
				expect(found.tx).toBeCloseTo(truth.tx, 4);
				expect(found.ty).toBeCloseTo(truth.ty, 4);
			}),
		);
	});

	test('no other similarity nearby is closer', () => {
		const from = [0, 0, 10, 0, 10, 10, 0, 10];
		const to = [1, 2, 12, 1, 13, 11, 0, 14];
		const best = estimateSimilarity(from, to);
		const error = (candidate: typeof best): number =>
			transformPoints(candidate, from).reduce((sum, v, i) => sum + (v - (to[i] ?? 0)) ** 2, 0);
		for (const part of ['a', 'b', 'tx', 'ty'] as const) {
			for (const step of [-0.01, 0.01]) {
				expect(error({ ...best, [part]: best[part] + step })).toBeGreaterThan(error(best));
			}
		}
	});

	test('refuses what has no answer', () => {
		expect(() => estimateSimilarity([1, 1], [2, 2])).toThrow(TypeError);
		expect(() => estimateSimilarity([1, 1, 1, 1], [2, 2, 3, 3])).toThrow(TypeError);
		expect(() => estimateSimilarity([1, 1, 2, 2], [2, 2])).toThrow(TypeError);
	});
});

test('the inverse undoes the similarity, and scales by the reciprocal', () => {
	fc.assert(
		fc.property(points, similarity, (from, forth) => {
			const back = invertSimilarity(forth);
			const there = transformPoints(back, transformPoints(forth, from));
			there.forEach((value, i) => expect(value).toBeCloseTo(from[i] ?? Number.NaN, 5));
			expect(scaleOf(back)).toBeCloseTo(1 / scaleOf(forth), 8);
		}),
	);
	expect(() => invertSimilarity({ a: 0, b: 0, tx: 1, ty: 1 })).toThrow(TypeError);
});

test('the mean point is the centre of gravity', () => {
	expect(meanPoint([0, 0, 4, 0, 2, 6])).toEqual({ x: 2, y: 2 });
});
