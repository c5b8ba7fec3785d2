import fc from 'fast-check';
import { expect, test } from 'vitest';
import { averaged, blurredSize, fittedSize } from './blurred-size.ts';

test('a blurred picture is six averages across, whatever its size', () => {
	expect(blurredSize({ width: 224, height: 224 })).toEqual({ width: 6, height: 6 });
	expect(blurredSize({ width: 1536, height: 416 })).toEqual({ width: 22, height: 6 });
	expect(blurredSize({ width: 1080, height: 1920 })).toEqual({ width: 6, height: 11 });
	expect(blurredSize({ width: 9000, height: 10 })).toEqual({ width: 32, height: 6 });
});

test('fitting keeps the shape and enlarges nothing', () => {
	expect(fittedSize({ width: 4000, height: 1000 }, { width: 1000, height: 1000 })).toEqual({
		width: 1000,
		height: 250,
	});
	expect(fittedSize({ width: 8, height: 4 }, { width: 100, height: 100 }).width).toBe(8);
});

test('averages keep the brightness of a picture and none of its detail', () => {
	const size = fc.record({
		width: fc.integer({ min: 1, max: 40 }),
		height: fc.integer({ min: 1, max: 40 }),
	});
	fc.assert(
		fc.property(size, fc.integer({ min: 0, max: 255 }), (from, grey) => {
			const rgb = new Uint8Array(from.width * from.height * 3).fill(grey);
			const pixels = averaged(rgb, from, { width: 6, height: 6 });
			expect(pixels).toHaveLength(144);
			expect([...pixels].every((value, i) => value === (i % 4 === 3 ? 255 : grey))).toBe(true);
		}),
	);
	// A chequered board is grey.
	const board = Uint8Array.from({ length: 48 * 48 * 3 }, (_, i) => {
		const pixel = Math.floor(i / 3);
		return ((pixel % 48) + Math.floor(pixel / 48)) % 2 === 0 ? 255 : 0;
	});
	const pixels = averaged(board, { width: 48, height: 48 }, { width: 6, height: 6 });
	expect([...new Set(pixels.filter((_, i) => i % 4 < 3))]).toEqual([128]);
});
