import type { TimeRange } from '../domain/time-range.ts';

/** A floor change takes no longer than this, as `turnsPerMinute` counts them, too. */
export const longestGapSeconds = 2;

const [nobody, first, second, both] = [0, 1, 2, 3] as const;
type Talking = typeof nobody | typeof first | typeof second | typeof both;

/** Who of two talks from when on, a step for each change, in the order of time. */
function stepsOf(
	a: readonly TimeRange[],
	b: readonly TimeRange[],
): readonly { readonly startSeconds: number; readonly talking: Talking }[] {
	const bounds = [a, b].flatMap((ranges, who) =>
		ranges.flatMap(({ startSeconds, endSeconds }) => [
			{ seconds: startSeconds, who, step: 1 },
			{ seconds: endSeconds, who, step: -1 },
		]),
	);
	bounds.sort((x, y) => x.seconds - y.seconds);
	const open = [0, 0];
	const steps: { startSeconds: number; talking: Talking }[] = [];
	for (const [i, { seconds, who, step }] of bounds.entries()) {
		open[who] = (open[who] ?? 0) + step;
		if (bounds[i + 1]?.seconds === seconds) continue;
		const [hasA, hasB] = open.map((count) => count > 0);
		const talking = hasA ? (hasB ? both : first) : hasB ? second : nobody;
		if (talking !== steps.at(-1)?.talking) steps.push({ startSeconds: seconds, talking });
	}
	return steps;
}

/**
 * Seconds from where one of two stops to where the other begins, for each time that the floor goes from
 * one to the other, in the order of time: from when one alone talks to when the other alone does, with
 * nothing but silence (positive) or nothing but overlap (negative) in between, as in Heldner and Edlund
 * 2010, "Pauses, gaps and overlaps in conversations". What either says wholly within the other's talk
 * changes no floor, nor does what comes later than `longestGapSeconds`.
 *
 * @param a stretches in which the one talks, in any order; they may overlap
 * @param b those of the other
 */
export function floorGaps(a: readonly TimeRange[], b: readonly TimeRange[]): readonly number[] {
	const gaps: number[] = [];
	const steps = stepsOf(a, b);
	for (const [i, { startSeconds, talking }] of steps.entries()) {
		const from = steps[i - 1]?.talking;
		if (talking === first || talking === second) {
			// One stops as the other begins.
			if (from === first || from === second) gaps.push(0);
			continue;
		}
		const next = steps[i + 1];
		const changes = from === first ? next?.talking === second : next?.talking === first;
		if (!next || (from !== first && from !== second) || !changes) continue;
		const seconds = next.startSeconds - startSeconds;
		if (seconds <= longestGapSeconds) gaps.push(talking === both ? -seconds : seconds);
	}
	return gaps;
}

/** The middle one, or the mean of the two in the middle; null of none. */
export function medianOf(values: readonly number[]): number | null {
	const sorted = values.toSorted((x, y) => x - y);
	const [low, high] = [
		sorted[Math.floor((sorted.length - 1) / 2)],
		sorted[Math.floor(sorted.length / 2)],
	];
	return low === undefined || high === undefined ? null : (low + high) / 2;
}
