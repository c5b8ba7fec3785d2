import { present } from '../support/assert.ts';
import { allowedPartitions, fewestMembers, mostConversations, mostMembers } from './partitions.ts';

/** Natural log of the evidence that these speakers (by index, ascending) are one conversation. */
export type GroupEvidence = (members: readonly number[]) => number;

export interface PartitionChoice {
	readonly partition: readonly (readonly number[])[];
	/** Posterior of it among all allowed ones, which are equally likely at first; null if not all were tried. */
	readonly confidence: number | null;
	/**
	 * Log-likelihood ratio of two being together against apart, over all allowed partitions; null
	 * where no allowed partition separates them, or not all were tried.
	 */
	readonly pairRatio: (a: number, b: number) => number | null;
}

/** Up to so many every allowed partition is tried: MCoRec has at most 8, which makes 630. */
export const mostExhaustive = 8;

/** Natural log of the sum of what these are the logs of, without leaving the range of doubles. */
export function logSumExp(values: readonly number[]): number {
	const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
	return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

function logMeanExp(values: readonly number[]): number {
	return logSumExp(values) - Math.log(values.length);
}

function searchAll(count: number, evidence: GroupEvidence): PartitionChoice {
	const partitions = allowedPartitions(count);
	const scores = partitions.map((groups) =>
		groups.reduce((sum, group) => sum + (group.length > 1 ? evidence(group) : 0), 0),
	);
	const best = scores.reduce((at, score, i) => (score > (scores[at] ?? -Infinity) ? i : at), 0);
	const together = (groups: readonly number[][], a: number, b: number): boolean =>
		groups.some((group) => group.includes(a) && group.includes(b));
	return {
		partition: present(partitions[best], 'best partition'),
		confidence: Math.exp(present(scores[best], 'best score') - logSumExp(scores)),
		pairRatio: (a, b) => {
			const same = scores.filter((_, i) => together(partitions[i] ?? [], a, b));
			const apart = scores.filter((_, i) => !together(partitions[i] ?? [], a, b));
			if (same.length === 0 || apart.length === 0) return null;
			return logMeanExp(same) - logMeanExp(apart);
		},
	};
}

/** Every partition one step away: a speaker moved, or two exchanged; sizes stay allowed. */
function* neighbours(partition: readonly (readonly number[])[]): Generator<number[][]> {
	const replace = (i: number, first: number[], j: number, second: number[]): number[][] =>
		partition.map((group, at) => {
			const next = at === i ? first : at === j ? second : [...group];
			return next.sort((a, b) => a - b);
		});
	for (const [i, from] of partition.entries()) {
		for (const [j, to] of partition.entries()) {
			if (i === j) continue;
			for (const moved of from) {
				const left = from.filter((member) => member !== moved);
				if (from.length > fewestMembers && to.length < mostMembers) {
					yield replace(i, left, j, [...to, moved]);
				}
				if (i > j) continue;
				for (const taken of to) {
					const kept = to.filter((member) => member !== taken);
					yield replace(i, [...left, taken], j, [...kept, moved]);
				}
			}
		}
	}
}

/** Climbs from an even division into each possible number of conversations, and takes the best. */
function climb(count: number, evidence: GroupEvidence): PartitionChoice {
	const scoreOf = (groups: readonly (readonly number[])[]): number =>
		groups.reduce((sum, group) => sum + evidence(group), 0);
	let best: number[][] = [];
	let bestScore = -Infinity;
	const fewest = Math.ceil(count / mostMembers);
	for (
		let groups = fewest;
		groups <= Math.max(fewest, Math.min(mostConversations, Math.floor(count / fewestMembers)));
		groups += 1
	) {
		let current = Array.from({ length: groups }, (_, group) =>
			Array.from({ length: count }, (__, i) => i).filter((i) => i % groups === group),
		);
		let score = scoreOf(current);
		for (let improved = true; improved;) {
			improved = false;
			for (const next of neighbours(current)) {
				const nextScore = scoreOf(next);
				if (nextScore <= score + 1e-9) continue;
				[current, score, improved] = [next, nextScore, true];
				break;
			}
		}
		if (score > bestScore) [best, bestScore] = [current, score];
	}
	return { partition: best, confidence: null, pairRatio: () => null };
}

/**
 * The division of `count` speakers that has the most evidence, under MCoRec's limits (two to four
 * members, at most four conversations). Up to 8 speakers every allowed division is tried; beyond, where MCoRec
 * does not go, it is found by hill climbing and may miss the best, and more than 16 make
 * more than four conversations. The same evidence gives the same answer.
 */
export function bestPartition(count: number, evidence: GroupEvidence): PartitionChoice {
	const known = new Map<string, number>();
	const remembered: GroupEvidence = (members) => {
		const key = members.join();
		const value = known.get(key) ?? evidence(members);
		known.set(key, value);
		return value;
	};
	return count <= mostExhaustive ? searchAll(count, remembered) : climb(count, remembered);
}
