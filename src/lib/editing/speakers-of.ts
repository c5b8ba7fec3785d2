import type { Edition } from '../domain/edition.ts';
import type { SessionResult, SpeakerResult } from '../domain/result.ts';
import { frameRateHz } from '../domain/session.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { activityInTurns, segmentsOfTurns } from '../domain/turn-activity.ts';

/** What is known of a speaker beside the words. */
export type SpeakerSpeech = Omit<SpeakerResult, 'transcript'>;

/**
 * The speakers of an edition: those of the run or, where a person regrouped the voices, those who have any.
 * When each of them talks then follows from the pieces.
 */
export function speakersOf(result: SessionResult, edition: Edition): readonly SpeakerSpeech[] {
	const { people, speakers } = result;
	const pieces = people?.pieces ?? [];
	const isAsFound = pieces.every(({ personId }, i) => personId === edition.voices[i]);
	if (isAsFound || edition.voices.length !== pieces.length) return speakers;
	const everybody = loudest(speakers);
	const owners = new Set(edition.voices.filter((id) => id !== null));
	const known = speakers.map(({ speakerId }) => speakerId).filter((id) => owners.has(id));
	const others = [...owners].filter((id) => !known.includes(id)).sort(byNumber);
	return [...known, ...others].map((speakerId) => {
		const own = pieces.filter((_, i) => edition.voices[i] === speakerId);
		const turns = joined(own);
		const activity = activityInTurns(speakerId, turns, everybody);
		const trackId = speakers[0]?.segments[0]?.trackId ?? '';
		const segments = segmentsOfTurns(activity, turns, trackId);
		return { speakerId, uem: null, activity, segments };
	});
}

/** How likely it is that anybody talks, by frame of the recording. */
export function loudest(speakers: readonly SpeakerResult[]): Float32Array {
	const length = Math.max(0, ...speakers.map(({ activity }) => activity.probabilities.length));
	const all = new Float32Array(length);
	for (const { activity } of speakers) {
		for (const [frame, value] of activity.probabilities.entries()) {
			if (value > (all[frame] ?? 0)) all[frame] = value;
		}
	}
	return all;
}

/** Pieces that touch or overlap as one turn. */
function joined(pieces: readonly TimeRange[]): TimeRange[] {
	const turns: { startSeconds: number; endSeconds: number }[] = [];
	for (const { startSeconds, endSeconds } of pieces) {
		const last = turns.at(-1);
		if (last && startSeconds <= last.endSeconds + 1 / frameRateHz) {
			last.endSeconds = Math.max(last.endSeconds, endSeconds);
		} else {
			turns.push({ startSeconds, endSeconds });
		}
	}
	return turns;
}

function byNumber(a: string, b: string): number {
	return a.localeCompare(b, 'en', { numeric: true });
}
