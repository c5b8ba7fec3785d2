import { readFileSync } from 'node:fs';
import { array, number, object, parse, record, string } from 'valibot';
import { describe, expect, test } from 'vitest';
import { findConversations } from '../../src/lib/conversations/find-conversations.ts';
import { clusterByOverlap } from '../../src/lib/conversations/overlap-clustering.ts';
import { pairwiseF1 } from '../../src/lib/evaluation/clustering-f1.ts';
import { baselineParameters } from '../../src/lib/perception/segments/baseline-regions.ts';
import {
	baselineActivity,
	baselineSegments,
} from '../../src/lib/perception/segments/baseline-segments.ts';
import { calibratedActivity } from '../../src/lib/perception/segments/calibrated-activity.ts';
import { simulateSession } from '../fixtures/simulated-talk.ts';
import type { SimulatedSession } from '../fixtures/simulated-talk.ts';
import { hasShared, sharedPath } from '../shared.ts';

/** Seeds below 1000 were not looked at when the model's numbers were chosen. */
const firstSeed = 1;

function baselineOf(session: SimulatedSession): ReadonlyMap<string, number> {
	const segments = [...session.scores].map(([speakerId, scores]) => {
		const track = { trackId: 'track_00', startSeconds: 0, activity: { frameStart: 0, scores } };
		return [speakerId, baselineSegments(speakerId, [track], baselineParameters)] as const;
	});
	return clusterByOverlap(new Map(segments)).clusters;
}

interface Row {
	readonly minutes: number;
	readonly sessions: number;
	readonly confab: number;
	readonly baseline: number;
	/** Fraction of sessions of four and more speakers that are wholly right, and the mean confidence in them. */
	readonly right: number;
	readonly confidence: number;
}

function measure(minutes: number, sessions: number): Row {
	const sums = { confab: 0, baseline: 0, right: 0, confidence: 0, undecided: 0 };
	for (let seed = firstSeed; seed < firstSeed + sessions; seed += 1) {
		const session = simulateSession({ seed, seconds: 60 * minutes });
		const found = findConversations(session.activities);
		const f1 = pairwiseF1(session.truth, found.clusters);
		sums.confab += f1;
		sums.baseline += pairwiseF1(session.truth, baselineOf(session));
		if (session.truth.size < 4) continue;
		sums.undecided += 1;
		sums.confidence += found.confidence ?? 0;
		if (f1 === 1) sums.right += 1;
	}
	return {
		minutes,
		sessions,
		confab: sums.confab / sessions,
		baseline: sums.baseline / sessions,
		right: sums.right / sums.undecided,
		confidence: sums.confidence / sums.undecided,
	};
}

describe('conversations in simulated sessions of 2 to 8 speakers', () => {
	test('mean pairwise F1 against the baseline', { timeout: 300_000 }, () => {
		const rows = [measure(1, 100), measure(2, 100), measure(6, 200)];
		const line = (row: Row): string =>
			[
				`${row.minutes} min, ${row.sessions} sessions:`,
				`confab ${row.confab.toFixed(3)}, baseline ${row.baseline.toFixed(3)};`,
				`4+ speakers wholly right ${row.right.toFixed(2)}, confidence ${row.confidence.toFixed(2)}`,
			].join(' ');
		console.log(rows.map(line).join('\n'));
		const [one, two, six] = rows;
		expect(six?.confab).toBeGreaterThanOrEqual(0.95);
		expect(six?.confab).toBeGreaterThan(six?.baseline ?? 1);
		expect(two?.confab).toBeGreaterThan(two?.baseline ?? 1);
		expect(one?.confab).toBeGreaterThan(one?.baseline ?? 1);
	});
});

const golden = object({ runs: array(object({ tenths: record(string(), array(number())) })) });

function readJson(path: string | URL): unknown {
	return JSON.parse(readFileSync(path, 'utf8'));
}

describe.skipIf(!hasShared)('conversations from the scores of real faces', () => {
	test.each(['grid-party-4', 'grid-onevoice-4'])('%s', (name) => {
		const labels = readJson(sharedPath(`sessions/${name}/labels/speaker_to_cluster.json`));
		const truth = new Map(Object.entries(parse(record(string(), number()), labels)));
		const { runs } = parse(
			golden,
			readJson(new URL(`../golden/light-asd/${name}.json`, import.meta.url)),
		);
		expect(runs.length).toBeGreaterThan(0);
		for (const { tenths } of runs) {
			const speakers = Object.entries(tenths).map(([speakerId, scores]) => {
				const activity = {
					frameStart: 0,
					scores: Float32Array.from(scores, (score) => score / 10),
				};
				return { speakerId, tracks: [{ trackId: 'track_00', startSeconds: 0, activity }] };
			});
			const uem = { startSeconds: 2, endSeconds: 59 };
			const uems = new Map(speakers.map(({ speakerId }) => [speakerId, uem]));
			const plain = speakers.map((one) => baselineActivity(one.speakerId, one.tracks));
			for (const activities of [calibratedActivity(speakers), plain]) {
				const found = findConversations(activities, uems);
				expect(pairwiseF1(truth, found.clusters)).toBe(1);
				expect(found.confidence).toBeGreaterThan(0.7);
			}
		}
	});
});
