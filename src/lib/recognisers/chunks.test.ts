import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutIntoChunks, maximumChunkFrames } from './chunks.ts';

describe('cutIntoChunks', () => {
	test('covers every frame once, no chunk too long', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 3000 }),
				fc.array(fc.double({ min: 0, max: 1 }), { maxLength: 3000 }),
				(count, speech) => {
					let at = 0;
					for (const { startFrame, endFrame } of cutIntoChunks(count, speech)) {
						expect(startFrame).toBe(at);
						expect(endFrame).toBeGreaterThan(startFrame);
						expect(endFrame - startFrame).toBeLessThanOrEqual(maximumChunkFrames);
						at = endFrame;
					}
					expect(at).toBe(count);
				},
			),
		);
	});

	test('leaves a short segment whole, and makes nothing of nothing', () => {
		expect(cutIntoChunks(375, null)).toEqual([{ startFrame: 0, endFrame: 375 }]);
		expect(cutIntoChunks(0, null)).toEqual([]);
	});

	test('cuts in the pause', () => {
		const speech = new Float32Array(500).fill(0.9);
		speech.fill(0.1, 296, 305);
		const [first, second] = cutIntoChunks(500, speech);
		expect(first?.endFrame).toBeGreaterThanOrEqual(298);
		expect(first?.endFrame).toBeLessThanOrEqual(302);
		expect(second).toEqual({ startFrame: first?.endFrame, endFrame: 500 });
	});

	test('without a pause, or without knowledge, it cuts as late as it may', () => {
		const whole = [
			{ startFrame: 0, endFrame: 375 },
			{ startFrame: 375, endFrame: 400 },
		];
		expect(cutIntoChunks(400, null)).toEqual(whole);
		expect(cutIntoChunks(400, new Float32Array(400).fill(Number.NaN))).toEqual(whole);
	});
});
