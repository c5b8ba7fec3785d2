import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { cosineMatrix, inOrder } from './agglomerate.ts';
import { mergedByCentroid, nearestOf, withoutMinor } from './clusters.ts';
import { spectralClusters, spectrumOf } from './spectral.ts';

function unit(row: readonly number[]): Float32Array {
	const length = Math.hypot(...row);
	return Float32Array.from(row, (value) => value / length);
}

function direction(degrees: number): Float32Array {
	const angle = (degrees * Math.PI) / 180;
	return unit([Math.cos(angle), Math.sin(angle)]);
}

describe('clusters', () => {
	const prints = [0, 5, 10, 80, 85, 90, 40].map(direction);
	const labels = [0, 0, 0, 1, 1, 1, 2];

	test('a minor one goes to the nearest of the others', () => {
		expect(withoutMinor(prints, labels, 1)).toEqual([0, 0, 0, 1, 1, 1, 0]);
		expect(withoutMinor(prints, labels, 0)).toEqual(labels);
		expect(withoutMinor(prints, labels, 3)).toEqual([0, 0, 0, 0, 0, 0, 0]);
	});

	test('near ones become one, the nearest first', () => {
		expect(mergedByCentroid(prints, labels, 0.8)).toEqual([0, 0, 0, 1, 1, 1, 0]);
		expect(mergedByCentroid(prints, labels, 0.9)).toEqual(labels);
		expect(
			nearestOf(
				direction(60),
				new Map([
					[4, prints[0]!],
					[7, prints[5]!],
				]),
			),
		).toBe(7);
	});

	test('spectral clustering finds two groups, or as many as are asked for', () => {
		const two = [0, 4, 8, 12, 16, 20, 22, 120, 122, 124, 126, 130, 134, 138].map(direction);
		const n = two.length;
		const found = spectralClusters(n, cosineMatrix(two));
		expect(found).toEqual([...Array<number>(7).fill(0), ...Array<number>(7).fill(1)]);
		expect(new Set(spectralClusters(n, cosineMatrix(two), { count: 4 })).size).toBe(4);
		expect(spectralClusters(1, Float32Array.of(1))).toEqual([0]);
		expect(spectralClusters(0, new Float32Array(0))).toEqual([]);
	});
});

const numbers = v.array(v.number());
const gapSchema = v.object({ nKeepPerRow: v.number(), eigenvalues: numbers, K: v.number() });
const smallSchema = v.object({ eig: numbers, K: v.number() });
const vectorSchema = v.object({
	embeddings: v.array(numbers),
	truth: numbers,
	pval0012: gapSchema,
	labels_pval0012: numbers,
	pval0032: gapSchema,
	pval05: gapSchema,
	small4x4: v.object({ affinity: v.array(numbers), keep3: smallSchema, keep4: smallSchema }),
	ahc_average: v.object({ X: v.array(numbers) }),
	minor: v.object({ labels: numbers, mc: v.number(), out: numbers }),
	mergeCos: v.object({ labels: numbers, thr: v.number(), out: numbers }),
});

function expectValues(found: Float64Array, expected: readonly number[]): void {
	expected.forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThan(1e-5));
}

describe.skipIf(!hasShared)('as computed elsewhere', () => {
	const vectors = (): v.InferOutput<typeof vectorSchema> => {
		const file = readFileSync(sharedPath('vectors/recordings/clustering.json'), 'utf8');
		return v.parse(vectorSchema, JSON.parse(file));
	};

	test('eigenvalues, count and labels of spectral clustering', () => {
		const { embeddings, truth, pval0012, pval0032, pval05, labels_pval0012 } = vectors();
		const n = embeddings.length;
		const cosines = cosineMatrix(embeddings.map(unit));
		for (const { nKeepPerRow, eigenvalues, K } of [pval0012, pval0032, pval05]) {
			const { values, count } = spectrumOf(n, cosines, nKeepPerRow);
			expectValues(values, eigenvalues);
			expect(count).toBe(K);
		}
		expect(spectrumOf(n, cosines).count).toBe(pval0012.K);
		expect(spectralClusters(n, cosines)).toEqual(labels_pval0012);
		expect(labels_pval0012).toEqual(truth);
	});

	test('a graph of four', () => {
		const { small4x4 } = vectors();
		const affinity = Float32Array.from(small4x4.affinity.flat());
		for (const [keep, { eig, K }] of [
			[3, small4x4.keep3],
			[4, small4x4.keep4],
		] as const) {
			const { values, count } = spectrumOf(4, affinity, keep);
			expectValues(values, eig);
			expect(count).toBe(K);
		}
	});

	test('minor clusters and near ones', () => {
		const { ahc_average, minor, mergeCos } = vectors();
		const prints = ahc_average.X.map(unit);
		expect(withoutMinor(prints, minor.labels, minor.mc)).toEqual(minor.out);
		const merged = mergedByCentroid(prints, mergeCos.labels, mergeCos.thr);
		expect(inOrder(merged)).toEqual(inOrder(mergeCos.out));
	});
});
