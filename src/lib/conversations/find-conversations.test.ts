import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { number, parse, record, string } from 'valibot';
import { describe, expect, test } from 'vitest';
import { Random, simulateSession } from '../../../tests/fixtures/simulated-talk.ts';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import type { SpeechActivity } from '../domain/activity.ts';
import { mcorecLimits, openLimits } from '../domain/group-limits.ts';
import { pairwiseF1 } from '../evaluation/clustering-f1.ts';
import { findConversations } from './find-conversations.ts';
import { bestPartition } from './partition-search.ts';
import { allowedPartitions } from './partitions.ts';

function activity(speakerId: string, probabilities: Float32Array, frameStart = 0): SpeechActivity {
	return { speakerId, frameStart, probabilities };
}

/** What a fair detector makes of a transcript: right nine times of ten, wrong for half a second at a time. */
function fromTranscript(
	path: string,
	speakerId: string,
	seconds: number,
	seed: number,
): SpeechActivity {
	const random = new Random(seed);
	const scores = new Float32Array(seconds * 25).fill(-2);
	const time = /(\d+):(\d+)\.(\d+) --> \d+:(\d+):(\d+)\.(\d+)/gu;
	for (const match of readFileSync(path, 'utf8').matchAll(time)) {
		const [, minutes = 0, from = 0, fraction = 0, endMinutes = 0, to = 0, endFraction = 0] =
			match.map(Number);
		const start = 60 * minutes + from + fraction / 1000;
		const end = 60 * endMinutes + to + endFraction / 1000;
		scores.fill(2, Math.round(25 * start), Math.round(25 * end));
	}
	let noise = 0;
	const probabilities = scores.map((score) => {
		noise = 0.92 * noise + random.normal(0, 0.6);
		return 1 / (1 + Math.exp(-(score + noise)));
	});
	return activity(speakerId, probabilities);
}

