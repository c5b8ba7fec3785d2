import { frameRateHz } from '../../domain/session.ts';

/*
 * Light-ASD scores a track in chunks of several durations, each chunk for itself: at its ends the
 * encoders see zeros. Both encoders look 6 frames to either side (three blocks of 2; the sound encoder
 * 17 feature frames, so 5 frames). Hence an embedding depends on a chunk's bounds only within 6 frames
 * of them, and the chunks of all durations can share the rest exactly:
 *
 * - The track is cut at every frame where a chunk of any duration ends. Each piece is encoded with
 *   zeros at its ends; that is right near an edge for the durations that have the edge, and right in
 *   the middle for all.
 * - Around every cut that some duration does not make, a seam of 12 frames is encoded without it.
 *
 * For durations of 1 to 6 s this encodes 1.96 frames for each frame, where six passes encode 6.
 */

/** How far the encoders see, in frames to either side. */
export const reachFrames = 6;

/** A stretch of frames that is encoded at once, and the part of its embeddings that is used. */
export interface Clip {
	/** First frame, and the one after the last. Beyond them the encoders see zeros. */
	readonly start: number;
	readonly end: number;
	readonly keepStart: number;
	readonly keepEnd: number;
	/** The cut that this clip bridges, or null for a piece between cuts. */
	readonly seam: number | null;
}

/** @throws TypeError unless there is a duration and all are whole seconds from 1 on. */
export function checkDurations(durationsSeconds: readonly number[]): void {
	if (
		durationsSeconds.length === 0 ||
		durationsSeconds.some((seconds) => !Number.isInteger(seconds) || seconds < 1)
	) {
		throw new TypeError(`Chunk durations are whole seconds, not [${durationsSeconds.join(', ')}]`);
	}
}

/** Whether chunks of this duration end at the frame. */
export function isEdge(frame: number, durationSeconds: number): boolean {
	return frame % (frameRateHz * durationSeconds) === 0;
}

/**
 * The clips for the given durations, by their last frame, without end: where the track ends is not
 * known while it is read. A clip that goes past the track's last frame is to be cut off there.
 * @param maxFrames Longer pieces are encoded in parts that overlap by what the encoders see.
 */
export function* planClips(
	durationsSeconds: readonly number[],
	maxFrames: number,
): Generator<Clip, never> {
	checkDurations(durationsSeconds);
	const step = frameRateHz;
	let cut = 0;
	for (let next = step; ; next += step) {
		const edgeOf = durationsSeconds.filter((seconds) => isEdge(next, seconds));
		if (edgeOf.length === 0) continue;
		yield* pieces(cut, next, maxFrames);
		if (edgeOf.length < durationsSeconds.length) {
			yield {
				start: next - 2 * reachFrames,
				end: next + 2 * reachFrames,
				keepStart: next - reachFrames,
				keepEnd: next + reachFrames,
				seam: next,
			};
		}
		cut = next;
	}
}

function* pieces(start: number, end: number, maxFrames: number): Generator<Clip> {
	const parts = Math.ceil((end - start) / maxFrames);
	const size = Math.ceil((end - start) / parts);
	for (let keepStart = start; keepStart < end; keepStart += size) {
		const keepEnd = Math.min(end, keepStart + size);
		yield {
			start: Math.max(start, keepStart - reachFrames),
			end: Math.min(end, keepEnd + reachFrames),
			keepStart,
			keepEnd,
			seam: null,
		};
	}
}
