import { describe, expect, test } from 'vitest';
import { PictureConverter, type Picture } from './picture.ts';

/** A 2 x 2 picture of one colour in 4:2:0. */
function flat(y: number, u: number, v: number, more: Partial<Picture> = {}): Picture {
	return {
		layout: '420',
		data: Uint8Array.of(y, y, y, y, u, v),
		planes: [
			{ offset: 0, stride: 2 },
			{ offset: 4, stride: 1 },
			{ offset: 5, stride: 1 },
		],
		width: 2,
		height: 2,
		matrix: 'bt601',
		fullRange: false,
		rotation: 0,
		flip: false,
		...more,
	};
}

function convert(picture: Picture, width: number, height: number, channels: 1 | 3): number[] {
	const output = new Uint8Array(width * height * channels + 1);
	new PictureConverter({ width, height, channels }).convert(picture, output, 1);
	return [...output.subarray(1)];
}

/** A full-range grey picture with these rows. */
function grey(rows: readonly (readonly number[])[], more: Partial<Picture> = {}): Picture {
	const width = rows[0]?.length ?? 0;
	const height = rows.length;
	return flat(0, 0, 0, {
		layout: '444',
		data: Uint8Array.from([...rows.flat(), ...new Array<number>(2 * width * height).fill(128)]),
		planes: [0, 1, 2].map((plane) => ({ offset: plane * width * height, stride: width })),
		width,
		height,
		fullRange: true,
		...more,
	});
}

describe('a picture turned into pixels', () => {
	test('limited luma is stretched and clipped', () => {
		expect(convert(flat(16, 128, 128), 2, 2, 1)).toEqual([0, 0, 0, 0]);
		expect(convert(flat(235, 128, 128), 2, 2, 1)).toEqual([255, 255, 255, 255]);
		expect(convert(flat(126, 128, 128), 2, 2, 1)[0]).toBe(Math.round((110 * 255) / 219));
		expect(convert(flat(0, 128, 128), 2, 2, 1)[0]).toBe(0);
		expect(convert(flat(126, 128, 128, { fullRange: true }), 2, 2, 1)[0]).toBe(126);
	});

	// Y, U, V of pure red as BT.601 and BT.709 define them, limited range.
	test.each([
		['bt601', 81, 90, 240],
		['bt709', 63, 102, 240],
	] as const)('red in %s is red, and its grey is 0.299 of it', (matrix, y, u, v) => {
		const red = flat(y, u, v, { matrix });
		const [r = 0, g = 0, b = 0] = convert(red, 2, 2, 3);
		expect(r).toBeGreaterThan(251);
		expect(g).toBeLessThan(4);
		expect(b).toBeLessThan(4);
		expect(Math.abs((convert(red, 2, 2, 1)[0] ?? 0) - 0.299 * 255)).toBeLessThan(2);
	});

	test('all layouts of one picture agree', () => {
		const planar = flat(100, 90, 180);
		const nv12 = flat(100, 90, 180, {
			layout: 'nv12',
			planes: [
				{ offset: 0, stride: 2 },
				{ offset: 4, stride: 2 },
			],
		});
		for (const channels of [1, 3] as const) {
			expect(convert(nv12, 2, 2, channels)).toEqual(convert(planar, 2, 2, channels));
		}
		const rgb = convert(planar, 2, 2, 3).slice(0, 3);
		const rgba = flat(0, 0, 0, {
			layout: 'rgba',
			data: Uint8Array.from([rgb, rgb, rgb, rgb].flatMap((pixel) => [...pixel, 255])),
			planes: [{ offset: 0, stride: 8 }],
		});
		expect(convert(rgba, 2, 2, 3)).toEqual(convert(planar, 2, 2, 3));
		const difference = (convert(rgba, 2, 2, 1)[0] ?? 0) - (convert(planar, 2, 2, 1)[0] ?? 0);
		expect(Math.abs(difference)).toBeLessThanOrEqual(1);
	});

	test('it is turned clockwise, then mirrored', () => {
		const rows = [
			[1, 2, 3],
			[4, 5, 6],
		];
		expect(convert(grey(rows, { rotation: 90 }), 2, 3, 1)).toEqual([4, 1, 5, 2, 6, 3]);
		expect(convert(grey(rows, { rotation: 180 }), 3, 2, 1)).toEqual([6, 5, 4, 3, 2, 1]);
		expect(convert(grey(rows, { rotation: 270 }), 2, 3, 1)).toEqual([3, 6, 2, 5, 1, 4]);
		expect(convert(grey(rows, { flip: true }), 3, 2, 1)).toEqual([3, 2, 1, 6, 5, 4]);
	});

	test('it is scaled between pixel centres', () => {
		expect(convert(grey([[0, 100]]), 4, 1, 1)).toEqual([0, 25, 75, 100]);
		expect(convert(grey([[0, 100, 200, 40]]), 2, 1, 1)).toEqual([50, 120]);
		const rows = [
			[0, 40],
			[80, 120],
		];
		expect(convert(grey(rows), 1, 1, 1)).toEqual([60]);
		// Turned and scaled at once.
		expect(convert(grey([[0, 100]], { rotation: 90 }), 1, 4, 1)).toEqual([0, 25, 75, 100]);
	});
});