describe('conversations from turn-taking', () => {
	test.skipIf(!hasShared).each(['grid-party-4', 'grid-onevoice-4'])(
		'%s, from its transcripts and a noisy detector',
		(name) => {
			const folder = sharedPath(`sessions/${name}/labels`);
			const labels: unknown = JSON.parse(readFileSync(`${folder}/speaker_to_cluster.json`, 'utf8'));
			const truth = new Map(Object.entries(parse(record(string(), number()), labels)));
			const uems = new Map(
				[...truth.keys()].map((id) => [id, { startSeconds: 2, endSeconds: 59 }]),
			);
			for (let seed = 1; seed <= 5; seed += 1) {
				const activities = [...truth.keys()].map((id, i) =>
					fromTranscript(`${folder}/${id}.vtt`, id, 60, 10 * seed + i),
				);
				const { clusters } = findConversations(activities, mcorecLimits, uems);
				expect(pairwiseF1(truth, clusters), `seed ${seed}`).toBe(1);
			}
		},
	);

	const session = simulateSession({ seed: 42, seconds: 240, speakerCount: 6 });

	test('the same activities give the same answer, whatever their clock starts with', () => {
		const found = findConversations(session.activities, mcorecLimits);
		expect(pairwiseF1(session.truth, found.clusters)).toBe(1);
		const later = session.activities.map((one) => ({ ...one, frameStart: one.frameStart + 1000 }));
		expect(findConversations(later, mcorecLimits)).toEqual(found);
	});

	test('the order of speakers changes numbers only', () => {
		const found = findConversations(session.activities, mcorecLimits);
		const reversed = findConversations([...session.activities].reverse(), mcorecLimits);
		expect(pairwiseF1(found.clusters, reversed.clusters)).toBe(1);
		expect(reversed.confidence).toBeCloseTo(found.confidence ?? -1, 6);
		expect([...reversed.clusters.values()][0]).toBe(0);
		expect([...found.clusters.keys()]).toEqual([...session.truth.keys()]);
	});

	test('the evidence speaks for those who are together and against the others', () => {
		const { evidence, clusters, confidence } = findConversations(session.activities, mcorecLimits);
		expect(evidence).toHaveLength(15);
		expect(confidence).toBeGreaterThan(0.5);
		const mean = (values: readonly number[]): number =>
			values.reduce((sum, value) => sum + value, 0) / values.length;
		const together = evidence.filter(({ a, b }) => clusters.get(a) === clusters.get(b));
		const apart = evidence.filter(({ a, b }) => clusters.get(a) !== clusters.get(b));
		for (const pair of together) expect(pair.logLikelihoodRatio).toBeGreaterThan(0);
		for (const pair of apart) expect(pair.logLikelihoodRatio).toBeLessThan(0);
		expect(mean(together.map((pair) => pair.correlation))).toBeLessThan(
			mean(apart.map((pair) => pair.correlation)),
		);
		expect(mean(together.map((pair) => pair.overlapFraction))).toBeLessThan(
			mean(apart.map((pair) => pair.overlapFraction)),
		);
	});

	test('up to three speakers there is one possibility', () => {
		for (const count of [1, 2, 3]) {
			const found = findConversations(session.activities.slice(0, count), mcorecLimits);
			expect([...found.clusters.values()]).toEqual(new Array(count).fill(0));
			expect(found.confidence).toBe(1);
		}
	});

	test('somebody who is never seen is placed, with little confidence', () => {
		const pairs = simulateSession({ seed: 7, seconds: 300, speakerCount: 5 });
		const sure = findConversations(pairs.activities, mcorecLimits);
		const blind = pairs.activities.map((one, i) =>
			i === 2 ? activity(one.speakerId, one.probabilities.slice().fill(Number.NaN)) : one,
		);
		const found = findConversations(blind, mcorecLimits);
		expect(found.clusters.size).toBe(5);
		expect(found.confidence ?? 1).toBeLessThan(sure.confidence ?? 0);
		expect(Number.isFinite(found.confidence)).toBe(true);
		for (const pair of found.evidence) expect(Number.isFinite(pair.logLikelihoodRatio)).toBe(true);
	});

	test('somebody who never speaks does not disturb the others', () => {
		const four = simulateSession({ seed: 11, seconds: 360, speakerCount: 4 });
		const random = new Random(3);
		const silent = activity(
			'spk_9',
			Float32Array.from({ length: 9000 }, () => 0.05 + 0.05 * random.uniform()),
		);
		const found = findConversations([...four.activities, silent], mcorecLimits);
		const others = new Map([...four.truth.keys()].map((id) => [id, found.clusters.get(id) ?? -1]));
		expect(found.clusters.has('spk_9')).toBe(true);
		const sizes = new Set(four.truth.values()).size;
		if (sizes === 2) expect(pairwiseF1(four.truth, others)).toBe(1);
	});

	test('nothing at all is still an answer', () => {
		const nothing = ['a', 'b', 'c', 'd'].map((id) => activity(id, new Float32Array(0)));
		const found = findConversations(nothing, mcorecLimits);
		expect(found.clusters.size).toBe(4);
		expect(found.confidence).toBeLessThan(0.5);
	});

	test('what lies outside the evaluated part is not looked at', () => {
		const uems = new Map(
			session.activities.map((one) => [one.speakerId, { startSeconds: 30, endSeconds: 210 }]),
		);
		const disturbed = session.activities.map((one, i) =>
			activity(
				one.speakerId,
				one.probabilities.map((value, frame) =>
					frame < 750 || frame >= 5250 ? (i % 2) * 0.98 + 0.01 : value,
				),
			),
		);
		expect(findConversations(disturbed, mcorecLimits, uems)).toEqual(
			findConversations(session.activities, mcorecLimits, uems),
		);
	});

	test('activities of different lengths share one clock', () => {
		const cut = session.activities.map((one, i) =>
			activity(one.speakerId, one.probabilities.slice(100 * i, 6000 - 50 * i), 100 * i),
		);
		expect(pairwiseF1(session.truth, findConversations(cut, mcorecLimits).clusters)).toBe(1);
	});

	test('no speakers, or one twice, are a caller’s fault', () => {
		expect(() => findConversations([], mcorecLimits)).toThrow(TypeError);
		const twice = session.activities.slice(0, 1);
		expect(() => findConversations([...twice, ...twice], mcorecLimits)).toThrow(TypeError);
	});
});

