import { describe, expect, test } from 'vitest';
import { Random } from '../../../tests/fixtures/simulated-talk.ts';
import { mcorecLimits, openLimits } from '../domain/group-limits.ts';
import { climbPartitions } from './partition-climb.ts';
import { bestPartition } from './partition-search.ts';
import { allowedPartitions, isAllowed, partitionScore } from './partitions.ts';
import type { GroupEvidence, Partition } from './partitions.ts';

/**
 * Evidence of a planted division with noise on every pair and on every group: as hard as real evidence, where a
 * pair seldom says more than the noise.
 */
function noisyEvidence(count: number, seed: number): GroupEvidence {
	const random = new Random(seed);
	const groups = random.integer(1, 3);
	const labels = Array.from({ length: count }, () => random.integer(1, groups));
	const pairs = Array.from({ length: count * count }, () => random.normal(0, 1.5));
	const own = new Map<string, number>();
	return (members) => {
		if (members.length === 1) return -2;
		const key = members.join();
		const noise = own.get(key) ?? new Random(seed + 31 * members.length).normal(0, 1);
		own.set(key, noise);
		let sum = noise;
		for (const a of members) {
			for (const b of members) {
				if (a < b) sum += (pairs[count * a + b] ?? 0) + (labels[a] === labels[b] ? 2 : -2);
			}
		}
		return sum;
	};
}

function sorted(partition: Partition): string {
	return partition
		.map((group) => group.join())
		.sort()
		.join(' | ');
}

describe.each([
	['open', openLimits],
	['MCoRec', mcorecLimits],
])('climbing under %s limits', (_, limits) => {
	test('finds what trying all finds', () => {
		const counts = [5, 6, 7, 8];
		const seeds = Array.from({ length: 25 }, (_unused, i) => i + 1);
		let same = 0;
		for (const count of counts) {
			for (const seed of seeds) {
				const evidence = noisyEvidence(count, seed);
				const climbed = climbPartitions(count, evidence, limits);
				const best = bestPartition(count, evidence, limits).partition;
				const scoreOf = partitionScore(count, limits, evidence);
				expect(isAllowed(climbed, limits)).toBe(true);
				expect(climbed.flat().sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
				expect(scoreOf(climbed)).toBeLessThanOrEqual(scoreOf(best) + 1e-9);
				if (sorted(climbed) === sorted(best)) same += 1;
			}
		}
		expect(same / (counts.length * seeds.length)).toBeGreaterThanOrEqual(0.97);
	});

	test('the same evidence gives the same answer', () => {
		const evidence = noisyEvidence(14, 5);
		expect(climbPartitions(14, evidence, limits)).toEqual(climbPartitions(14, evidence, limits));
	});
});

test('twenty people in three planted conversations are found', () => {
	const labels = Array.from({ length: 20 }, (_, i) => i % 3);
	const evidence: GroupEvidence = (members) =>
		members
			.flatMap((a) => members.filter((b) => a < b).map((b) => [a, b] as const))
			.reduce(
				(sum, [a, b]) => sum + (labels[a] === labels[b] ? 1 : -1),
				members.length === 1 ? -5 : 0,
			);
	const found = bestPartition(20, evidence, openLimits);
	expect(found.confidence).toBeNull();
	expect(found.partition).toHaveLength(3);
	for (const group of found.partition) expect(new Set(group.map((i) => labels[i])).size).toBe(1);
});

test.each([
	[1, 1],
	[3, 5],
	[5, 52],
	[8, 4140],
])('without limits, %i speakers: %i divisions (Bell numbers)', (count, expected) => {
	expect(allowedPartitions(count, openLimits)).toHaveLength(expected);
});

test('with nothing heard, one conversation of everybody is likelier than all others together', () => {
	const { partition, confidence } = bestPartition(5, () => 0, openLimits);
	expect(partition).toEqual([[0, 1, 2, 3, 4]]);
	// 1/2 of 1/2 + 1/4 + 1/8 + 1/16 + 1/32.
	expect(confidence).toBeCloseTo(16 / 31, 12);
});

test('without evidence for them a pair’s ratio is nought, whatever the prior', () => {
	const { pairRatio } = bestPartition(4, () => 0, openLimits);
	expect(pairRatio(0, 1)).toBeCloseTo(0, 12);
});
