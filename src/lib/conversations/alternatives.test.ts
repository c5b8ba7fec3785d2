import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulateSession } from '../../../tests/fixtures/simulated-talk.ts';
import type { SpeechActivity } from '../domain/activity.ts';
import { mcorecLimits } from '../domain/group-limits.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { groupingLike, rankGroupings, weighAlternatives } from './alternatives.ts';
import type { Alternatives } from './alternatives.ts';
import { findConversations } from './find-conversations.ts';
import { bestPartition } from './partition-search.ts';

function speakersOf(activities: readonly SpeechActivity[], uem: TimeRange | null = null) {
	return activities.map((activity) => ({ speakerId: activity.speakerId, activity, uem }));
}

function weigh(...parts: Parameters<typeof speakersOf>): Alternatives | null {
	const steps = weighAlternatives(speakersOf(...parts), mcorecLimits);
	for (;;) {
		const step = steps.next();
		if (step.done) return step.value;
	}
}

/** The stored ratio is of averages; with how many ways there are of each kind it becomes odds. */
function posteriorOf(ratio: number, same: number, apart: number): number {
	return 1 / (1 + (apart / same) * Math.exp(-ratio));
}

describe('what else could be', () => {
	test.each([1, 2, 3, 4, 5, 6])('agrees with the search on simulated session %i', (seed) => {
		const { activities } = simulateSession({ seed, seconds: 50 });
		const uem = { startSeconds: 1, endSeconds: 45 };
		const uems = new Map(activities.map(({ speakerId }) => [speakerId, uem]));
		const found = findConversations(activities, mcorecLimits, uems);
		const weighed = weigh(activities, uem);
		if (!weighed) throw new Error('not all ways were tried');
		const [first] = weighed.ranked;
		expect(first?.clusters).toEqual(found.clusters);
		expect(first?.behind).toBe(0);
		expect(first?.posterior).toBeCloseTo(found.confidence ?? NaN, 10);
		expect(weighed.ranked.reduce((sum, { posterior }) => sum + posterior, 0)).toBeCloseTo(1, 10);
		expect(weighed.pairs.map(({ a, b }) => [a, b])).toEqual(
			found.evidence.map(({ a, b }) => [a, b]),
		);
		for (const [i, pair] of weighed.pairs.entries()) {
			const same = weighed.ranked.filter(
				({ clusters }) => clusters.get(pair.a) === clusters.get(pair.b),
			).length;
			const apart = weighed.ranked.length - same;
			const ratio = found.evidence[i]?.logLikelihoodRatio ?? NaN;
			if (same > 0 && apart > 0) {
				expect(pair.together).toBeCloseTo(posteriorOf(ratio, same, apart), 8);
			} else expect([pair.together, pair.contrary]).toEqual([1, null]);
		}
	});

	const pairwise = (strengths: readonly number[]) => (members: readonly number[]) =>
		members.reduce(
			(sum, a, i) =>
				sum + members.slice(i + 1).reduce((own, b) => own + (strengths[8 * a + b] ?? 0), 0),
			0,
		);

	test('the first is what the search takes, for any evidence', () => {
		const strengths = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 64, maxLength: 64 });
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 7 }), strengths, (count, values) => {
				const speakers = Array.from({ length: count }, (_, i) => `spk_${i}`);
				const evidence = pairwise(values);
				const { ranked, elsewhere } = rankGroupings(speakers, evidence, mcorecLimits);
				const choice = bestPartition(count, evidence, mcorecLimits);
				const clusters = ranked[0]?.clusters;
				for (const group of choice.partition) {
					expect(new Set(group.map((i) => clusters?.get(`spk_${i}`))).size).toBe(1);
				}
				expect(ranked[0]?.posterior).toBeCloseTo(choice.confidence ?? NaN, 10);
				const behind = ranked.map((grouping) => grouping.behind);
				expect(behind).toEqual([...behind].sort((a, b) => a - b));
				for (const other of elsewhere.values()) {
					expect(other === null).toBe(ranked.length === 1);
				}
			}),
			{ numRuns: 60 },
		);
	});

	test('who would sooner talk with whom', () => {
		// a and b belong together, c and d less surely so, and c a little to a.
		const strengths = new Array<number>(64).fill(-2);
		[strengths[1], strengths[8 * 2 + 3], strengths[2]] = [5, 1, 0.5];
		const speakers = ['a', 'b', 'c', 'd'];
		const weighed = rankGroupings(speakers, pairwise(strengths), mcorecLimits);
		expect([...(weighed.ranked[0]?.clusters ?? [])]).toEqual([
			['a', 0],
			['b', 0],
			['c', 1],
			['d', 1],
		]);
		// All four: 5 + 1 + 0.5 - 2 * 3 against 6.
		expect(weighed.ranked[1]?.behind).toBeCloseTo(5.5, 12);
		expect(weighed.elsewhere.get('c')).toBe(weighed.ranked[1]);
		const ab = weighed.pairs[0];
		expect(ab?.contrary?.clusters.get('b')).not.toBe(ab?.contrary?.clusters.get('a'));
		expect(ab?.together).toBeGreaterThan(0.99);
	});

	test('a way is found again under other numbers, and one that is not allowed is not', () => {
		const weighed = rankGroupings(['a', 'b', 'c', 'd'], pairwise([]), mcorecLimits);
		const wanted = new Map([
			['a', 7],
			['b', 3],
			['c', 7],
			['d', 3],
		]);
		expect([...(groupingLike(weighed, wanted)?.clusters.values() ?? [])]).toEqual([0, 1, 0, 1]);
		expect(groupingLike(weighed, new Map([...wanted, ['d', 4]]))).toBeNull();
		expect(groupingLike(weighed, new Map([...wanted].slice(1)))).toBeNull();
	});

	test('more than eight speakers are too many to try all', () => {
		const probabilities = new Float32Array(50).fill(0.5);
		const activities = Array.from({ length: 9 }, (_, i) => ({
			speakerId: `spk_${i}`,
			frameStart: 0,
			probabilities,
		}));
		expect(weigh(activities)).toBeNull();
	});

	test('eight people for six minutes are weighed in short steps', () => {
		let session = simulateSession({ seed: 1, seconds: 360 });
		for (let seed = 2; session.activities.length < 8; seed += 1) {
			session = simulateSession({ seed, seconds: 360 });
		}
		const steps = weighAlternatives(speakersOf(session.activities), mcorecLimits);
		const parts: number[] = [];
		for (let step = steps.next(); !step.done; step = steps.next()) parts.push(step.value);
		expect(parts.length).toBe(8 + 28 + 56 + 70);
		expect(parts.at(-1)).toBe(1);
	});
});
