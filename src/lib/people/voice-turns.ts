import { frameRateHz } from '../domain/session.ts';
import { durationOf } from '../domain/time-range.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { groupBy } from '../support/group-by.ts';

/** A voice that pauses for less is still in its turn. */
const bridgedSeconds = 0.28;

/** Pieces lie together when no more than this is between them. */
const touchingSeconds = 0.005;

/** A change of voice is looked for this far from where the pieces meet. */
const snapFrames = 6;

const sampleSeconds = { least: 3, most: 6 } as const;

/** A piece with its voice, and how sure it is. */
export interface VoicedRange extends TimeRange {
	readonly voice: number;
	/** 0 to 1. */
	readonly certainty: number;
}

/** Whether a range begins where another ends. */
export function touches(before: TimeRange, after: TimeRange): boolean {
	return after.startSeconds - before.endSeconds < touchingSeconds;
}

/**
 * Turns of one voice each, in order. Where two voices meet in the midst of speech, the change is moved to
 * where the speech is least certain nearby: to the breath between them.
 *
 * @param ranges in order and apart from each other
 * @param speech probability of speech by frame of 40 ms
 */
export function turnsOf(ranges: readonly VoicedRange[], speech: Float32Array): VoicedRange[] {
	const turns: VoicedRange[] = [];
	for (const range of ranges) {
		const last = turns.at(-1);
		const gap = last ? range.startSeconds - last.endSeconds : Infinity;
		if (last?.voice === range.voice && gap < bridgedSeconds) {
			turns[turns.length - 1] = withRange(last, range);
		} else if (last && last.voice !== range.voice && touches(last, range)) {
			const change = quietestNear(last, range, speech);
			turns[turns.length - 1] = { ...last, endSeconds: change };
			turns.push({ ...range, startSeconds: change });
		} else {
			turns.push(range);
		}
	}
	return turns;
}

/** Turns of one voice each, in the order of their starts, whose bounds are right as they are: those of two voices may overlap. */
export function overlappingTurnsOf(ranges: readonly VoicedRange[]): VoicedRange[] {
	const byVoice = groupBy(ranges, ({ voice }) => voice);
	const turns = [...byVoice.values()].flatMap((own) => {
		const joined: VoicedRange[] = [];
		for (const range of own.toSorted((a, b) => a.startSeconds - b.startSeconds)) {
			const last = joined.at(-1);
			if (last && range.startSeconds - last.endSeconds < bridgedSeconds) {
				joined[joined.length - 1] = withRange(last, range);
			} else {
				joined.push(range);
			}
		}
		return joined;
	});
	return turns.sort((a, b) => a.startSeconds - b.startSeconds);
}

function withRange(turn: VoicedRange, range: VoicedRange): VoicedRange {
	const [own, added] = [durationOf(turn), durationOf(range)];
	const certainty = (own * turn.certainty + added * range.certainty) / (own + added);
	return { ...turn, endSeconds: Math.max(turn.endSeconds, range.endSeconds), certainty };
}

/** The middle of the frame near a change with the least speech in it; of equal ones the nearest. */
function quietestNear(before: TimeRange, after: TimeRange, speech: Float32Array): number {
	const at = after.startSeconds;
	const middle = Math.floor(at * frameRateHz);
	let best = at;
	// The change itself, but for something that is clearly quieter.
	let least = (speech[middle] ?? 0) - 0.05;
	for (let offset = 1; offset <= snapFrames; offset++) {
		for (const frame of [middle - offset, middle + offset]) {
			const seconds = (frame + 0.5) / frameRateHz;
			const inside = seconds > before.startSeconds + 0.1 && seconds < after.endSeconds - 0.1;
			const probability = speech[frame] ?? Infinity;
			if (!inside || probability >= least) continue;
			least = probability;
			best = seconds;
		}
	}
	return best;
}

/**
 * Where a voice is heard best: of all runs of its pieces within a turn, up to 6 s long, the surest of those of
 * 3 s or more, else the longest.
 * @param ranges pieces of this voice, in order; at least one
 */
export function bestSample(ranges: readonly VoicedRange[]): TimeRange {
	let best: { range: TimeRange; long: boolean; value: number } | null = null;
	for (const [i, first] of ranges.entries()) {
		let certain = 0;
		for (let k = i; k < ranges.length; k++) {
			const range = ranges[k]!;
			if (k > i && range.startSeconds - ranges[k - 1]!.endSeconds >= bridgedSeconds) break;
			const whole = { startSeconds: first.startSeconds, endSeconds: range.endSeconds };
			if (durationOf(whole) > sampleSeconds.most && k > i) break;
			certain += range.certainty * durationOf(range);
			const long = durationOf(whole) >= sampleSeconds.least;
			const value = long ? certain / durationOf(whole) : durationOf(whole);
			const better =
				best === null || (long && !best.long) || (long === best.long && value > best.value);
			if (better) best = { range: whole, long, value };
		}
	}
	if (best === null) throw new TypeError('A voice without a piece has no sample');
	const { range } = best;
	return {
		...range,
		endSeconds: Math.min(range.endSeconds, range.startSeconds + sampleSeconds.most),
	};
}
