import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { areasOf, captionPlaces } from './face-layout.ts';

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

test('captions stand at their faces, where there is room', () => {
	const [place] = captionPlaces([{ left: 40, top: 20, width: 10, height: 50 }]);
	expect(place).toEqual({ left: 30, width: 30, below: true });
	expect(captionPlaces([{ left: 95, top: 60, width: 5, height: 40 }])).toEqual([
		{ left: 70, width: 30, below: false },
	]);
	expect(captionPlaces([])).toEqual([]);
});

test('captions of people who talk at once never cover each other, and stay in the picture', () => {
	const box = fc.record({
		left: fc.double({ min: 0, max: 90, noNaN: true }),
		top: fc.double({ min: 0, max: 80, noNaN: true }),
		width: fc.double({ min: 1, max: 30, noNaN: true }),
		height: fc.double({ min: 1, max: 20, noNaN: true }),
	});
	fc.assert(
		fc.property(fc.array(box, { maxLength: 12 }), (areas) => {
			const places = [...captionPlaces(areas)].sort((a, b) => a.left - b.left);
			for (const [i, { left, width }] of places.entries()) {
				expect(left).toBeGreaterThanOrEqual(-1e-9);
				expect(left + width).toBeLessThanOrEqual(100 + 1e-9);
				const next = places[i + 1];
				if (next) expect(left + width).toBeLessThanOrEqual(next.left + 1e-9);
			}
		}),
	);
});
