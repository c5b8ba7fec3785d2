import { expect, test } from 'vitest';
import type { PairEvidence } from '../domain/conversation.ts';
import { usualEvidence, usualGap } from './usual-evidence.ts';

function pair(a: string, b: string, value: number): PairEvidence {
	return {
		a,
		b,
		logLikelihoodRatio: 0,
		overlapFraction: value,
		turnsPerMinute: 10 * value,
		correlation: -value,
	};
}

const ab = pair('a', 'b', 0.1);
const evidence = [ab, pair('a', 'c', 0.3), pair('b', 'c', 0.5), pair('c', 'd', 0.2)];
const clusters = new Map([
	['a', 0],
	['b', 0],
	['c', 1],
	['d', 1],
]);

test('means over the other pairs of each kind', () => {
	expect(usualEvidence(evidence, clusters, ab)).toEqual({
		together: { overlapFraction: 0.2, turnsPerMinute: 2, correlation: -0.2 },
		apart: { overlapFraction: 0.4, turnsPerMinute: 4, correlation: -0.4 },
	});
});

test('nothing is usual where there is no other pair', () => {
	const two = new Map([
		['a', 0],
		['b', 0],
	]);
	expect(usualEvidence([ab], two, ab)).toEqual({ together: null, apart: null });
});

test('speakers without a conversation talk with nobody', () => {
	const { together, apart } = usualEvidence(evidence, new Map(), ab);
	expect(together).toBeNull();
	expect(apart?.overlapFraction).toBeCloseTo(1 / 3, 12);
});

test('the usual gap is the median over all floor changes of the other pairs of each kind', () => {
	const gaps = new Map([
		['ab', [9]],
		['ac', [0.4, -0.5]],
		['bc', [1.5]],
		['cd', [0.25, 0.75]],
	]);
	const gapsOf = ({ a, b }: PairEvidence) => gaps.get(a + b) ?? [];
	expect(usualGap(evidence, clusters, ab, gapsOf)).toEqual({ together: 0.5, apart: 0.4 });
	expect(usualGap(evidence, clusters, ab, () => [])).toEqual({ together: null, apart: null });
});
