import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resamplePlanes, warpGrey } from './warp.ts';
import type { Picture } from './warp.ts';

const identity = { a: 1, b: 0, tx: 0, ty: 0 };

function grey(width: number, height: number, at: (x: number, y: number) => number): Picture {
	const data = Uint8Array.from({ length: width * height }, (_, i) =>
		at(i % width, Math.floor(i / width)),
	);
	return { width, height, channels: 1, data };
}

describe('warpGrey', () => {
	test('without movement it copies the window, black beyond the border', () => {
		const source = grey(4, 3, (x, y) => 10 * y + x + 1);
		const out = warpGrey(source, identity, { left: -1, top: -1, width: 3, height: 3 });
		expect([...out]).toEqual([0, 0, 0, 0, 1, 2, 0, 11, 12]);
	});

	test('blends neighbours by distance', () => {
		const source = grey(2, 2, (x, y) => 100 * x + 40 * y);
		const shifted = warpGrey(
			source,
			{ ...identity, tx: 0.25, ty: 0.5 },
			{ left: 0, top: 0, width: 1, height: 1 },
		);
		expect([...shifted]).toEqual([Math.round(25 + 20)]);
	});

	test('a quarter turn moves every pixel to its place', () => {
		const source = grey(3, 3, (x, y) => 30 * y + 10 * x);
		// Target (u, v) shows source (v, 2 - u).
		const out = warpGrey(
			source,
			{ a: 0, b: -1, tx: 0, ty: 2 },
			{ left: 0, top: 0, width: 3, height: 3 },
		);
		expect([...out]).toEqual([60, 30, 0, 70, 40, 10, 80, 50, 20]);
	});

	test('keeps a uniform picture uniform inside it', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 255 }),
				fc.double({ min: -0.2, max: 0.2, noNaN: true }),
				(value, angle) => {
					const turn = { a: Math.cos(angle), b: Math.sin(angle), tx: 4, ty: 4 };
					const out = warpGrey(
						grey(20, 20, () => value),
						turn,
						{ left: 0, top: 2, width: 8, height: 8 },
					);
					expect(new Set(out)).toEqual(new Set([value]));
				},
			),
		);
	});

	test('takes grey pictures only', () => {
		const colour: Picture = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) };
		expect(() => warpGrey(colour, identity, { left: 0, top: 0, width: 1, height: 1 })).toThrow(
			TypeError,
		);
	});
});

describe('resamplePlanes', () => {
	test('halves a picture by averaging two by two', () => {
		const source = grey(4, 4, (x, y) => 10 * x + 40 * y);
		const box = { left: 0, top: 0, right: 4, bottom: 4 };
		const out = resamplePlanes(source, box, 2, { mean: 0, scale: 1, reversed: true });
		expect([...out.subarray(0, 4)]).toEqual([25, 45, 105, 125]);
		expect([...out.subarray(4, 8)]).toEqual([25, 45, 105, 125]);
		expect(out).toHaveLength(12);
	});

	test('repeats the border beyond the picture', () => {
		const source = grey(2, 1, (x) => (x === 0 ? 50 : 90));
		const box = { left: -2, top: 0, right: 4, bottom: 1 };
		const out = resamplePlanes(source, box, 6, { mean: 0, scale: 1, reversed: false });
		expect([...out.subarray(0, 6)]).toEqual([50, 50, 50, 90, 90, 90]);
	});

	test('orders colours as asked and normalises them', () => {
		const source: Picture = { width: 1, height: 1, channels: 3, data: Uint8Array.of(10, 20, 30) };
		const box = { left: 0, top: 0, right: 1, bottom: 1 };
		const normalise = { mean: 10, scale: 10 };
		expect([...resamplePlanes(source, box, 1, { ...normalise, reversed: true })]).toEqual([
			2, 1, 0,
		]);
		expect([...resamplePlanes(source, box, 1, { ...normalise, reversed: false })]).toEqual([
			0, 1, 2,
		]);
	});
});
