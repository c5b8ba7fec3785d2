import type { FacePath } from '../domain/face-path.ts';
import type { MovingSquare } from '../media/view.ts';

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
export function windowsOf({ firstFrame, corners }: FacePath): MovingSquare {
	const count = corners.length / 4;
	const squares = new Float32Array(count * 3).fill(NaN);
	for (let start = 0; start < count; start++) {
		let end = start;
		while (end < count && !Number.isNaN(corners[end * 4]!)) end++;
		const seen = Array.from({ length: end - start }, (_, i) => {
			const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = corners.subarray(
				(start + i) * 4,
				(start + i) * 4 + 4,
			);
			return { half: Math.max(x2 - x1, y2 - y1) / 2, x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
		});
		const half = median13(seen.map((face) => face.half));
		const x = median13(seen.map((face) => face.x));
		const y = median13(seen.map((face) => face.y));
		for (let i = 0; i < seen.length; i++) {
			const side = half[i]! * 2 * (1 + cropScale);
			squares.set([x[i]! - side / 2, y[i]! - half[i]!, side], (start + i) * 3);
		}
		start = end;
	}
	return { firstFrame, squares };
}
