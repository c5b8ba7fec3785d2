import { readFileSync } from 'node:fs';
import { array, number, object, parse, record, string, strictTuple } from 'valibot';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { completeLinkage, cutTree } from './complete-linkage.ts';
import { clusterByOverlap, conversationScores, segmentsInside } from './overlap-clustering.ts';

const vectors = object({
	clustering_vectors: array(
		object({
			name: string(),
			segments: record(string(), array(strictTuple([number(), number()]))),
			scores: array(array(number())),
			clusters: record(string(), number()),
		}),
	),
});

function ranges(bounds: readonly (readonly [number, number])[]): TimeRange[] {
	return bounds.map(([startSeconds, endSeconds]) => ({ startSeconds, endSeconds }));
}

describe('the baseline’s clustering', () => {
	test.skipIf(!hasShared)('its vectors, labels included', () => {
		const file = readFileSync(sharedPath('specs/mcorec-vectors.json'), 'utf8');
		const cases = parse(vectors, JSON.parse(file)).clustering_vectors;
		expect(cases.length).toBeGreaterThan(4);
		for (const { name, segments, scores, clusters } of cases) {
			const bySpeaker = new Map(
				Object.entries(segments).map(([speaker, bounds]) => [speaker, ranges(bounds)]),
			);
			const rounded = conversationScores([...bySpeaker.values()]).map((row) =>
				row.map((score) => Number(score.toFixed(6))),
			);
			expect(rounded, name).toEqual(scores);
			expect(Object.fromEntries(clusterByOverlap(bySpeaker).clusters), name).toEqual(clusters);
		}
	});

	test('one speaker is one conversation', () => {
		const alone = new Map([['spk_0', ranges([[1, 2]])]]);
		expect(Object.fromEntries(clusterByOverlap(alone).clusters)).toEqual({ spk_0: 0 });
	});

	test('segments are shifted to the evaluated part and never clipped', () => {
		const segments = ranges([
			[0, 9.9],
			[5, 12],
			[19, 25],
			[20.1, 30],
			[15, 16],
		]);
		const inside = segmentsInside(segments, { startSeconds: 10, endSeconds: 20 });
		expect(inside).toEqual(
			ranges([
				[-5, 2],
				[9, 15],
			]),
		);
	});
});

describe('complete linkage', () => {
	// Reference labels by scikit-learn 1.6.1 on SciPy 1.17.1.
	test('the larger distance counts', () => {
		const distances = [
			[0, 0.1, 0.5],
			[0.1, 0, 0.2],
			[0.5, 0.2, 0],
		];
		const tree = completeLinkage(distances);
		expect(tree.map((join) => join.distance)).toEqual([0.1, 0.5]);
		expect(cutTree(tree, 3, 0.3)).toEqual([0, 0, 1]);
		expect(cutTree(tree, 3, 0.6)).toEqual([0, 0, 0]);
		expect(cutTree(tree, 3, 0)).toEqual([2, 1, 0]);
	});
});
