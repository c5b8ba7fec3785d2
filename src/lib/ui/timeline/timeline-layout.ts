import type { TimeRange } from '../../domain/time-range.ts';

/** A stretch of the timeline, as parts of its whole length, 0 to 1. */
export interface Stretch {
	readonly start: number;
	readonly length: number;
}

/** Where a range lies on a timeline of this length; null when it lies outside. */
export function stretchOf(range: TimeRange, durationSeconds: number): Stretch | null {
	if (durationSeconds <= 0) return null;
	const start = Math.max(0, range.startSeconds) / durationSeconds;
	const end = Math.min(durationSeconds, range.endSeconds) / durationSeconds;
	return end > start ? { start, length: end - start } : null;
}

/** What of a timeline lies outside the part that is evaluated. */
export function outsideOf(uem: TimeRange | null, durationSeconds: number): readonly Stretch[] {
	if (!uem) return [];
	return [
		{ startSeconds: 0, endSeconds: uem.startSeconds },
		{ startSeconds: uem.endSeconds, endSeconds: durationSeconds },
	]
		.map((range) => stretchOf(range, durationSeconds))
		.filter((stretch) => stretch !== null);
}

const tickSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Seconds at which the axis has a mark: round numbers, no more than `most` of them. */
export function ticksOf(durationSeconds: number, most: number): readonly number[] {
	const step = tickSteps.find((seconds) => durationSeconds / seconds <= most) ?? 3600;
	const ticks: number[] = [];
	for (let tick = 0; tick <= durationSeconds; tick += step) ticks.push(tick);
	return ticks;
}
