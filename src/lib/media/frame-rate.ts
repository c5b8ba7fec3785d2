/** Frames at the beginning of a file that its rate is read from: about ten seconds. */
export const RATE_FRAMES = 300;

/** Intervals that differ from the usual one by less than this part, or by rounding, are equal to it. */
const EQUAL_PART = 0.2;
const ROUNDING_SECONDS = 0.002;
/** Part of the intervals that may be unequal at a constant rate: a frame was lost here and there. */
const MOST_UNEQUAL = 0.05;

export interface FrameRate {
	/** Frames over time, lost ones counted at a constant rate; null where there are fewer than two. */
	readonly framesPerSecond: number | null;
	readonly isVariable: boolean;
}

/** The rate of frames that begin at these times, in order, in seconds. */
export function frameRateOf(starts: readonly number[]): FrameRate {
	const intervals = starts.slice(1).map((start, i) => start - (starts[i] ?? 0));
	const span = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
	if (!(span > 0)) return { framesPerSecond: null, isVariable: false };
	const usual = [...intervals].sort((a, b) => a - b)[intervals.length >> 1] ?? 0;
	const tolerance = Math.max(EQUAL_PART * usual, ROUNDING_SECONDS);
	const unequal = intervals.filter((interval) => Math.abs(interval - usual) > tolerance);
	const isVariable = unequal.length > MOST_UNEQUAL * intervals.length;
	const frames = intervals.map((interval) =>
		isVariable ? 1 : Math.max(1, Math.round(interval / usual)),
	);
	return { framesPerSecond: frames.reduce((sum, count) => sum + count, 0) / span, isVariable };
}

/** Fewer frames a second are slides. */
const STILL_RATE_HZ = 1;

/** Whether a picture of that rate is a cover or slides, and no film. */
export function isStill({ framesPerSecond }: Pick<FrameRate, 'framesPerSecond'>): boolean {
	return (framesPerSecond ?? 0) < STILL_RATE_HZ;
}
