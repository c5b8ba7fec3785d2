import type { TimeRange } from '../domain/time-range.ts';
import { joinedRanges } from '../evaluation/speaker-turns.ts';
import { leastCostAssignment } from '../signal/assignment.ts';
import {
	loudestVoices,
	segmentationStepSeconds,
	speakerCounts,
	voiceActivations,
} from './powerset.ts';
import type { SegmentedWindow } from './powerset.ts';

/** Middle of the first frame (powerset.ts), in seconds: where pyannote has the bounds of turns. */
const firstMiddleSeconds = 0.03097;

/** A turn that is shorter is none, and a shorter pause does not end one. */
const shortestTurnSeconds = 0.12;
const shortestPauseSeconds = 0.25;

/** A turn of somebody, whoever that is. */
export interface LocalTurn extends TimeRange {
	/** Parts of it in which somebody else talks as well, in order. */
	readonly overlaps: readonly TimeRange[];
}

/**
 * The turns in a segmented recording, in the order of their starts. The local speakers of a window are followed into the
 * next by the time they share; who is silent for longer than a window comes back as somebody else.
 */
export function localTurns(windows: readonly SegmentedWindow[]): LocalTurn[] {
	const { lanes, laneOf } = lanesOf(windows);
	const frames = Math.max(0, ...windows.map((window) => window.startFrame + framesOf(window)));
	const counts = speakerCounts(windows, frames);
	const on = loudestVoices(counts, voiceActivations(windows, laneOf, lanes, frames), lanes);
	const byLane = Array.from({ length: lanes }, (_, lane) => turnsIn(on, lane, lanes));
	const all = byLane.flatMap((turns, lane) => {
		const others = joinedRanges(
			byLane.flatMap((own, other) => (other === lane ? [] : own)),
			null,
		);
		return turns.map((turn) => ({ ...turn, overlaps: within(others, turn) }));
	});
	return all.sort((a, b) => a.startSeconds - b.startSeconds || a.endSeconds - b.endSeconds);
}

/** Local speakers of a window. */
const locals = 3;

function framesOf({ active }: SegmentedWindow): number {
	return active.length / locals;
}

/** A lane for each local speaker of each window: the same for one who goes on, free ones for those who are new. */
function lanesOf(windows: readonly SegmentedWindow[]): {
	readonly lanes: number;
	readonly laneOf: readonly (readonly number[])[];
} {
	const laneOf: number[][] = [];
	let lanes = 0;
	for (const [w, window] of windows.entries()) {
		const shared = sharedFrames(windows, laneOf, w, lanes);
		const assigned = leastCostAssignment(locals, lanes, (s, lane) => -shared[s * lanes + lane]!);
		const own = Array.from({ length: locals }, (_, s) => {
			const lane = assigned[s] ?? null;
			return lane !== null && shared[s * lanes + lane]! > 0 ? lane : -1;
		});
		const taken = new Set(own);
		for (let v = w - 1; v >= 0 && overlaps(windows[v]!, window); v--) {
			for (const lane of laneOf[v]!) taken.add(lane);
		}
		for (let s = 0; s < locals; s++) {
			if (own[s] !== -1 || !isHeard(window, s)) continue;
			let lane = 0;
			while (taken.has(lane)) lane++;
			taken.add(lane);
			own[s] = lane;
			lanes = Math.max(lanes, lane + 1);
		}
		laneOf.push(own);
	}
	return { lanes, laneOf };
}

function isHeard({ active }: SegmentedWindow, s: number): boolean {
	for (let i = s; i < active.length; i += locals) if (active[i] === 1) return true;
	return false;
}

function overlaps(earlier: SegmentedWindow, later: SegmentedWindow): boolean {
	return earlier.startFrame + framesOf(earlier) > later.startFrame;
}

/** Frames in which a window's local speakers and each lane, in the windows before it, talk at once: `[3, lanes]`. */
function sharedFrames(
	windows: readonly SegmentedWindow[],
	laneOf: readonly (readonly number[])[],
	w: number,
	lanes: number,
): Float64Array {
	const shared = new Float64Array(locals * lanes);
	const own = windows[w]!;
	for (let v = w - 1; v >= 0 && overlaps(windows[v]!, own); v--) {
		const earlier = windows[v]!;
		const shift = own.startFrame - earlier.startFrame;
		for (let i = 0; i < framesOf(own) && i + shift < framesOf(earlier); i++) {
			for (let s = 0; s < locals; s++) {
				if (own.active[i * locals + s] !== 1) continue;
				laneOf[v]!.forEach((lane, other) => {
					if (lane < 0 || earlier.active[(i + shift) * locals + other] !== 1) return;
					shared[s * lanes + lane] = shared[s * lanes + lane]! + 1;
				});
			}
		}
	}
	return shared;
}

function turnsIn(on: Uint8Array, lane: number, lanes: number): TimeRange[] {
	const turns: { startSeconds: number; endSeconds: number }[] = [];
	const frames = lanes === 0 ? 0 : on.length / lanes;
	for (let i = 0; i < frames; i++) {
		if (on[i * lanes + lane] !== 1) continue;
		const startSeconds = i * segmentationStepSeconds + firstMiddleSeconds;
		const endSeconds = startSeconds + segmentationStepSeconds;
		const last = turns.at(-1);
		if (last && startSeconds - last.endSeconds < shortestPauseSeconds) last.endSeconds = endSeconds;
		else turns.push({ startSeconds, endSeconds });
	}
	return turns.filter((turn) => turn.endSeconds - turn.startSeconds >= shortestTurnSeconds);
}

function within(ranges: readonly TimeRange[], bounds: TimeRange): readonly TimeRange[] {
	const near = ranges.filter(
		(range) => range.endSeconds > bounds.startSeconds && range.startSeconds < bounds.endSeconds,
	);
	return joinedRanges(near, bounds);
}
