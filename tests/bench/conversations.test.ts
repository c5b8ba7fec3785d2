import { readFileSync } from 'node:fs';
import { array, number, object, parse, record, string } from 'valibot';
import { describe, expect, test } from 'vitest';
import { findConversations } from '../../src/lib/conversations/find-conversations.ts';
import { mcorecLimits } from '../../src/lib/domain/group-limits.ts';
import { pairwiseF1 } from '../../src/lib/evaluation/clustering-f1.ts';
import { baselineActivity } from '../../src/lib/perception/segments/baseline-segments.ts';
import { calibratedActivity } from '../../src/lib/perception/segments/calibrated-activity.ts';
import { hasShared, sharedPath } from '../shared.ts';
import { measuredLengths, measureConversations, measureOpen } from './measure-conversations.ts';

describe('conversations in simulated sessions of 2 to 8 speakers', () => {
	test('mean pairwise F1 against the baseline', { timeout: 300_000 }, () => {
		const [one, two, six] = measuredLengths.map(measureConversations);
		expect(six?.confab).toBeGreaterThanOrEqual(0.95);
		expect(six?.confab).toBeGreaterThan(six?.baseline ?? 1);
		expect(two?.confab).toBeGreaterThan(two?.baseline ?? 1);
		expect(one?.confab).toBeGreaterThan(one?.baseline ?? 1);
	});
});

describe('conversations in simulated recordings of any make-up', () => {
	const length = { minutes: 4, sessions: 20 };

	test('one meeting of two to ten is one conversation', { timeout: 300_000 }, () => {
		const measured = [2, 3, 5, 7, 10].map((size) => measureOpen([size], length).right);
		expect(
			measured.reduce((sum, right) => sum + right, 0) / measured.length,
		).toBeGreaterThanOrEqual(0.95);
		expect(Math.min(...measured)).toBeGreaterThanOrEqual(0.9);
	});

	test.each([
		[[2, 2], 0.9],
		[[3, 3], 0.85],
		[[5, 3], 0.75],
	])('%j are apart', { timeout: 300_000 }, (sizes, least) => {
		expect(measureOpen(sizes, length).f1).toBeGreaterThanOrEqual(least);
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
				const found = findConversations(activities, mcorecLimits, uems);
				expect(pairwiseF1(truth, found.clusters)).toBe(1);
				expect(found.confidence).toBeGreaterThan(0.7);
			}
		}
	});
});
