import type { ActivityScores } from '../../domain/activity.ts';
import { frameRateHz } from '../../domain/session.ts';

/** Parameters of the MCoRec baseline for the central camera (`segment_by_asd`). Scores are logits. */
export interface BaselineParameters {
	/** Speech begins at a score above this. */
	readonly onset: number;
	/** Speech ends at a score below this. */
	readonly offset: number;
	/** Regions with less active time than this are dropped. */
	readonly minSpeechSeconds: number;
	/** Pauses up to this length are closed. */
	readonly minPauseSeconds: number;
	/** Regions with more active time than this are cut into equal parts. */
	readonly maxSeconds: number;
	/** Parts of a cut region with less active time than this are dropped. */
	readonly minPartSeconds: number;
}

/**
 * As the baseline in fact runs. It means to close pauses of 0.5 s; a slip in a key makes that the
 * minimum length of speech, 1.0 s, wherever the caller does not set it, and no caller does. Its
 * recogniser passes `maxSeconds` 15, its clustering leaves it at 10.
 */
export const baselineParameters: BaselineParameters = {
	onset: 1.0,
	offset: 0.8,
	minSpeechSeconds: 1.0,
	minPauseSeconds: 1.0,
	maxSeconds: 10,
	minPartSeconds: 1.0,
};

/** A stretch of speech, in frame numbers of the central video. */
export interface BaselineRegion {
	readonly firstFrame: number;
	/** The last frame that belongs to it. */
	readonly lastFrame: number;
	/** Frames of speech in it: pauses that were closed do not count. */
	readonly activeFrames: readonly number[];
}

/**
 * Speech regions exactly as the baseline finds them, with its peculiarities: lengths count active
 * frames and not the time they span, closed pauses do not belong to a region, frames without a
 * score (NaN) are as if time had skipped them.
 */
export function baselineRegions(
	{ frameStart, scores }: ActivityScores,
	parameters: BaselineParameters = baselineParameters,
): BaselineRegion[] {
	const frames = (seconds: number): number => Math.trunc(seconds * frameRateHz);
	const regions = mergePauses(
		activeRuns(scores, parameters),
		frames(parameters.minPauseSeconds),
	).filter((region) => region.length >= frames(parameters.minSpeechSeconds));
	return regions
		.flatMap((region) =>
			cut(region, frames(parameters.maxSeconds), frames(parameters.minPartSeconds)),
		)
		.map((region) => {
			const activeFrames = region.map((index) => index + frameStart);
			return {
				firstFrame: activeFrames[0]!,
				lastFrame: activeFrames[activeFrames.length - 1]!,
				activeFrames,
			};
		});
}

/** Runs of active frames: on above the onset, off below the offset. */
function activeRuns(scores: Float32Array, { onset, offset }: BaselineParameters): number[][] {
	// The thresholds are compared with scores of single precision, rounded to tenths: 0.8 is 0.8.
	const on = Math.fround(onset);
	const off = Math.fround(offset);
	const runs: number[][] = [];
	let run: number[] | null = null;
	scores.forEach((score, index) => {
		if (Number.isNaN(score)) return;
		if (run && score < off) run = null;
		else if (run) run.push(index);
		else if (score > on) runs.push((run = [index]));
	});
	return runs;
}

function mergePauses(runs: readonly number[][], maxPauseFrames: number): number[][] {
	const merged: number[][] = [];
	for (const run of runs) {
		const previous = merged[merged.length - 1];
		if (previous && run[0]! - previous[previous.length - 1]! - 1 <= maxPauseFrames) {
			previous.push(...run);
		} else merged.push([...run]);
	}
	return merged;
}

function cut(region: number[], maxFrames: number, minFrames: number): number[][] {
	if (region.length <= maxFrames) return [region];
	const size = Math.ceil(region.length / Math.ceil(region.length / maxFrames));
	const parts: number[][] = [];
	for (let start = 0; start < region.length; start += size) {
		parts.push(region.slice(start, start + size));
	}
	return parts.filter((part) => part.length >= minFrames);
}
