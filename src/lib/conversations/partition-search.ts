import type { GroupLimits } from '../domain/group-limits.ts';
import { present } from '../support/assert.ts';
import { climbPartitions } from './partition-climb.ts';
import { allowedPartitions, logPrior, partitionScore } from './partitions.ts';
import type { GroupEvidence, Partition } from './partitions.ts';

export interface PartitionChoice {
	readonly partition: Partition;
	/** Posterior of it among all allowed ones; null if not all were tried. */
	readonly confidence: number | null;
	/**
	 * Log-likelihood ratio of two being together against apart, over all allowed partitions; null
	 * where no allowed partition separates them, or not all were tried.
	 */
	readonly pairRatio: (a: number, b: number) => number | null;
}

/** Up to so many every allowed partition is tried: at most 4140, 630 within MCoRec's limits. */
export const mostExhaustive = 8;

/** Natural log of the sum of what these are the logs of, without leaving the range of doubles. */
export function logSumExp(values: readonly number[]): number {
	const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
	return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

function searchAll(count: number, evidence: GroupEvidence, limits: GroupLimits): PartitionChoice {
	const partitions = allowedPartitions(count, limits);
	const scores = partitions.map(partitionScore(count, limits, evidence));
	const priors = partitions.map(logPrior(count, limits));
	const best = scores.reduce((at, score, i) => (score > (scores[at] ?? -Infinity) ? i : at), 0);
	return {
		partition: present(partitions[best], 'best partition'),
		confidence: Math.exp(present(scores[best], 'best score') - logSumExp(scores)),
		pairRatio: (a, b) => {
			const together = partitions.map((groups) =>
				groups.some((group) => group.includes(a) && group.includes(b)),
			);
			const same = together.filter((yes) => yes).length;
			if (same === 0 || same === partitions.length) return null;
			const meanOf = (wanted: boolean): number =>
				logSumExp(scores.filter((_, i) => together[i] === wanted)) -
				logSumExp(priors.filter((_, i) => together[i] === wanted));
			return meanOf(true) - meanOf(false);
		},
	};
}

/**
 * The allowed division of `count` speakers that has the most evidence. Up to 8 speakers every allowed
 * division is tried; beyond, it is found by climbing (partition-climb.ts) and may miss the best. More
 * speakers than the limits have room for make more conversations than they allow. The same
 * evidence gives the same answer.
 */
export function bestPartition(
	count: number,
	evidence: GroupEvidence,
	limits: GroupLimits,
): PartitionChoice {
	const known = new Map<string, number>();
	const remembered: GroupEvidence = (members) => {
		const key = members.join();
		const value = known.get(key) ?? evidence(members);
		known.set(key, value);
		return value;
	};
	if (count <= mostExhaustive) return searchAll(count, remembered, limits);
	const partition = climbPartitions(count, remembered, limits);
	return { partition, confidence: null, pairRatio: () => null };
}
