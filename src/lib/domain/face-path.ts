import type { FaceBox } from './session.ts';
import { frameRateHz } from './session.ts';

/** Where a face is over time, packed: hours of it take little room. */
export interface FacePath {
	/** Number in the central video of the first frame. */
	readonly firstFrame: number;
	/** `x1, y1, x2, y2` of each frame in turn, in pixels of the central video; NaN where it is not known. */
	readonly corners: Float32Array;
}

/** A face that is lost for longer than this may have gone anywhere. */
const longestGapFrames = frameRateHz;

/** A day; what claims to come later is no recording. */
const longestPathFrames = 24 * 3600 * frameRateHz;

/** The boxes of a track with short gaps filled in; null when there is none. */
export function facePathOf(boxes: ReadonlyMap<number, FaceBox>): FacePath | null {
	const known = [...boxes].sort(([a], [b]) => a - b);
	const first = known[0]?.[0];
	if (first === undefined) return null;
	const inside = known.filter(([frame]) => frame - first < longestPathFrames);
	const last = inside.at(-1)?.[0] ?? first;
	const corners = new Float32Array((last - first + 1) * 4).fill(NaN);
	let before: readonly [number, FaceBox] | null = null;
	for (const entry of inside) {
		const [frame, box] = entry;
		if (before && frame - before[0] <= longestGapFrames) {
			const [start, from] = before;
			for (let missing = start + 1; missing < frame; missing++) {
				const share = (missing - start) / (frame - start);
				corners.set(mixed(from, box, share), (missing - first) * 4);
			}
		}
		corners.set([box.x1, box.y1, box.x2, box.y2], (frame - first) * 4);
		before = entry;
	}
	return { firstFrame: first, corners };
}

/** Where the face is at a time of the central video, between two frames as well; null where unknown. */
export function faceAt({ firstFrame, corners }: FacePath, seconds: number): FaceBox | null {
	const place = seconds * frameRateHz - firstFrame;
	const frame = Math.floor(place);
	const box = boxOf(corners, frame);
	if (!box) return null;
	const next = boxOf(corners, frame + 1);
	if (!next) return box;
	const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = mixed(box, next, place - frame);
	return { x1, y1, x2, y2 };
}

/** For how long a face is in the picture, in seconds. */
export function seenSecondsOf({ corners }: FacePath): number {
	let frames = 0;
	for (let i = 0; i < corners.length; i += 4) if (!Number.isNaN(corners[i])) frames++;
	return frames / frameRateHz;
}

/** Where a face is to be seen best: at its largest; null for one that is never seen. */
export function portraitOf(
	paths: readonly FacePath[],
): { readonly seconds: number; readonly box: FaceBox } | null {
	let best: { readonly seconds: number; readonly box: FaceBox } | null = null;
	let largest = 0;
	for (const { firstFrame, corners } of paths) {
		// Not at its very ends, where a face comes or goes.
		const count = corners.length / 4;
		for (let frame = Math.floor(count / 4); frame < Math.ceil((3 * count) / 4); frame++) {
			const box = boxOf(corners, frame);
			const area = box ? (box.x2 - box.x1) * (box.y2 - box.y1) : 0;
			if (!box || area <= largest) continue;
			largest = area;
			best = { seconds: (firstFrame + frame) / frameRateHz, box };
		}
	}
	return best;
}

function boxOf(corners: Float32Array, frame: number): FaceBox | null {
	const [x1, y1, x2, y2] = corners.subarray(Math.max(0, frame * 4), Math.max(0, frame * 4 + 4));
	if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return null;
	return Number.isNaN(x1) ? null : { x1, y1, x2, y2 };
}

function mixed(a: FaceBox, b: FaceBox, share: number): number[] {
	const between = (from: number, to: number): number => from + (to - from) * share;
	return [between(a.x1, b.x1), between(a.y1, b.y1), between(a.x2, b.x2), between(a.y2, b.y2)];
}
