import type { Segment, SpeechActivity } from './activity.ts';
import { frameRateHz } from './session.ts';
import type { TimeRange } from './time-range.ts';

/** Outside of their own turns nobody is held to talk, however loud it is there. */
const silentProbability = 0.05;

/**
 * The activity of somebody who talks in these turns and nowhere else.
 *
 * @param speech probability that anybody talks, by frame of the recording
 */
export function activityInTurns(
	speakerId: string,
	turns: readonly TimeRange[],
	speech: Float32Array,
): SpeechActivity {
	const probabilities = speech.map((value) => Math.min(value, silentProbability));
	for (const { startSeconds, endSeconds } of turns) {
		const from = Math.round(startSeconds * frameRateHz);
		const to = Math.round(endSeconds * frameRateHz);
		probabilities.set(speech.subarray(from, to), from);
	}
	return { speakerId, frameStart: 0, probabilities };
}

/** Turns as the segments that are recognised, all from one file. */
export function segmentsOfTurns(
	{ speakerId, probabilities }: SpeechActivity,
	turns: readonly TimeRange[],
	trackId: string,
): readonly Segment[] {
	return turns.map(({ startSeconds, endSeconds }) => {
		const from = Math.round(startSeconds * frameRateHz);
		const part = probabilities.subarray(from, Math.round(endSeconds * frameRateHz));
		const sum = part.reduce((total, value) => total + value, 0);
		const meanProbability = part.length === 0 ? 0 : sum / part.length;
		return { startSeconds, endSeconds, speakerId, trackId, meanProbability };
	});
}
