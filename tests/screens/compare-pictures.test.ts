import { describe, expect, test } from 'vitest';
import { difference, type Picture } from './compare-pictures.ts';

type Colour = readonly [number, number, number];

const paper: Colour = [246, 246, 243];
const surface: Colour = [255, 255, 255];
const line: Colour = [220, 222, 218];
/** Text of `--muted` and of `--ink` at a quarter of its size: a third of it is ink. */
const mutedText: Colour = [195, 198, 200];

class Canvas implements Picture {
	readonly width = 97;
	readonly height = 200;
	readonly data = new Uint8ClampedArray(4 * 97 * 200).fill(255);

	box(x: number, y: number, width: number, height: number, [r, g, b]: Colour): this {
		for (let row = y; row < y + height; row++) {
			for (let column = x; column < x + width; column++) {
				this.data.set([r, g, b, 255], 4 * (row * this.width + column));
			}
		}
		return this;
	}

	/** Every pixel off by as much, this way or that. */
	jitter(by: number): this {
		for (let i = 0; i < this.data.length; i++) {
			if (i % 4 !== 3) this.data[i] = this.data[i]! + (((i * 2654435761) >>> 16) % 2 ? by : -by);
		}
		return this;
	}
}

/** A page: a card with an edge, text and a coloured mark. */
function page(change: (canvas: Canvas) => void = () => undefined): Canvas {
	const canvas = new Canvas()
		.box(0, 0, 97, 200, paper)
		.box(9, 19, 80, 62, line)
		.box(10, 20, 78, 60, surface)
		.box(14, 30, 40, 3, mutedText)
		.box(14, 40, 6, 3, mutedText)
		.box(60, 30, 8, 8, [18, 41, 107]);
	change(canvas);
	return canvas;
}

describe('what a person would see', () => {
	test.each([
		['a lost line of text', (canvas: Canvas) => canvas.box(14, 30, 40, 3, surface)],
		['a lost word', (canvas: Canvas) => canvas.box(14, 40, 6, 3, surface)],
		['an added word', (canvas: Canvas) => canvas.box(40, 60, 6, 3, mutedText)],
		[
			'another colour of the same brightness',
			(canvas: Canvas) => canvas.box(60, 30, 8, 8, [72, 28, 20]),
		],
		[
			'a box that moved by three of its pixels',
			(canvas: Canvas) => canvas.box(60, 30, 8, 8, surface).box(63, 30, 8, 8, [18, 41, 107]),
		],
		['another ground', (canvas: Canvas) => canvas.box(10, 20, 78, 60, [235, 235, 235])],
	])('%s', (_, change) => {
		expect(difference(page(), page(change))).not.toBe(null);
		expect(difference(page(change), page())).not.toBe(null);
	});

	test('where it is, in pixels of the page', () => {
		const found = difference(
			page(),
			page((canvas) => canvas.box(14, 40, 6, 3, surface)),
		);
		expect(found).toEqual({ pixels: 18, left: 56, top: 160, width: 24, height: 12 });
	});
});

describe('what nobody would see', () => {
	test('the same', () => {
		expect(difference(page(), page())).toBe(null);
	});

	test('a little noise everywhere', () => {
		expect(
			difference(
				page(),
				page((canvas) => canvas.jitter(6)),
			),
		).toBe(null);
	});

	test('edges smoothed in another way', () => {
		const smoothed = page((canvas) =>
			canvas.box(14, 30, 1, 3, [240, 240, 240]).box(53, 30, 1, 3, [240, 240, 240]),
		);
		expect(difference(page(), smoothed)).toBe(null);
	});

	test('a shift of one small pixel', () => {
		const shifted = page((canvas) =>
			canvas.box(60, 30, 8, 8, surface).box(61, 30, 8, 8, [18, 41, 107]),
		);
		expect(difference(page(), shifted)).toBe(null);
	});
});

test('pictures of different sizes are not for it to judge', () => {
	const other = { width: 1, height: 1, data: new Uint8Array(4) };
	expect(() => difference(page(), other)).toThrow(TypeError);
});
