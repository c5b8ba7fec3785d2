/**
 * The input of the reference scores below, by formula: a moving pattern for a face, waves for the
 * sound. Used by the tests in Node and in the browser.
 *
 * @returns `frames` [1, T, 112, 112] and `mfcc` [1, 4T, 13]
 */
export function referenceClip(frameCount: number): { frames: Float32Array; mfcc: Float32Array } {
	const side = 112;
	const frames = new Float32Array(frameCount * side * side);
	for (let f = 0, i = 0; f < frameCount; f++) {
		for (let y = 0; y < side; y++) {
			for (let x = 0; x < side; x++, i++) {
				const wave = 80 * Math.sin(0.11 * x + 0.07 * y + 0.5 * f);
				const ripple = 40 * Math.cos(0.05 * x - 0.13 * y + 0.23 * f);
				frames[i] = Math.min(255, Math.max(0, Math.floor(127.5 + wave + ripple)));
			}
		}
	}
	const coefficients = 13;
	const mfcc = new Float32Array(4 * frameCount * coefficients);
	for (let t = 0, i = 0; t < 4 * frameCount; t++) {
		for (let c = 0; c < coefficients; c++, i++) {
			mfcc[i] =
				10 * Math.sin(0.13 * t + 0.9 * c) + 5 * Math.cos(0.031 * t * (c + 1)) + (c === 0 ? 12 : 0);
		}
	}
	return { frames, mfcc };
}

/** Scores of PyTorch (1.13, CPU, single precision) for the first 3 frames, as a clip of their own. */
export const referenceScores3 = [0.22322, 0.329846, 0.317474];

/** The same for 12 frames. */
export const referenceScores12 = [
	-1.072682, -1.062822, -1.098398, -1.070292, -1.05179, -1.038646, -1.011225, -0.965314, -0.899781,
	-0.849311, -0.84656, -0.63807,
];

/** The same for 25 frames. */
export const referenceScores25 = [
	-2.532619, -2.478035, -2.436376, -2.277632, -2.110384, -2.000314, -1.913421, -1.840913, -1.777183,
	-1.727886, -1.687995, -1.644475, -1.568399, -1.492953, -1.425714, -1.383767, -1.347458, -1.30704,
	-1.26335, -1.236873, -1.227743, -1.17375, -1.066277, -1.034555, -0.66528,
];
