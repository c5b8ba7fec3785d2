import type { GroupLimits } from '../domain/group-limits.ts';
import { present } from '../support/assert.ts';
import { indices, isAllowed, partitionScore } from './partitions.ts';
import type { GroupEvidence, Partition } from './partitions.ts';

/** So many of the best starts are climbed from. */
const climbs = 3;
/** Less is a rounding error. */
const leastGain = 1e-9;

function joined(a: readonly number[], b: readonly number[]): number[] {
	return [...a, ...b].sort((x, y) => x - y);
}

/** The members that are not among `out`. */
function without(group: readonly number[], out: readonly number[]): number[] {
	return group.filter((member) => !out.includes(member));
}

/**
 * Every level of an agglomeration: all alone at first, at each step those two groups become one whose
 * evidence gains most, or loses least, by it, until no two may be one.
 */
function agglomerate(count: number, evidence: GroupEvidence, limits: GroupLimits): Partition[] {
	let groups: readonly number[][] = indices(count).map((i) => [i]);
	const levels: Partition[] = [groups];
	const most = limits.mostMembers ?? Infinity;
	for (;;) {
		let best: { a: number[]; b: number[]; gain: number } | null = null;
		for (const [i, a] of groups.entries()) {
			for (const b of groups.slice(i + 1)) {
				if (a.length + b.length > most) continue;
				const gain = evidence(joined(a, b)) - evidence(a) - evidence(b);
				if (gain > (best?.gain ?? -Infinity)) best = { a, b, gain };
			}
		}
		if (!best) return levels;
		const { a, b } = best;
		groups = [...groups.filter((group) => group !== a && group !== b), joined(a, b)];
		levels.push(groups);
	}
}

/** Speakers dealt out in turn, for each number of conversations that the limits allow or that is needed. */
function evenDivisions(count: number, limits: GroupLimits): Partition[] {
	const fewest = Math.ceil(count / (limits.mostMembers ?? Infinity)) || 1;
	const room = Math.floor(count / limits.fewestMembers);
	const most = Math.max(fewest, Math.min(limits.mostConversations ?? Infinity, room));
	return indices(most - fewest + 1).map((more) =>
		indices(fewest + more).map((group) =>
			indices(count).filter((i) => i % (fewest + more) === group),
		),
	);
}

/** Groups of more than one and less than all that some level of the agglomeration has. */
function companies(levels: readonly Partition[]): (readonly number[])[] {
	const known = new Map<string, readonly number[]>();
	for (const group of levels.flat()) if (group.length > 1) known.set(group.join(), group);
	return [...known.values()];
}

/**
 * Every partition one step away: somebody moved, into another conversation or one of their own; two
 * exchanged; two conversations made one; or those who came together in the agglomeration taken
 * out of a conversation that they are a part of.
 */
function* neighbours(
	partition: Partition,
	together: readonly (readonly number[])[],
): Generator<Partition> {
	const replace = (old: readonly (readonly number[])[], next: readonly number[][]): Partition => [
		...partition.filter((group) => !old.includes(group)),
		...next.filter(({ length }) => length > 0),
	];
	for (const [i, from] of partition.entries()) {
		for (const to of partition.slice(i + 1)) yield replace([from, to], [joined(from, to)]);
		for (const moved of from) {
			const left = without(from, [moved]);
			if (left.length > 0) yield replace([from], [left, [moved]]);
			for (const [j, to] of partition.entries()) {
				if (i === j) continue;
				yield replace([from, to], [left, joined(to, [moved])]);
				if (i > j) continue;
				for (const taken of to) {
					const exchanged = [joined(left, [taken]), joined(without(to, [taken]), [moved])];
					yield replace([from, to], exchanged);
				}
			}
		}
		for (const some of together) {
			const left = without(from, some);
			if (left.length > 0 && left.length + some.length === from.length) {
				yield replace([from], [left, [...some]]);
			}
		}
	}
}

/**
 * A division with much evidence, for more speakers than all divisions can be tried of: from the best
 * levels of an agglomeration and even divisions it climbs, always to the best partition one step away,
 * until none is better. Nothing is left to chance.
 */
export function climbPartitions(
	count: number,
	evidence: GroupEvidence,
	limits: GroupLimits,
): Partition {
	const scoreOf = partitionScore(count, limits, evidence);
	const levels = agglomerate(count, evidence, limits);
	const allowed = levels.filter((level) => isAllowed(level, limits));
	// Where every level is allowed, dealing people out adds nothing; within limits it may be all there is.
	const even = allowed.length < levels.length ? evenDivisions(count, limits) : [];
	const starts = [...allowed, ...even]
		.map((partition) => ({ partition, score: scoreOf(partition) }))
		.sort((a, b) => b.score - a.score)
		.slice(0, climbs);
	const together = companies(levels);
	const ends = starts.map((start) => {
		let current = start;
		for (;;) {
			let best = current;
			for (const partition of neighbours(current.partition, together)) {
				// Too many speakers for the limits are more conversations than those allow, but no more than at first.
				const fits =
					isAllowed(partition, limits) ||
					(partition.length <= current.partition.length &&
						isAllowed(partition, { ...limits, mostConversations: null }));
				if (!fits) continue;
				const score = scoreOf(partition);
				if (score > best.score + leastGain) best = { partition, score };
			}
			if (best === current) return current;
			current = best;
		}
	});
	const best = ends.reduce((a, b) => (b.score > a.score ? b : a), present(ends[0], 'start'));
	return best.partition;
}
