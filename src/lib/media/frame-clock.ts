/** Every stage of Confab works on this many frames a second. */
export const FRAMES_PER_SECOND = 25;

/**
 * Containers round timestamps, to a millisecond at worst, and the end of a last frame can be the sum of
 * two of them. A frame this much after a tick of the clock still counts as shown at it.
 */
export const TIMESTAMP_TOLERANCE_SECONDS = 0.002;

/** Index of the first tick of the 25 Hz clock at or after a time. */
export function tickAtOrAfter(seconds: number): number {
	return Math.max(0, Math.ceil((seconds - TIMESTAMP_TOLERANCE_SECONDS) * FRAMES_PER_SECOND));
}

/**
 * What is added to every video timestamp. A first frame within half a frame of the file's start counts
 * as shown from the start, so that a constant 25 Hz recording is passed on frame by frame.
 *
 * @param startSeconds presentation time of the file's start.
 * @param firstFrameSeconds presentation time of the first frame.
 */
export function videoShiftSeconds(startSeconds: number, firstFrameSeconds: number): number {
	const late = firstFrameSeconds - startSeconds;
	return Math.abs(late) < 0.5 / FRAMES_PER_SECOND ? -firstFrameSeconds : -startSeconds;
}

/**
 * Puts frames of any rate on the 25 Hz clock: at each tick the last frame that began at or before it.
 * The frames come in order; what precedes the first one shows the first one.
 */
export class FrameClock {
	#next: number;
	readonly #end: number;

	/** Ticks `startFrame` to before `endFrame` are wanted. */
	constructor(startFrame: number, endFrame: number) {
		this.#next = startFrame;
		this.#end = endFrame;
	}

	/** The tick that is next to be filled. */
	get next(): number {
		return this.#next;
	}

	/** Whether every wanted tick is filled. */
	get done(): boolean {
		return this.#next >= this.#end;
	}

	/** How many ticks a frame fills that is followed by another (or by the end) at `untilSeconds`. */
	fill(untilSeconds: number): number {
		const until = Math.min(this.#end, tickAtOrAfter(untilSeconds));
		const count = Math.max(0, until - this.#next);
		this.#next += count;
		return count;
	}
}
