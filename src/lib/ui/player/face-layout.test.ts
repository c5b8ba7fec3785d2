import { expect, test } from 'vitest';
import { areasOf, captionPlace } from './face-layout.ts';

const picture = { width: 1000, height: 400 };

test('a box is where it is, in per cent', () => {
	expect(areasOf({ x1: 100, y1: 100, x2: 300, y2: 300 }, picture)).toEqual([
		{ left: 10, top: 25, width: 20, height: 50 },
	]);
});

test('the picture goes round', () => {
	const [right, left, ...rest] = areasOf({ x1: 850, y1: 0, x2: 1050, y2: 100 }, picture);
	expect(rest).toEqual([]);
	expect([right?.left, right?.width]).toEqual([85, 15]);
	expect([left?.left, left?.width]).toEqual([0, 5]);
	expect(areasOf({ x1: 1100, y1: 0, x2: 1200, y2: 100 }, picture)).toEqual([
		{ left: 10, top: 0, width: 10, height: 25 },
	]);
	expect(areasOf({ x1: -50, y1: 0, x2: 20, y2: 100 }, picture).map(({ left }) => left)).toEqual([
		95, 0,
	]);
});

test('what is not in the picture is not marked', () => {
	expect(areasOf({ x1: 10, y1: 500, x2: 60, y2: 600 }, picture)).toEqual([]);
	expect(areasOf({ x1: 60, y1: 0, x2: 10, y2: 100 }, picture)).toEqual([]);
});

test('a caption stays inside the picture, where there is room', () => {
	expect(captionPlace({ left: 0, top: 20, width: 10, height: 50 }, 5)).toEqual({
		...{ left: 0, width: 19, below: true },
	});
	const right = captionPlace({ left: 95, top: 60, width: 5, height: 40 }, 1);
	expect(right).toEqual({ left: 78, width: 22, below: false });
	// Where many sit, a caption keeps out of the next one's way.
	expect(captionPlace({ left: 30, top: 10, width: 8, height: 40 }, 8).width).toBeLessThan(12);
});