describe('conversations of any recording', () => {
	test.each([1, 2, 3, 5, 9])('one meeting of %i is one conversation', (size) => {
		const { activities } = simulateSession({ seed: 1, seconds: 240, sizes: [size] });
		const found = findConversations(activities, openLimits);
		expect([...found.clusters.values()]).toEqual(new Array(size).fill(0));
		expect(found.evidence).toHaveLength((size * (size - 1)) / 2);
		expect(found.confidence === null).toBe(size > 8);
	});

	test.each([
		[2, 2],
		[4, 4],
		[3, 3, 3],
	])('conversations of %i and %i people are apart', (...sizes) => {
		const { activities, truth } = simulateSession({ seed: 2, seconds: 360, sizes });
		expect(pairwiseF1(truth, findConversations(activities, openLimits).clusters)).toBe(1);
	});

	test('somebody who is never heard is of the company', () => {
		const { activities } = simulateSession({ seed: 3, seconds: 240, sizes: [4] });
		const silent = activity('spk_9', new Float32Array(6000).fill(0.05));
		const { clusters } = findConversations([...activities, silent], openLimits);
		expect(new Set(clusters.values()).size).toBe(1);
	});

	test('somebody who talks through everything that is said is alone', () => {
		const { activities } = simulateSession({ seed: 3, seconds: 360, sizes: [4] });
		const random = new Random(9);
		const talks = new Float32Array(9000).fill(0.05);
		for (let at = 0; at < talks.length;) {
			const end = at + random.integer(50, 150);
			talks.fill(0.95, at, end);
			at = end + random.integer(12, 40);
		}
		const { clusters } = findConversations([...activities, activity('spk_9', talks)], openLimits);
		expect([...clusters.values()]).toEqual([0, 0, 0, 0, 1]);
	});
});

describe('allowed partitions', () => {
	test.each([
		[1, 1],
		[2, 1],
		[3, 1],
		[4, 4],
		[5, 10],
		[6, 40],
		[7, 140],
		[8, 630],
	])('%i speakers: %i', (count, expected) => {
		const partitions = allowedPartitions(count, mcorecLimits);
		expect(new Set(partitions.map((groups) => JSON.stringify(groups))).size).toBe(
			partitions.length,
		);
		expect(partitions).toHaveLength(expected);
		for (const groups of partitions) {
			expect(groups.flat().sort((a, b) => a - b)).toEqual(
				Array.from({ length: count }, (_, i) => i),
			);
			expect(groups.length).toBeLessThanOrEqual(4);
			for (const { length } of groups) {
				expect(length).toBeLessThanOrEqual(4);
				if (count > 1) expect(length).toBeGreaterThanOrEqual(2);
			}
		}
	});
});

describe('partition search', () => {
	/** Speakers divided at random into so many conversations, and evidence that is for exactly that. */
	function planted(
		count: number,
		seed: number,
	): { label: (speaker: number) => number; evidence: (members: readonly number[]) => number } {
		const order = new Random(seed).shuffle(Array.from({ length: count }, (_, i) => i));
		const groups = Math.max(Math.ceil(count / 4), Math.min(4, Math.floor(count / 3)));
		const label = (speaker: number): number => order.indexOf(speaker) % groups;
		const evidence = (members: readonly number[]): number => {
			let sum = 0;
			for (const a of members) {
				for (const b of members) if (a < b) sum += label(a) === label(b) ? 1 : -1;
			}
			return sum;
		};
		return { label, evidence };
	}

	test('up to eight speakers, the best division is found', () => {
		fc.assert(
			fc.property(fc.integer({ min: 4, max: 8 }), fc.integer(), (count, seed) => {
				const { label, evidence } = planted(count, seed);
				const choice = bestPartition(count, evidence, mcorecLimits);
				for (const group of choice.partition) expect(new Set(group.map(label)).size).toBe(1);
				expect(choice.confidence).not.toBeNull();
			}),
			{ numRuns: 40 },
		);
	});

	test('beyond, it is an allowed one that no move or exchange improves', () => {
		fc.assert(
			fc.property(fc.integer({ min: 9, max: 16 }), fc.integer(), (count, seed) => {
				const { evidence } = planted(count, seed);
				const { partition, confidence } = bestPartition(count, evidence, mcorecLimits);
				expect(confidence).toBeNull();
				expect(partition.flat().sort((a, b) => a - b)).toEqual(
					Array.from({ length: count }, (_, i) => i),
				);
				const score = (groups: readonly (readonly number[])[]): number =>
					groups.reduce((sum, group) => sum + evidence(group), 0);
				for (const [i, from] of partition.entries()) {
					expect(from.length).toBeGreaterThanOrEqual(2);
					expect(from.length).toBeLessThanOrEqual(4);
					for (const to of partition.slice(i + 1)) {
						for (const a of from) {
							for (const b of to) {
								const exchanged = [
									[...from.filter((x) => x !== a), b],
									[...to.filter((x) => x !== b), a],
								];
								expect(score(exchanged)).toBeLessThanOrEqual(score([from, to]) + 1e-9);
							}
						}
					}
				}
			}),
			{ numRuns: 30 },
		);
	});
});
