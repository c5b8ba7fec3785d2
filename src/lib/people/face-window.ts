import type { MovingSquare } from '../media/view.ts';
import type { Rectangle } from '../signal/warp.ts';
import type { TrackPath } from './track-faces.ts';

/** Frames over which a window's place and size are smoothed. */
const smoothedFrames = 13;

/** Part of the face's size that a window adds on each side, and below. */
const cropScale = 0.4;

/**
 * The median of each number and the six on either side of it, zeros beyond both ends, as SciPy has it: at the ends of a
 * line of positive numbers it is the least of those that are there.
 */
export function median13(values: readonly number[]): number[] {
	const reach = (smoothedFrames - 1) / 2;
	return values.map((_, i) => {
		const around: number[] = [];
		for (let k = i - reach; k <= i + reach; k++) around.push(values[k] ?? 0);
		return around.sort((a, b) => a - b)[reach]!;
	});
}

/**
 * The windows in which Light-ASD was trained to see faces, one a frame: 2.8 times half the face's longer side, the
 * face's top at their own top; place and size smoothed. What is out of sight for a while has none there.
 */
export function windowsOf({ firstFrame, boxes }: TrackPath): MovingSquare {
	const squares = new Float32Array(boxes.length * 3).fill(NaN);
	for (let start = 0; start < boxes.length; start++) {
		if (boxes[start] === null) continue;
		let end = start;
		while (end < boxes.length && boxes[end] !== null) end++;
		const seen = boxes.slice(start, end) as Rectangle[];
		const half = median13(
			seen.map(({ left, top, right, bottom }) => Math.max(right - left, bottom - top) / 2),
		);
		const x = median13(seen.map(({ left, right }) => (left + right) / 2));
		const y = median13(seen.map(({ top, bottom }) => (top + bottom) / 2));
		seen.forEach((_, i) => {
			const side = half[i]! * 2 * (1 + cropScale);
			squares.set([x[i]! - side / 2, y[i]! - half[i]!, side], (start + i) * 3);
		});
		start = end;
	}
	return { firstFrame, squares };
}
