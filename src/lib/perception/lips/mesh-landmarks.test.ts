import { describe, expect, test } from 'vitest';
import type { Model, Tensor } from '../../inference/model.ts';
import type { Picture } from '../../signal/warp.ts';
import type { Face } from '../faces/yunet.ts';
import { findLandmarks } from './landmarkers.ts';
import { meanFace } from './mean-face.ts';
import { findMeshLandmarks, meshPoints } from './mesh-landmarks.ts';

/** Gives one place for all points of the mesh, in pixels of its input. */
function meshAt(x: number, y: number, flag = 1, fed: Tensor[] = []): Model {
	const points = Float32Array.from({ length: 1404 }, (_, i) => [x, y, 0][i % 3] ?? 0);
	return {
		id: 'face-mesh',
		provider: 'wasm',
		precision: 'fp32',
		run: ({ input_1: input }) => {
			if (input) fed.push(input);
			return Promise.resolve({
				conv2d_21: { type: 'float32', dims: [1, 1, 1, 1404], data: points },
				conv2d_31: { type: 'float32', dims: [1, 1, 1, 1], data: Float32Array.of(flag) },
			});
		},
	};
}

const picture: Picture = {
	width: 100,
	height: 100,
	channels: 1,
	data: Uint8Array.from({ length: 10_000 }, (_, i) => (i % 100) * 2),
};

/** 64 pixels wide around (50, 40), its eyes turned by an angle. */
function faceTurned(radians: number): Face {
	const [x, y] = [10 * Math.cos(radians), 10 * Math.sin(radians)];
	const keyPoints = Float32Array.of(50 - x, 40 - y, 50 + x, 40 + y, 0, 0, 0, 0, 0, 0);
	return { left: 18, right: 82, top: 10, bottom: 70, score: 1, keyPoints };
}

const near = (x: number, y: number): unknown[] => [expect.closeTo(x, 3), expect.closeTo(y, 3)];

describe('findMeshLandmarks', () => {
	test('looks at a square of one and a half times the face, and finds 68 points in it', async () => {
		const fed: Tensor[] = [];
		const middle = await findMeshLandmarks(meshAt(96, 96, 1, fed), picture, faceTurned(0));
		expect(middle).toHaveLength(136);
		expect([...(middle?.subarray(0, 2) ?? [])]).toEqual(near(50, 40));
		expect(fed[0]?.dims).toEqual([1, 3, 192, 192]);
		// Half the input's side is 48 pixels of the picture.
		const corner = await findMeshLandmarks(meshAt(192, 0), picture, faceTurned(0));
		expect([...(corner?.subarray(0, 2) ?? [])]).toEqual(near(98, -8));
		// The middle row: 200 / 255 times the column, from 0 to 1.
		const row = fed[0]?.data.slice(96 * 192, 97 * 192) ?? [];
		expect(Number(row[96])).toBeCloseTo((2 * 50.25) / 255, 3);
		expect(Number(row[0])).toBeCloseTo((2 * 2.25) / 255, 3);
	});

	test('sees a turned face upright', async () => {
		const right = await findMeshLandmarks(meshAt(192, 96), picture, faceTurned(Math.PI / 2));
		expect([...(right?.subarray(0, 2) ?? [])]).toEqual(near(50, 88));
	});

	test('looks around the landmarks of the frame before, forehead and all, however they are turned', async () => {
		const turn = 0.3;
		const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
		const before = Float32Array.from(meanFace, (_, i) => {
			const [x = 0, y = 0] = [meanFace[i & ~1], meanFace[i | 1]];
			return i % 2 === 0 ? 0.2 * (cos * x - sin * y) : 0.2 * (sin * x + cos * y);
		});
		const found = await findMeshLandmarks(meshAt(96, 96), picture, before);
		// The mean face lies between x 71 and 194, and from 49 (a fifth above the brows) to 201.
		const [x, y] = [132.7, 124.4];
		expect([...(found?.subarray(0, 2) ?? [])]).toEqual([
			expect.closeTo(0.2 * (cos * x - sin * y), 0),
			expect.closeTo(0.2 * (sin * x + cos * y), 0),
		]);
	});

	test('says so where the net sees no face', async () => {
		expect(await findMeshLandmarks(meshAt(96, 96, -1), picture, faceTurned(0))).toBeNull();
	});
});

test('each of the 68 points has one of the mesh, none of them twice', () => {
	expect(meshPoints).toHaveLength(68);
	expect(new Set(meshPoints).size).toBe(68);
	for (const point of meshPoints) expect(point).toBeLessThan(468);
});

test('another model finds no landmarks', () => {
	expect(() => findLandmarks({ ...meshAt(0, 0), id: 'yunet' }, picture, faceTurned(0))).toThrow(
		TypeError,
	);
});
