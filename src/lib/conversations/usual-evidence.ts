import type { PairEvidence } from '../domain/conversation.ts';
import { medianOf } from './floor-gaps.ts';

/** Means over pairs. */
export interface UsualEvidence {
	readonly overlapFraction: number;
	readonly turnsPerMinute: number;
	readonly correlation: number;
}

function meanOf(pairs: readonly PairEvidence[]): UsualEvidence | null {
	if (pairs.length === 0) return null;
	const mean = (of: (pair: PairEvidence) => number): number =>
		pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
	return {
		overlapFraction: mean((pair) => pair.overlapFraction),
		turnsPerMinute: mean((pair) => pair.turnsPerMinute),
		correlation: mean((pair) => pair.correlation),
	};
}

/** Something of two who talk with each other, and the same of two who do not. */
export interface Usual<T> {
	readonly together: T;
	readonly apart: T;
}

/** The other pairs, by whether they are in one conversation. */
function otherPairs(
	evidence: readonly PairEvidence[],
	clusters: ReadonlyMap<string, number>,
	except: PairEvidence,
): Usual<readonly PairEvidence[]> {
	const others = evidence.filter(({ a, b }) => a !== except.a || b !== except.b);
	const isTogether = ({ a, b }: PairEvidence): boolean => {
		const number = clusters.get(a);
		return number !== undefined && number === clusters.get(b);
	};
	return {
		together: others.filter(isTogether),
		apart: others.filter((pair) => !isTogether(pair)),
	};
}

/**
 * What is usual in this session for two who talk with each other and for two who do not, leaving out the
 * pair that it is to be held against. Null where there is no other such pair.
 */
export function usualEvidence(
	evidence: readonly PairEvidence[],
	clusters: ReadonlyMap<string, number>,
	except: PairEvidence,
): Usual<UsualEvidence | null> {
	const { together, apart } = otherPairs(evidence, clusters, except);
	return { together: meanOf(together), apart: meanOf(apart) };
}

/**
 * The same of the gaps at their floor changes: the median over all of them, in seconds. Null where no
 * other such pair has any.
 */
export function usualGap(
	evidence: readonly PairEvidence[],
	clusters: ReadonlyMap<string, number>,
	except: PairEvidence,
	gapsOf: (pair: PairEvidence) => readonly number[],
): Usual<number | null> {
	const { together, apart } = otherPairs(evidence, clusters, except);
	return { together: medianOf(together.flatMap(gapsOf)), apart: medianOf(apart.flatMap(gapsOf)) };
}
