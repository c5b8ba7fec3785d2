import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meanPoint } from '../../signal/affine.ts';
import { interpolateLandmarks, smoothLandmarks, smoothingHalfWindow } from './smoothing.ts';

const shape = fc
	.array(fc.double({ min: 0, max: 224, noNaN: true }), { minLength: 136, maxLength: 136 })
	.map((values) => Float32Array.from(values));
const run = fc.array(shape, { minLength: 1, maxLength: 16 });

describe('smoothLandmarks', () => {
	test('keeps the centre of gravity of the frame itself', () => {
		fc.assert(
			fc.property(run, fc.nat(), (frames, pick) => {
				const index = pick % frames.length;
				const own = meanPoint(frames[index] ?? []);
				const smoothed = meanPoint(smoothLandmarks(frames, index));
				expect(smoothed.x).toBeCloseTo(own.x, 3);
				expect(smoothed.y).toBeCloseTo(own.y, 3);
			}),
		);
	});

	test('leaves the first and the last frame, and a face that only moves, as they are', () => {
		const face = Float32Array.from({ length: 136 }, (_, i) => (i * 37) % 100);
		const moving = Array.from({ length: 20 }, (_, t) =>
			face.map((value, i) => value + (i % 2 === 0 ? 3 * t : Math.sin(t))),
		);
		for (const index of [0, 3, 10, 19]) {
			const smoothed = smoothLandmarks(moving, index);
			smoothed.forEach((value, i) => expect(value).toBeCloseTo(moving[index]?.[i] ?? 0, 3));
		}
	});

	test('averages the shape over a window that shrinks at the ends', () => {
		// One point jumps at frame 4 while the others rest: what arrives there is the jump by the window's length, less the shift of the mean.
		const still = new Float32Array(136);
		const jump = Float32Array.from(still);
		jump[0] = 68;
		const frames = Array.from({ length: 20 }, (_, t) => (t === 4 ? jump : still));
		for (const index of [1, 2, 3, 5, 8, 10, 11]) {
			const half = Math.min(smoothingHalfWindow, index, 19 - index);
			const inside = Math.abs(index - 4) <= half;
			const mean = inside ? 68 / (2 * half + 1) : 0;
			expect(smoothLandmarks(frames, index)[0]).toBeCloseTo(mean - mean / 68, 4);
		}
	});

	test('refuses a frame that is not there', () => {
		expect(() => smoothLandmarks([], 0)).toThrow(TypeError);
	});
});

test('interpolated landmarks lie on straight lines', () => {
	const between = interpolateLandmarks(Float32Array.of(0, 10), Float32Array.of(4, 2), 3);
	expect(between.map((points) => [...points])).toEqual([
		[1, 8],
		[2, 6],
		[3, 4],
	]);
	expect(interpolateLandmarks(Float32Array.of(0, 0), Float32Array.of(1, 1), 0)).toEqual([]);
});
