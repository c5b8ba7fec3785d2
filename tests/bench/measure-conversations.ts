import { findConversations } from '../../src/lib/conversations/find-conversations.ts';
import { clusterByOverlap } from '../../src/lib/conversations/overlap-clustering.ts';
import { mcorecLimits, openLimits } from '../../src/lib/domain/group-limits.ts';
import { pairwiseF1 } from '../../src/lib/evaluation/clustering-f1.ts';
import { baselineParameters } from '../../src/lib/perception/segments/baseline-regions.ts';
import { baselineSegments } from '../../src/lib/perception/segments/baseline-segments.ts';
import { simulateSession } from '../fixtures/simulated-talk.ts';
import type { SimulatedSession } from '../fixtures/simulated-talk.ts';

/** Seeds below 1000 were not looked at when the model's numbers were chosen. */
const firstSeed = 1;

function baselineOf(session: SimulatedSession): ReadonlyMap<string, number> {
	const segments = [...session.scores].map(([speakerId, scores]) => {
		const track = { trackId: 'track_00', startSeconds: 0, activity: { frameStart: 0, scores } };
		return [speakerId, baselineSegments(speakerId, [track], baselineParameters)] as const;
	});
	return clusterByOverlap(new Map(segments)).clusters;
}

/** How many sessions of which length are measured. */
export interface SimulatedLength {
	readonly minutes: number;
	readonly sessions: number;
}

/** Half as many of the shorter ones: only the longest have a figure to reach. */
export const measuredLengths: readonly SimulatedLength[] = [
	{ minutes: 1, sessions: 100 },
	{ minutes: 2, sessions: 100 },
	{ minutes: 6, sessions: 200 },
];

/** How well conversations are found: mean pairwise F1 of both methods. */
interface FoundConversations {
	readonly confab: number;
	readonly baseline: number;
	/** Fraction of sessions of four and more speakers that are wholly right, and the mean confidence in them. */
	readonly right: number;
	readonly confidence: number;
}

/** Finds the conversations of simulated sessions of 2 to 8 speakers by both methods. */
export function measureConversations({ minutes, sessions }: SimulatedLength): FoundConversations {
	const sums = { confab: 0, baseline: 0, right: 0, confidence: 0, undecided: 0 };
	for (let seed = firstSeed; seed < firstSeed + sessions; seed += 1) {
		const session = simulateSession({ seed, seconds: 60 * minutes });
		const found = findConversations(session.activities, mcorecLimits);
		const f1 = pairwiseF1(session.truth, found.clusters);
		sums.confab += f1;
		sums.baseline += pairwiseF1(session.truth, baselineOf(session));
		if (session.truth.size < 4) continue;
		sums.undecided += 1;
		sums.confidence += found.confidence ?? 0;
		if (f1 === 1) sums.right += 1;
	}
	return {
		confab: sums.confab / sessions,
		baseline: sums.baseline / sessions,
		right: sums.right / sums.undecided,
		confidence: sums.confidence / sums.undecided,
	};
}

/** How recordings of one make-up are divided when nothing is known beforehand. */
interface OpenMeasure {
	/** Fraction of sessions in which everything is right. */
	readonly right: number;
	/** Fraction in which the number of conversations is right. */
	readonly counted: number;
	/** Mean pairwise F1. */
	readonly f1: number;
}

/** Finds conversations of these sizes in simulated sessions of any recording. */
export function measureOpen(
	sizes: readonly number[],
	{ minutes, sessions }: SimulatedLength,
): OpenMeasure {
	const sums = { right: 0, counted: 0, f1: 0 };
	for (let seed = firstSeed; seed < firstSeed + sessions; seed += 1) {
		const { activities, truth } = simulateSession({ seed, seconds: 60 * minutes, sizes });
		const { clusters } = findConversations(activities, openLimits);
		const f1 = pairwiseF1(truth, clusters);
		const counted = new Set(clusters.values()).size === sizes.length;
		sums.f1 += f1;
		if (counted) sums.counted += 1;
		if (counted && f1 === 1) sums.right += 1;
	}
	return {
		right: sums.right / sessions,
		counted: sums.counted / sessions,
		f1: sums.f1 / sessions,
	};
}
