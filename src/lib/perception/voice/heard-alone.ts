import type { SpeechActivity } from '../../domain/activity.ts';
import { frameRateHz } from '../../domain/session.ts';
import { durationOf, type TimeRange } from '../../domain/time-range.ts';

/** Somebody who talks, and somebody who does not, with this much certainty at least. */
const talks = 0.8;
const isSilent = 0.2;

/** Shorter stretches are mostly the edges of a turn, with somebody else's voice in them. */
const shortestSeconds = 0.6;

/** More says nothing new of a voice. */
const enoughSeconds = 20;

/** Speech in the sound that no face explains may pause this long. */
const pauseSeconds = 0.3;

/** Unexplained speech is looked at in parts of at most this length: the voice may change. */
const longestPartSeconds = 3;

/** A part of less says too little of a voice. */
const shortestPartSeconds = 1;

/**
 * Where one speaker talks and no other face does: what a voice can be learnt from. The longest
 * stretches, up to twenty seconds of them, in order. A face that is not seen counts as silent.
 *
 * @param activities of all speakers, on one time line
 * @param index whose voice
 * @param within the part of the session to look at, in seconds of the central video
 */
export function stretchesAlone(
	activities: readonly SpeechActivity[],
	index: number,
	within: TimeRange,
): TimeRange[] {
	const own = activities[index];
	if (!own) throw new TypeError(`There is no speaker ${index}`);
	const runs = runsOf(own.frameStart, own.probabilities.length, 0, (frame) => {
		const seconds = frame / frameRateHz;
		if (seconds < within.startSeconds || seconds >= within.endSeconds) return false;
		return activities.every((activity, i) => {
			const probability = at(activity, frame);
			return i === index ? probability >= talks : !(probability > isSilent);
		});
	}).filter((run) => durationOf(run) >= shortestSeconds);
	const longestFirst = [...runs].sort((a, b) => durationOf(b) - durationOf(a));
	const kept: TimeRange[] = [];
	let seconds = 0;
	for (const run of longestFirst) {
		if (seconds >= enoughSeconds) break;
		kept.push(run);
		seconds += durationOf(run);
	}
	return kept.sort((a, b) => a.startSeconds - b.startSeconds);
}

/** Speech that comes from none of the faces that are seen. */
export interface UnexplainedSpeech extends TimeRange {
	/** Speakers, by index, whose faces are not seen in any of it. */
	readonly unseen: readonly number[];
}

/**
 * Where somebody is heard, every face that is seen is silent, and at least one is not seen: parts of one
 * to three seconds.
 *
 * @param voiceActivity probability that anyone speaks, by frame of the central video
 */
export function unexplainedSpeech(
	activities: readonly SpeechActivity[],
	voiceActivity: Float32Array,
): UnexplainedSpeech[] {
	const runs = runsOf(0, voiceActivity.length, pauseSeconds * frameRateHz, (frame) => {
		if (!((voiceActivity[frame] ?? 0) >= talks)) return false;
		let unseen = false;
		for (const activity of activities) {
			const probability = at(activity, frame);
			if (probability > isSilent) return false;
			if (Number.isNaN(probability)) unseen = true;
		}
		return unseen;
	});
	return runs.flatMap((run) => {
		const count = Math.ceil(durationOf(run) / longestPartSeconds);
		return Array.from({ length: count }, (_, i) => {
			const part = {
				startSeconds: run.startSeconds + (i * durationOf(run)) / count,
				endSeconds: run.startSeconds + ((i + 1) * durationOf(run)) / count,
			};
			return { ...part, unseen: unseenIn(activities, part) };
		}).filter((part) => durationOf(part) >= shortestPartSeconds && part.unseen.length > 0);
	});
}

/** Speakers of whom nothing is known in the whole range. */
function unseenIn(activities: readonly SpeechActivity[], range: TimeRange): number[] {
	const [first, last] = framesIn(range);
	return activities.flatMap((activity, index) => {
		for (let frame = first; frame < last; frame++) {
			if (!Number.isNaN(at(activity, frame))) return [];
		}
		return [index];
	});
}

/** The activity with a probability set over a range of time, where nothing was known. */
export function withHeardSpeech(
	activity: SpeechActivity,
	ranges: readonly TimeRange[],
	probability: number,
): SpeechActivity {
	if (ranges.length === 0) return activity;
	const probabilities = activity.probabilities.slice();
	for (const range of ranges) {
		const [first, last] = framesIn(range);
		for (let frame = first; frame < last; frame++) {
			const i = frame - activity.frameStart;
			if (i >= 0 && Number.isNaN(probabilities[i])) probabilities[i] = probability;
		}
	}
	return { ...activity, probabilities };
}

function at({ frameStart, probabilities }: SpeechActivity, frame: number): number {
	return probabilities[frame - frameStart] ?? Number.NaN;
}

function framesIn({ startSeconds, endSeconds }: TimeRange): [number, number] {
	return [Math.round(startSeconds * frameRateHz), Math.round(endSeconds * frameRateHz)];
}

/** Runs of frames that hold, as times; those at most `gap` frames apart are one. */
function runsOf(
	frameStart: number,
	count: number,
	gap: number,
	holds: (frame: number) => boolean,
): TimeRange[] {
	const runs: { first: number; last: number }[] = [];
	for (let frame = frameStart; frame < frameStart + count; frame++) {
		if (!holds(frame)) continue;
		const run = runs.at(-1);
		if (run && frame - run.last - 1 <= gap) run.last = frame;
		else runs.push({ first: frame, last: frame });
	}
	return runs.map(({ first, last }) => ({
		startSeconds: first / frameRateHz,
		endSeconds: (last + 1) / frameRateHz,
	}));
}
