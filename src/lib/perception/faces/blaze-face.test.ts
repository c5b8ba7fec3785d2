import { describe, expect, test } from 'vitest';
import type { Model, Tensor, Tensors } from '../../inference/model.ts';
import type { Picture } from '../../signal/warp.ts';
import { decodeBlazeFaces, findBlazeFaces, tilesOf } from './blaze-face.ts';
import { findFaces } from './face-detectors.ts';

/** A cell of the net's grid: the logit, and the 16 values. */
type Cell = readonly [at: number, logit: number, values: readonly number[]];

function outputsWith(...cells: Cell[]): Tensors {
	const logits = new Float32Array(2304).fill(-20);
	const values = new Float32Array(2304 * 16);
	for (const [at, logit, own] of cells) {
		logits[at] = logit;
		values.set(own, at * 16);
	}
	return {
		reshaped_classifier_face_4: { type: 'float32', dims: [1, 2304, 1], data: logits },
		reshaped_regressor_face_4: { type: 'float32', dims: [1, 2304, 16], data: values },
	};
}

/** Right eye, left eye, nose, mouth, ears: a face that is 40 pixels wide, upright. */
const points = [-10, -8, 10, -8, 0, 0, 0, 10, -18, -4, 18, -4];
const box = [1, -1, 40, 44];

/** Gives the outputs in turn, the last one for all further runs. */
function modelWith(outputs: readonly Tensors[], fed: Tensor[] = []): Model {
	return {
		id: 'face-detection',
		provider: 'wasm',
		precision: 'fp32',
		run: ({ input }) => {
			if (input) fed.push(input);
			return Promise.resolve(outputs[Math.min(fed.length, outputs.length) - 1] ?? outputsWith());
		},
	};
}

function blank(width: number, height: number): Picture {
	return { width, height, channels: 1, data: new Uint8Array(width * height).fill(255) };
}

describe('decodeBlazeFaces', () => {
	test('sets box and points around the middle of the cell', () => {
		const [face, ...others] = decodeBlazeFaces(
			outputsWith([48 * 2 + 5, 0, [...box, ...points]]),
			0.5,
		);
		expect(others).toEqual([]);
		// The cell's middle: (22, 10).
		expect(face).toMatchObject({ left: 3, right: 43, top: -13, bottom: 31, score: 0.5 });
		const corner = 0.414 * 20;
		expect([...(face?.keyPoints ?? [])]).toEqual(
			[12, 2, 32, 2, 22, 10, 22 - corner, 20, 22 + corner, 20].map((value): unknown =>
				expect.closeTo(value, 4),
			),
		);
	});

	test('leaves out what scores too low', () => {
		expect(decodeBlazeFaces(outputsWith([7, 0, box]), 0.51)).toEqual([]);
	});
});

describe('tilesOf', () => {
	test('a face track is seen as a whole, as a square around its middle', () => {
		expect(tilesOf(blank(224, 224))).toEqual([{ left: 0, top: 0, right: 224, bottom: 224 }]);
		expect(tilesOf(blank(300, 200))).toEqual([{ left: 0, top: -50, right: 300, bottom: 250 }]);
	});

	test('a large picture in overlapping tiles, too, that cover it', () => {
		const [whole, ...tiles] = tilesOf(blank(1280, 720));
		expect(whole).toEqual({ left: 0, top: -280, right: 1280, bottom: 1000 });
		expect(tiles.map(({ left, top }) => [left, top])).toEqual([
			[0, 0],
			[320, 0],
			[640, 0],
			[0, 80],
			[320, 80],
			[640, 80],
		]);
		for (const { left, top, right, bottom } of tiles) {
			expect([right - left, bottom - top]).toEqual([640, 640]);
		}
	});
});

describe('findBlazeFaces', () => {
	test('feeds RGB planes from -1 to 1', async () => {
		const fed: Tensor[] = [];
		const picture: Picture = {
			width: 192,
			height: 192,
			channels: 3,
			data: new Uint8Array(192 * 192 * 3),
		};
		picture.data.set([255, 0, 51]);
		await findBlazeFaces(modelWith([outputsWith()], fed), picture);
		expect(fed.map(({ dims }) => dims)).toEqual([[1, 3, 192, 192]]);
		const first = [0, 1, 2].map((plane) => Number(fed[0]?.data[plane * 192 * 192]));
		expect(first).toEqual([1, -1, -0.6].map((value): unknown => expect.closeTo(value, 5)));
	});

	test('joins what several cells say of one face, by score, and keeps others apart', async () => {
		const far = 48 * 40 + 40;
		const outputs = outputsWith(
			[48 * 20 + 20, Math.log(3), [0, 0, 40, 40, ...points]],
			[48 * 20 + 21, Math.log(3), [0, 0, 40, 40, ...points]],
			[far, 5, [0, 0, 10, 10, ...points]],
		);
		const faces = await findFaces(modelWith([outputs]), blank(192, 192));
		expect(faces.map(({ score }) => score)).toEqual([
			expect.closeTo(0.75, 6),
			expect.closeTo(1 / (1 + Math.exp(-5)), 6),
		]);
		// Middles of the two cells: 82 and 86.
		expect(faces[0]?.left).toBeCloseTo(64, 4);
		expect(faces[0]?.right).toBeCloseTo(104, 4);
	});

	test('a face that a tile cuts is left to the others', async () => {
		// Of 768 x 768: as a whole, then nine tiles of 384, two pixels to one of the input.
		const none = outputsWith();
		const middle = outputsWith([48 * 24 + 24, 5, [0, 0, 30, 30, ...points]]);
		const atEdge = outputsWith([48 * 24 + 47, 5, [0, 0, 30, 30, ...points]]);
		const cut = await findBlazeFaces(modelWith([none, atEdge, none]), blank(768, 768));
		expect(cut).toEqual([]);
		const whole = await findBlazeFaces(modelWith([none, middle, none]), blank(768, 768));
		expect(whole).toHaveLength(1);
		expect(whole[0]).toMatchObject({ left: 166, right: 226, top: 166, bottom: 226 });
		// The picture's own border cuts nothing.
		const onBorder = await findBlazeFaces(modelWith([atEdge, none]), blank(768, 768));
		expect(onBorder).toHaveLength(1);
	});
});

test('another model is no face detector', async () => {
	const model = { ...modelWith([outputsWith()]), id: 'landmarks' };
	await expect(findFaces(model, blank(192, 192))).rejects.toThrow(TypeError);
});
