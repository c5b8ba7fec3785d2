import { describe, expect, test } from 'vitest';
import type { Picture } from '../../signal/warp.ts';
import { cropLips, lipSize, noFaceGrey } from './lip-crop.ts';
import { LipCropper } from './lip-cropper.ts';
import type { LipFrame } from './lip-cropper.ts';
import { meanFace } from './mean-face.ts';
import { smoothLandmarks } from './smoothing.ts';

/** A picture of one brightness with a bright spot, 224 x 224. */
function picture(value: number): Picture {
	return { width: 224, height: 224, channels: 1, data: new Uint8Array(224 * 224).fill(value) };
}

/** The mean face at 0.6 of its size, moved and turned a little by time. */
function face(t: number): Float32Array {
	const angle = 0.02 * Math.sin(t);
	return Float32Array.from(meanFace, (_, i) => {
		const x = (meanFace[i & ~1] ?? 0) - 128;
		const y = (meanFace[i | 1] ?? 0) - 128;
		const [dx, dy] = [112 + Math.sin(t / 3), 100 + Math.cos(t / 5)];
		return i % 2 === 0
			? 0.6 * (Math.cos(angle) * x - Math.sin(angle) * y) + dx
			: 0.6 * (Math.sin(angle) * x + Math.cos(angle) * y) + dy;
	});
}

/** What comes out for frames with (true) and without (false) a face; picture t has brightness t + 1. */
function crop(seen: readonly boolean[], maximumGap: number): { frames: LipFrame[]; held: number } {
	const cropper = new LipCropper(maximumGap);
	const frames: LipFrame[] = [];
	let held = 0;
	seen.forEach((here, t) => {
		frames.push(...cropper.push(picture(t + 1), here ? face(t) : null));
		held = Math.max(held, t + 1 - frames.length);
	});
	frames.push(...cropper.finish());
	return { frames, held };
}

const pattern = (text: string): boolean[] => Array.from(text, (c) => c === 'x');
const middle = (frame: LipFrame | undefined): number | undefined => frame?.data[48 * lipSize + 48];

describe('LipCropper', () => {
	test('gives one lip picture for each frame, in order, smoothed over the frames around it', () => {
		const { frames } = crop(pattern('x'.repeat(40)), 5);
		expect(frames).toHaveLength(40);
		const all = Array.from({ length: 40 }, (_, t) => face(t));
		frames.forEach((frame, t) => {
			expect(frame.seen).toBe(true);
			expect(frame.data).toEqual(cropLips(picture(t + 1), smoothLandmarks(all, t)));
			expect(middle(frame)).toBe(t + 1);
		});
	});

	test('bridges short gaps, at the ends too', () => {
		const { frames } = crop(pattern('...xxxxxxxx...xxxxxxxx..'), 5);
		expect(frames).toHaveLength(24);
		expect(frames.every((frame) => frame.seen)).toBe(true);
		frames.forEach((frame, t) => expect(middle(frame)).toBe(t + 1));
	});

	test('shows a longer loss as pictures of the grey that means no face', () => {
		const { frames } = crop(pattern('xxxxx' + '.'.repeat(12) + 'xxxxx' + '.'.repeat(7)), 5);
		const seen = frames.map((frame) => (frame.seen ? 'x' : '.')).join('');
		expect(seen).toBe('xxxxx' + '.'.repeat(12) + 'xxxxx' + '.'.repeat(7));
		for (const frame of frames.filter((each) => !each.seen)) {
			expect(new Set(frame.data)).toEqual(new Set([noFaceGrey]));
		}
	});

	test('a track without any face gives pictures of no face', () => {
		const { frames } = crop(pattern('...'), 5);
		expect(frames.map((frame) => frame.seen)).toEqual([false, false, false]);
	});

	test('holds back a bounded number of frames', () => {
		expect(crop(pattern('x'.repeat(300)), 25).held).toBeLessThanOrEqual(7);
		expect(crop(pattern('x'.repeat(50) + '.'.repeat(200)), 25).held).toBeLessThanOrEqual(25 + 7);
	});
});

test('the mouth of the mean face lies where the reference crop has it', () => {
	// Brightness of the source encodes the row, so the crop tells which rows it shows.
	const rows: Picture = {
		width: 256,
		height: 256,
		channels: 1,
		data: Uint8Array.from({ length: 256 * 256 }, (_, i) => Math.floor(i / 256)),
	};
	const lips = cropLips(rows, Float32Array.from(meanFace));
	// Mean of points 48..67 is (129.31, 157.82): rows 110..205.
	expect(lips[0]).toBe(110);
	expect(lips[lipSize * lipSize - 1]).toBe(205);
});
