import type { RunReport } from '../domain/result.ts';
import { byStage, stageIds, type StageId } from '../pipeline/stages/list.ts';
import type { StageProgress } from './stage-progress.ts';
import { computedFraction, stageFraction } from './stage-progress.ts';

/** How much of a run's time each stage takes, relative to the others. */
export type StageWeights = Readonly<Record<StageId, number>>;

/**
 * Where a run's time goes before one was seen on this machine: nearly all of it is the speaker
 * detector, then the lips and the recogniser. Measured runs replace these numbers.
 */
export const firstWeights: StageWeights = byStage(({ firstWeight }) => firstWeight);

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
	let doneSeconds = 0;
	let runningSeconds = 0;
	let workedWeight = 0;
	let totalWeight = 0;
	for (const stage of stages) {
		totalWeight += weights[stage.id];
		if (stage.fromStore || stage.startedAtSeconds === null) continue;
		workedWeight += weights[stage.id] * computedFraction(stage, speakerCount);
		// Stages that are under way together share the wall clock.
		if (stage.seconds === null) {
			runningSeconds = Math.max(runningSeconds, nowSeconds - stage.startedAtSeconds);
		} else {
			doneSeconds += stage.seconds;
		}
	}
	const seen = workedWeight >= leastFraction * totalWeight;
	if (!seen || nowSeconds - startedAtSeconds < leastSeconds) return null;

	const secondsPerWeight = (doneSeconds + runningSeconds) / workedWeight;
	let together = 0;
	let afterwards = 0;
	for (const stage of stages) {
		const left = 1 - stageFraction(stage, speakerCount);
		const worked = computedFraction(stage, speakerCount);
		if (stage.startedAtSeconds !== null && worked >= leastStageFraction) {
			const elapsed = nowSeconds - stage.startedAtSeconds;
			together = Math.max(together, (left * elapsed) / worked);
		} else {
			afterwards += left * weights[stage.id] * secondsPerWeight;
		}
	}
	return together + afterwards;
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
