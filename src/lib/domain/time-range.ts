/** Half-open in meaning, in seconds of the session's central video; `endSeconds >= startSeconds`. */
export interface TimeRange {
	readonly startSeconds: number;
	readonly endSeconds: number;
}

/** @throws TypeError for bounds that are not finite or out of order. */
export function timeRange(startSeconds: number, endSeconds: number): TimeRange {
	if (!Number.isFinite(startSeconds) || !Number.isFinite(endSeconds) || endSeconds < startSeconds) {
		throw new TypeError(`Not a time range: ${startSeconds} s to ${endSeconds} s`);
	}
	return { startSeconds, endSeconds };
}

/** Length in seconds. */
export function durationOf(range: TimeRange): number {
	return range.endSeconds - range.startSeconds;
}

/** Seconds that both ranges share; 0 when they do not meet. */
export function overlapSeconds(a: TimeRange, b: TimeRange): number {
	return Math.max(
		0,
		Math.min(a.endSeconds, b.endSeconds) - Math.max(a.startSeconds, b.startSeconds),
	);
}

/** The part of `range` inside `bounds`, or null when nothing of it is. */
export function clampRange<T extends TimeRange>(range: T, bounds: TimeRange): T | null {
	const startSeconds = Math.max(range.startSeconds, bounds.startSeconds);
	const endSeconds = Math.min(range.endSeconds, bounds.endSeconds);
	return endSeconds > startSeconds ? { ...range, startSeconds, endSeconds } : null;
}
