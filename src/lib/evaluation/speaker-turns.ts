import { clampRange, durationOf } from '../domain/time-range.ts';
import type { TimeRange } from '../domain/time-range.ts';

/** When each speaker talks. The turns of one need not be in order, and may overlap. */
export type SpeakerTurns = ReadonlyMap<string, readonly TimeRange[]>;

/** Stretches in order, those that overlap or touch as one and none of no length, inside the bounds. */
export function joinedRanges(
	ranges: readonly TimeRange[],
	bounds: TimeRange | null,
): readonly TimeRange[] {
	const all: { startSeconds: number; endSeconds: number }[] = [];
	const inside = bounds ? ranges.flatMap((range) => clampRange(range, bounds) ?? []) : ranges;
	const lasting = inside.filter((range) => durationOf(range) > 0);
	for (const { startSeconds, endSeconds } of lasting.toSorted(
		(a, b) => a.startSeconds - b.startSeconds,
	)) {
		const last = all.at(-1);
		if (last && startSeconds <= last.endSeconds) {
			last.endSeconds = Math.max(last.endSeconds, endSeconds);
		} else {
			all.push({ startSeconds, endSeconds });
		}
	}
	return all;
}

/** The same of all speakers; those without any speech inside the bounds are left out. */
export function joinedTurns(turns: SpeakerTurns, bounds: TimeRange | null): SpeakerTurns {
	const joined = new Map<string, readonly TimeRange[]>();
	for (const [speaker, ranges] of turns) {
		const own = joinedRanges(ranges, bounds);
		if (own.length > 0) joined.set(speaker, own);
	}
	return joined;
}

/** Seconds of stretches that do not overlap. */
export function totalSeconds(ranges: readonly TimeRange[]): number {
	return ranges.reduce((sum, range) => sum + durationOf(range), 0);
}

/** A stretch within which nothing changes. */
export interface Cell extends TimeRange {
	/** Who is on in each layer; the sets are those of the walk and change with its next step. */
	readonly active: readonly ReadonlySet<string>[];
}

/**
 * Cuts time at every bound of every layer: the stretches, in order, in which somebody is on.
 * @param layers turns as `joinedTurns` gives them.
 */
export function* cellsOf(layers: readonly SpeakerTurns[]): Generator<Cell, void, undefined> {
	const active = layers.map(() => new Set<string>());
	const bounds = layers
		.flatMap((turns, layer) =>
			[...turns].flatMap(([speaker, ranges]) =>
				ranges.flatMap(({ startSeconds, endSeconds }) => [
					{ at: startSeconds, layer, speaker, isStart: true },
					{ at: endSeconds, layer, speaker, isStart: false },
				]),
			),
		)
		.sort((a, b) => a.at - b.at);
	let startSeconds = -Infinity;
	for (const { at, layer, speaker, isStart } of bounds) {
		if (at > startSeconds && active.some(({ size }) => size > 0)) {
			yield { startSeconds, endSeconds: at, active };
		}
		startSeconds = at;
		if (isStart) active[layer]!.add(speaker);
		else active[layer]!.delete(speaker);
	}
}
