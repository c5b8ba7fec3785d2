import type { GroupLimits } from '../domain/group-limits.ts';

/** Speakers by index, ascending, in conversations. */
export type Partition = readonly (readonly number[])[];

/**
 * Natural log of the evidence that these speakers (by index, ascending) are one conversation; of a
 * single one, that they talk with nobody.
 */
export type GroupEvidence = (members: readonly number[]) => number;

/** Ways to choose `count` of `items`, in order. */
export function* combinations(items: readonly number[], count: number): Generator<number[]> {
	if (count === 0) {
		yield [];
		return;
	}
	for (const [i, item] of items.entries()) {
		for (const rest of combinations(items.slice(i + 1), count - 1)) yield [item, ...rest];
	}
}

function* complete(
	rest: readonly number[],
	groups: readonly number[][],
	limits: GroupLimits,
): Generator<number[][]> {
	const [first, ...others] = rest;
	if (first === undefined) {
		yield [...groups];
		return;
	}
	if (groups.length === limits.mostConversations) return;
	const most = Math.min(rest.length, limits.mostMembers ?? Infinity);
	for (let size = limits.fewestMembers; size <= most; size += 1) {
		for (const chosen of combinations(others, size - 1)) {
			const left = others.filter((item) => !chosen.includes(item));
			yield* complete(left, [...groups, [first, ...chosen]], limits);
		}
	}
}

/** 0 to `count` - 1. */
export function indices(count: number): number[] {
	return Array.from({ length: count }, (_, i) => i);
}

/**
 * Every way to divide `count` speakers into conversations that the limits allow, always in the same
 * order. Fewer speakers than the smallest conversation has are one conversation.
 */
export function allowedPartitions(count: number, limits: GroupLimits): number[][][] {
	if (count < limits.fewestMembers) return [[indices(count)]];
	return [...complete(indices(count), [], limits)];
}

/** Whether the limits allow a partition of at least as many speakers as the smallest conversation has. */
export function isAllowed(partition: Partition, limits: GroupLimits): boolean {
	return (
		partition.length <= (limits.mostConversations ?? Infinity) &&
		partition.every(
			({ length }) => length >= limits.fewestMembers && length <= (limits.mostMembers ?? Infinity),
		)
	);
}

/** Natural log of the number of ways to divide n into k groups, for k from 0 to n (Stirling, second kind). */
function logPartitionCounts(count: number): number[] {
	let row = [1];
	for (let n = 1; n <= count; n += 1) {
		row = Array.from({ length: n + 1 }, (_, k) => k * (row[k] ?? 0) + (row[k - 1] ?? 0));
	}
	return row.map(Math.log);
}

/** Natural log of how likely a partition is before anything is heard, up to a constant. */
export function logPrior(count: number, { prior }: GroupLimits): (partition: Partition) => number {
	if (prior === 'even') return () => 0;
	const counts = logPartitionCounts(count);
	return ({ length }) => -length * Math.LN2 - (counts[length] ?? 0);
}

/** Evidence of a partition and its prior, together. */
export function partitionScore(
	count: number,
	limits: GroupLimits,
	evidence: GroupEvidence,
): (partition: Partition) => number {
	const prior = logPrior(count, limits);
	return (partition) =>
		partition.reduce((sum, group) => sum + evidence(group), 0) + prior(partition);
}
