import type { RunSettings } from '../domain/settings.ts';
import { baselineActivity, baselineSegments } from '../perception/segments/baseline-segments.ts';
import { calibratedActivity } from '../perception/segments/calibrated-activity.ts';
import { calibratedSegments } from '../perception/segments/calibrated-segments.ts';
import type { ScoredSpeaker } from '../perception/segments/scored-track.ts';
import type { SegmentedSpeaker } from '../pipeline/stages.ts';

/** Speech and segments of all speakers, in the way that the settings name. */
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
