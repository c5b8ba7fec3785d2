import type { Segment, SpeechActivity } from '../../../domain/activity.ts';
import type { RunSettings } from '../../../domain/settings.ts';
import {
	baselineActivity,
	baselineSegments,
} from '../../../perception/segments/baseline-segments.ts';
import { calibratedActivity } from '../../../perception/segments/calibrated-activity.ts';
import { calibratedSegments } from '../../../perception/segments/calibrated-segments.ts';
import type { ScoredSpeaker } from '../../../perception/segments/scored-track.ts';

export interface SegmentedSpeaker {
	readonly activity: SpeechActivity;
	/** In time order. */
	readonly segments: readonly Segment[];
}

/**
 * Speech and segments of all speakers at once, in the way that the settings name: where the line between
 * speech and silence lies is learnt from all of them before it is from each. The settings name the
 * detector whose scores these are.
 *
 * @param voice probability that anybody speaks, by frame; null where it is not known
 */
export function segmentSpeakers(
	speakers: readonly ScoredSpeaker[],
	voice: Float32Array | null,
	{ speechActivity, detector }: RunSettings,
): ReadonlyMap<string, SegmentedSpeaker> {
	if (speechActivity === 'baseline') {
		return new Map(
			speakers.map(({ speakerId, tracks }) => [
				speakerId,
				{
					activity: baselineActivity(speakerId, tracks),
					segments: baselineSegments(speakerId, tracks),
				},
			]),
		);
	}
	const tracksOf = new Map(speakers.map(({ speakerId, tracks }) => [speakerId, tracks]));
	return new Map(
		calibratedActivity(speakers, voice, detector).map((activity) => {
			const tracks = tracksOf.get(activity.speakerId) ?? [];
			return [activity.speakerId, { activity, segments: calibratedSegments(activity, tracks) }];
		}),
	);
}

/** When a speaker talks: never, where nothing is known of them. */
export function activityOf(
	segmented: ReadonlyMap<string, SegmentedSpeaker>,
	speakerId: string,
): SpeechActivity {
	const silent = { speakerId, frameStart: 0, probabilities: new Float32Array(0) };
	return segmented.get(speakerId)?.activity ?? silent;
}
