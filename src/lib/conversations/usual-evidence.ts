import type { PairEvidence } from '../domain/conversation.ts';

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

/**
 * What is usual in this session for two who talk with each other and for two who do not, leaving out the
 * pair that it is to be held against. Null where there is no other such pair.
 */
export function usualEvidence(
	evidence: readonly PairEvidence[],
	clusters: ReadonlyMap<string, number>,
	except: PairEvidence,
): { readonly together: UsualEvidence | null; readonly apart: UsualEvidence | null } {
	const others = evidence.filter(({ a, b }) => a !== except.a || b !== except.b);
	const isTogether = ({ a, b }: PairEvidence): boolean => {
		const number = clusters.get(a);
		return number !== undefined && number === clusters.get(b);
	};
	return {
		together: meanOf(others.filter(isTogether)),
		apart: meanOf(others.filter((pair) => !isTogether(pair))),
	};
}
