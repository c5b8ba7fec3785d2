import type { StageId } from '../domain/job.ts';
import { stageIds } from '../domain/job.ts';
import type { RunReport } from '../domain/result.ts';
import type { StageProgress } from './stage-progress.ts';
import { computedFraction, stageFraction } from './stage-progress.ts';

/** How much of a run's time each stage takes, relative to the others. */
export type StageWeights = Readonly<Record<StageId, number>>;

/**
 * Where a run's time goes before one was seen on this machine: nearly all of it is the speaker
 * detector, then the lips and the recogniser. Measured runs replace these numbers.
 */
export const firstWeights: StageWeights = {
	decode: 4,
	activity: 56,
	segments: 1,
	lips: 24,
	recognition: 13,
	conversations: 1,
	scores: 1,
};

/** Nothing is promised before this much of the run was seen, in seconds and as a part of the whole. */
const leastSeconds = 2;
const leastFraction = 0.02;
/** A stage's own speed counts once this part of it was worked for. */
const leastStageFraction = 0.05;

/** How far a run is, 0 to 1, each stage counted by its weight. */
export function overallFraction(
	stages: readonly StageProgress[],
	speakerCount: number,
	weights: StageWeights,
): number {
	let done = 0;
	let total = 0;
	for (const stage of stages) {
		done += weights[stage.id] * stageFraction(stage, speakerCount);
		total += weights[stage.id];
	}
	return total > 0 ? done / total : 0;
}

/**
 * Seconds until the run is done, or null while too little was seen to say. A stage that is under way
 * is judged by its own speed; one that has not begun by its weight and the speed of the others. What
 * came from the store says nothing about speed and is left out.
 */
export function secondsLeft(
	stages: readonly StageProgress[],
	speakerCount: number,
	weights: StageWeights,
	startedAtSeconds: number,
	nowSeconds: number,
): number | null {
	const wallSeconds = nowSeconds - startedAtSeconds;
	let spentSeconds = 0;
	let workedWeight = 0;
	let totalWeight = 0;
	for (const stage of stages) {
		totalWeight += weights[stage.id];
		if (stage.fromStore || stage.startedAtSeconds === null) continue;
		spentSeconds += elapsedOf(stage, nowSeconds);
		workedWeight += weights[stage.id] * computedFraction(stage, speakerCount);
	}
	if (wallSeconds < leastSeconds || workedWeight < leastFraction * totalWeight) return null;

	const secondsPerWeight = spentSeconds / workedWeight;
	let remaining = 0;
	for (const stage of stages) {
		const left = 1 - stageFraction(stage, speakerCount);
		const worked = computedFraction(stage, speakerCount);
		remaining +=
			stage.status === 'running' && worked >= leastStageFraction
				? (left * elapsedOf(stage, nowSeconds)) / worked
				: left * weights[stage.id] * secondsPerWeight;
	}
	// Stages that run side by side share the wall clock.
	const sideBySide = spentSeconds > 0 ? Math.min(1, wallSeconds / spentSeconds) : 1;
	return remaining * sideBySide;
}

function elapsedOf(stage: StageProgress, nowSeconds: number): number {
	if (stage.seconds !== null) return stage.seconds;
	return stage.startedAtSeconds === null ? 0 : nowSeconds - stage.startedAtSeconds;
}

/**
 * The weights after a run on this machine: its stages' seconds, on the scale of the weights so far, so
 * that stages which came from the store keep theirs.
 */
export function learnWeights(weights: StageWeights, report: RunReport): StageWeights {
	const measured = stageIds.filter(
		(id) => !report.fromStore.includes(id) && (report.stages[id] ?? 0) > 0,
	);
	const seconds = measured.reduce((sum, id) => sum + (report.stages[id] ?? 0), 0);
	const weight = measured.reduce((sum, id) => sum + weights[id], 0);
	// A second or so of work is reading and writing, not speed.
	if (seconds < leastSeconds || weight === 0) return weights;
	const learned = { ...weights };
	for (const id of measured) learned[id] = ((report.stages[id] ?? 0) * weight) / seconds;
	return learned;
}
