import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { median13, windowsOf } from './face-window.ts';

interface Vectors {
	readonly tracks: readonly {
		readonly firstFrame: number;
		readonly interp: readonly (readonly [number, number, number, number])[];
		readonly s: number[];
		readonly s_med13: number[];
		readonly cropLTRB_imagePx: readonly (readonly number[])[];
	}[];
}

test('what is out of sight has no window', () => {
	const box = [10, 10, 30, 30];
	const corners = Float32Array.of(...box, NaN, NaN, NaN, NaN, ...box);
	const { firstFrame, squares } = windowsOf({ firstFrame: 7, corners });
	expect(firstFrame).toBe(7);
	expect(Array.from(squares, Number.isNaN).filter(Boolean)).toHaveLength(3);
	expect(Number.isNaN(squares[3])).toBe(true);
});

describe.skipIf(!hasShared)('windows as Light-ASD cuts them', () => {
	test('sizes and places', () => {
		const { tracks } = JSON.parse(
			readFileSync(sharedPath('vectors/recordings/iou_tracker.json'), 'utf8'),
		) as Vectors;
		for (const { firstFrame, interp, s, s_med13, cropLTRB_imagePx } of tracks) {
			expect(median13(s)).toEqual(s_med13);
			const { squares } = windowsOf({ firstFrame, corners: Float32Array.from(interp.flat()) });
			cropLTRB_imagePx.forEach(([left, top, right, bottom], i) => {
				const [x = 0, y = 0, side = 0] = squares.subarray(i * 3, i * 3 + 3);
				expect([x, y, x + side, y + side].map((value) => Math.round(value))).toEqual([
					...[left, top, right, bottom],
				]);
			});
		}
	});
});
