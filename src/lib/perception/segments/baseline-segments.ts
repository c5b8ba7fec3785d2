import type { ActivityScores, Segment, SpeechActivity } from '../../domain/activity.ts';
import { frameRateHz } from '../../domain/session.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import {
	baselineParameters,
	baselineRegions,
	type BaselineParameters,
} from './baseline-regions.ts';
import { joinScores, type ScoredTrack } from './scored-track.ts';

/**
 * Segments as the MCoRec baseline's recogniser cuts them: by its fixed thresholds, 15 s of active
 * time at most. A segment ends where its last active frame begins, as there.
 */
export function baselineSegments(
	speakerId: string,
	tracks: readonly ScoredTrack[],
	parameters: BaselineParameters = { ...baselineParameters, maxSeconds: 15 },
): Segment[] {
	const segments = tracks.flatMap(({ trackId, startSeconds, activity }) =>
		baselineRegions(activity, parameters).map(
			({ firstFrame, lastFrame, activeFrames }): Segment => {
				const time = (frame: number): number =>
					startSeconds + (frame - activity.frameStart) / frameRateHz;
				const sum = activeFrames.reduce(
					(total, frame) => total + probability(activity.scores[frame - activity.frameStart]!),
					0,
				);
				return {
					speakerId,
					trackId,
					startSeconds: time(firstFrame),
					endSeconds: time(lastFrame),
					meanProbability: sum / activeFrames.length,
				};
			},
		),
	);
	return segments.sort((a, b) => a.startSeconds - b.startSeconds);
}

/**
 * When a speaker talks, as the MCoRec baseline's clustering sees it: all tracks on one time line, cut
 * after 10 s of active time, on the clock of the central video's frames.
 */
export function baselineTurns(tracks: readonly ScoredTrack[]): TimeRange[] {
	const joined = joinScores(tracks.map(({ activity }) => activity));
	return baselineRegions(joined, baselineParameters).map(({ firstFrame, lastFrame }) => ({
		startSeconds: firstFrame / frameRateHz,
		endSeconds: lastFrame / frameRateHz,
	}));
}

/** The network's own probability of speech at each frame of a speaker's tracks. */
export function baselineActivity(
	speakerId: string,
	tracks: readonly ScoredTrack[],
): SpeechActivity {
	const { frameStart, scores }: ActivityScores = joinScores(tracks.map(({ activity }) => activity));
	return { speakerId, frameStart, probabilities: scores.map(probability) };
}

/** Of a logit. */
function probability(score: number): number {
	return 1 / (1 + Math.exp(-score));
}
