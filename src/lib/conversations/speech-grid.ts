import type { SpeechActivity } from '../domain/activity.ts';
import { frameRateHz } from '../domain/session.ts';
import type { TimeRange } from '../domain/time-range.ts';

/** Frames that make one step of the grid: 0.4 s, below the length of a turn. */
const framesPerStep = 10;

/** Steps per second. */
export const stepRateHz = frameRateHz / framesPerStep;

/** Probabilities this close to 0 and 1 say no more than that. */
const certainty = 0.998;

/** One speaker's activity on the session's common clock. */
export interface SpeechGrid {
	readonly speakerId: string;
	/** Mean log odds of speech per step, bounded; NaN where fewer than half of the frames are known. */
	readonly logOdds: Float64Array;
}

function logOdds(probability: number): number {
	const bounded = Math.min(certainty, Math.max(1 - certainty, probability));
	return Math.log(bounded / (1 - bounded));
}

function stepMean(activity: SpeechActivity, firstFrame: number, lastFrame: number): number {
	let sum = 0;
	let known = 0;
	for (let frame = firstFrame; frame < firstFrame + framesPerStep; frame += 1) {
		const probability = activity.probabilities[frame - activity.frameStart];
		if (probability === undefined || Number.isNaN(probability) || frame >= lastFrame) continue;
		sum += logOdds(probability);
		known += 1;
	}
	return 2 * known >= framesPerStep ? sum / known : Number.NaN;
}

/**
 * All activities on one clock. What lies outside a speaker's evaluated part counts as unknown.
 * @param uems evaluated part by speaker; a speaker without one is used whole.
 */
export function alignActivities(
	activities: readonly SpeechActivity[],
	uems: ReadonlyMap<string, TimeRange>,
): SpeechGrid[] {
	const bounds = activities.map((activity) => {
		const uem = uems.get(activity.speakerId);
		const end = activity.frameStart + activity.probabilities.length;
		return {
			first: Math.max(
				activity.frameStart,
				Math.ceil((uem?.startSeconds ?? -Infinity) * frameRateHz),
			),
			last: Math.min(end, Math.floor((uem?.endSeconds ?? Infinity) * frameRateHz)),
		};
	});
	const first = Math.min(...bounds.map((bound) => bound.first));
	const last = Math.max(...bounds.map((bound) => bound.last));
	const steps = Math.max(0, Math.ceil((last - first) / framesPerStep));
	return activities.map((activity, i) => {
		const own = bounds[i] ?? { first, last };
		return {
			speakerId: activity.speakerId,
			logOdds: Float64Array.from({ length: steps }, (_, step) => {
				const frame = first + step * framesPerStep;
				return frame < own.first ? Number.NaN : stepMean(activity, frame, own.last);
			}),
		};
	});
}
