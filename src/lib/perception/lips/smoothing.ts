import type { Landmarks } from './landmarks.ts';

/** Frames before and after that take part in a smoothed shape (MCoRec baseline: 12 in all, and the frame). */
export const smoothingHalfWindow = 6;

/**
 * Mean of the landmarks over a window, moved so that its centre of gravity is that of frame `index`: shape,
 * scale and rotation are smoothed, position is not. The window is symmetric and shrinks at both ends of `run`
 * (MCoRec baseline, script/lip_crop.py).
 */
export function smoothLandmarks(run: readonly Landmarks[], index: number): Landmarks {
	const own = run[index];
	if (!own) throw new TypeError(`No landmarks at ${index} of ${run.length}`);
	const half = Math.min(smoothingHalfWindow, index, run.length - 1 - index);
	const mean = new Float64Array(own.length);
	for (const landmarks of run.slice(index - half, index + half + 1)) {
		for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) + (landmarks[i] ?? 0);
	}
	let shiftX = 0;
	let shiftY = 0;
	for (let i = 0; i < mean.length; i += 2) {
		mean[i] = (mean[i] ?? 0) / (2 * half + 1);
		mean[i + 1] = (mean[i + 1] ?? 0) / (2 * half + 1);
		shiftX += (own[i] ?? 0) - (mean[i] ?? 0);
		shiftY += (own[i + 1] ?? 0) - (mean[i + 1] ?? 0);
	}
	const count = mean.length / 2;
	return Float32Array.from(mean, (value, i) => value + (i % 2 === 0 ? shiftX : shiftY) / count);
}

/** Landmarks of the `count` frames between two known ones, on straight lines. */
export function interpolateLandmarks(
	before: Landmarks,
	after: Landmarks,
	count: number,
): Landmarks[] {
	return Array.from({ length: count }, (_, step) => {
		const part = (step + 1) / (count + 1);
		return Float32Array.from(before, (value, i) => value + ((after[i] ?? 0) - value) * part);
	});
}
