import type { Segment, SpeechActivity } from '../../domain/activity.ts';
import { frameRateHz } from '../../domain/session.ts';
import { joinScores, type ScoredTrack } from './scored-track.ts';

export interface SegmentParameters {
	/** Speech is where its probability is above this. */
	readonly threshold: number;
	/** Stretches with less speech than this, weighed by probability, are dropped. */
	readonly minSpeechSeconds: number;
	/** Pauses shorter than this are closed. */
	readonly minPauseSeconds: number;
	/**
	 * Added before and after, so that no word is cut; neighbours share a shorter pause. More is needed
	 * after: the network follows the lips' opening at once, and gives up quiet last words early.
	 */
	readonly paddingBeforeSeconds: number;
	readonly paddingAfterSeconds: number;
	/** Longer segments are cut where speech is least likely. */
	readonly maxSeconds: number;
}

export const segmentParameters: SegmentParameters = {
	threshold: 0.5,
	minSpeechSeconds: 0.3,
	minPauseSeconds: 0.3,
	paddingBeforeSeconds: 0.08,
	paddingAfterSeconds: 0.24,
	maxSeconds: 15,
};

/** Frames of one track, counted on the activity's time line; `end` is the one after the last. */
interface Stretch {
	readonly start: number;
	readonly end: number;
}

/**
 * Segments of one speaker out of the probability of speech, in time order, each inside one track. Of
 * overlapping tracks the later in the list has the frames.
 */
export function calibratedSegments(
	activity: SpeechActivity,
	tracks: readonly ScoredTrack[],
	parameters: SegmentParameters = segmentParameters,
): Segment[] {
	const segments: Segment[] = [];
	for (const { owner, start, end } of ownedStretches(activity, tracks)) {
		const track = tracks[owner]!;
		const speech = speechIn(activity.probabilities, { start, end }, parameters);
		for (const stretch of padded(speech, { start, end }, parameters)) {
			for (const part of cut(activity.probabilities, stretch, parameters)) {
				const time = (frame: number): number =>
					track.startSeconds +
					(frame + activity.frameStart - track.activity.frameStart) / frameRateHz;
				segments.push({
					speakerId: activity.speakerId,
					trackId: track.trackId,
					startSeconds: time(part.start),
					endSeconds: time(part.end),
					meanProbability: mean(activity.probabilities, part),
				});
			}
		}
	}
	return segments.sort((a, b) => a.startSeconds - b.startSeconds);
}

/** Stretches of known probability, each within the frames of one track. */
function ownedStretches(
	{ frameStart, probabilities }: SpeechActivity,
	tracks: readonly ScoredTrack[],
): (Stretch & { owner: number })[] {
	const owners = joinScores(
		tracks.map(({ activity }, index) => ({
			frameStart: activity.frameStart,
			scores: new Float32Array(activity.scores.length).fill(index),
		})),
	);
	const stretches: (Stretch & { owner: number })[] = [];
	for (let start = 0; start < probabilities.length;) {
		const ownerAt = (index: number): number =>
			Number.isNaN(probabilities[index]!)
				? NaN
				: (owners.scores[index + frameStart - owners.frameStart] ?? NaN);
		const owner = ownerAt(start);
		let end = start + 1;
		while (end < probabilities.length && ownerAt(end) === owner) end++;
		if (!Number.isNaN(owner)) stretches.push({ start, end, owner });
		start = end;
	}
	return stretches;
}

/** Where speech is likely, pauses closed and the shortest dropped. */
function speechIn(
	probabilities: Float32Array,
	{ start, end }: Stretch,
	{ threshold, minSpeechSeconds, minPauseSeconds }: SegmentParameters,
): Stretch[] {
	const found: Stretch[] = [];
	for (let t = start; t < end; t++) {
		if (probabilities[t]! <= threshold) continue;
		const previous = found[found.length - 1];
		if (previous && t - previous.end < minPauseSeconds * frameRateHz) {
			found[found.length - 1] = { start: previous.start, end: t + 1 };
		} else found.push({ start: t, end: t + 1 });
	}
	return found.filter((stretch) => {
		const expected = mean(probabilities, stretch) * (stretch.end - stretch.start);
		return expected >= minSpeechSeconds * frameRateHz;
	});
}

function padded(
	stretches: readonly Stretch[],
	bounds: Stretch,
	{ paddingBeforeSeconds, paddingAfterSeconds }: SegmentParameters,
): Stretch[] {
	const early = Math.round(paddingBeforeSeconds * frameRateHz);
	const late = Math.round(paddingAfterSeconds * frameRateHz);
	return stretches.map(({ start, end }, index) => {
		const before = stretches[index - 1]?.end;
		const after = stretches[index + 1]?.start;
		// Half of the pause each, rounded so that both sides meet at the same frame.
		const earliest = before === undefined ? bounds.start : Math.floor((before + start) / 2);
		const latest = after === undefined ? bounds.end : Math.floor((end + after) / 2);
		return { start: Math.max(earliest, start - early), end: Math.min(latest, end + late) };
	});
}

/** Parts of at most `maxSeconds`, cut where speech is least likely. */
function cut(
	probabilities: Float32Array,
	{ start, end }: Stretch,
	{ maxSeconds }: SegmentParameters,
): Stretch[] {
	const max = Math.max(1, Math.floor(maxSeconds * frameRateHz));
	const parts: Stretch[] = [];
	let from = start;
	while (end - from > max) {
		// Neither part shorter than a third of the longest one.
		const last = Math.min(from + max, Math.floor(end - max / 3));
		let quietest = last;
		for (let t = last; t > from + max / 3; t--) {
			if (probabilities[t]! < probabilities[quietest]!) quietest = t;
		}
		parts.push({ start: from, end: quietest });
		from = quietest;
	}
	parts.push({ start: from, end });
	return parts;
}

function mean(probabilities: Float32Array, { start, end }: Stretch): number {
	let sum = 0;
	for (let t = start; t < end; t++) sum += probabilities[t]!;
	return sum / (end - start);
}
