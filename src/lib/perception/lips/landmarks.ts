import type { Rectangle } from '../../signal/warp.ts';

/** 68 iBUG face landmarks in pixels of the picture: x0, y0, x1, y1, ... (136 values). */
export type Landmarks = Float32Array;

/** The smallest upright box around all landmarks. */
export function boxAround(landmarks: Landmarks): Rectangle {
	let left = Infinity;
	let top = Infinity;
	let right = -Infinity;
	let bottom = -Infinity;
	for (let i = 0; i < landmarks.length; i += 2) {
		const x = landmarks[i] ?? Number.NaN;
		const y = landmarks[i + 1] ?? Number.NaN;
		left = Math.min(left, x);
		right = Math.max(right, x);
		top = Math.min(top, y);
		bottom = Math.max(bottom, y);
	}
	return { left, top, right, bottom };
}
