import { describe, expect, test } from 'vitest';
import { symmetricEigen } from './symmetric-eigen.ts';

describe('symmetricEigen', () => {
	test('of matrices whose values are known', () => {
		expect(Array.from(symmetricEigen(2, [2, 1, 1, 2]).values)).toEqual([
			expect.closeTo(1, 12),
			expect.closeTo(3, 12),
		]);
		// Of a chain of n points, 2 - 2 cos(pi k / n): the Laplacian of a path.
		const n = 9;
		const path = new Float64Array(n * n);
		for (let i = 0; i + 1 < n; i++) {
			for (const [a, b, value] of [
				[i, i, 1],
				[i + 1, i + 1, 1],
				[i, i + 1, -1],
				[i + 1, i, -1],
			] as const) {
				path[a * n + b] = path[a * n + b]! + value;
			}
		}
		symmetricEigen(n, path).values.forEach((value, k) => {
			expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * k) / n), 12);
		});
	});

	test('values and vectors make up the matrix, and the vectors are orthonormal', () => {
		for (const n of [1, 2, 7, 40]) {
			let seed = n;
			const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
			const matrix = new Float64Array(n * n);
			for (let i = 0; i < n; i++) {
				for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = random();
			}
			const { values, vectors } = symmetricEigen(n, matrix);
			for (let i = 0; i < n; i++) {
				expect(values[i]!).toBeGreaterThanOrEqual(values[i - 1] ?? -Infinity);
				for (let j = 0; j < n; j++) {
					let made = 0;
					let product = 0;
					for (let k = 0; k < n; k++) {
						made += values[k]! * vectors[k * n + i]! * vectors[k * n + j]!;
						product += vectors[i * n + k]! * vectors[j * n + k]!;
					}
					expect(made).toBeCloseTo(matrix[i * n + j]!, 10);
					expect(product).toBeCloseTo(i === j ? 1 : 0, 10);
				}
			}
		}
	});

	test('refuses what has no values', () => {
		expect(() => symmetricEigen(2, [1, 2, 3])).toThrow(TypeError);
		expect(() => symmetricEigen(1, [NaN])).toThrow(TypeError);
		expect(symmetricEigen(0, []).values.length).toBe(0);
	});
});
