import { describe, expect, test } from 'vitest';
import type { Model, Tensor, Tensors } from '../../inference/model.ts';
import { decodeFaces, detectFaces, intersectionOverUnion, suppress } from './yunet.ts';
import type { Face } from './yunet.ts';

/** YuNet's outputs for a 64 x 64 picture without faces, to be filled in. */
function emptyOutputs(): Record<string, Tensor & { data: Float32Array }> {
	const outputs: Record<string, Tensor & { data: Float32Array }> = {};
	for (const stride of [8, 16, 32]) {
		const cells = (64 / stride) ** 2;
		for (const [name, size] of Object.entries({ cls: 1, obj: 1, bbox: 4, kps: 10 })) {
			const data = new Float32Array(cells * size);
			outputs[`${name}_${stride}`] = { type: 'float32', dims: [1, cells, size], data };
		}
	}
	return outputs;
}

/** A face at column 2, row 1 of the grid of 16 pixels. */
function oneFace(): Tensors {
	const outputs = emptyOutputs();
	const cell = 1 * 4 + 2;
	outputs['cls_16']?.data.set([0.81], cell);
	outputs['obj_16']?.data.set([1], cell);
	outputs['bbox_16']?.data.set([0.5, 0.25, Math.log(2), Math.log(1)], cell * 4);
	outputs['kps_16']?.data.set([0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1], cell * 10);
	return outputs;
}

const face = (left: number, top: number, size: number, score: number): Face => ({
	left,
	top,
	right: left + size,
	bottom: top + size,
	score,
	keyPoints: new Float32Array(10),
});

describe('decodeFaces', () => {
	test('turns cells, strides and logarithms into pixels', () => {
		const faces = decodeFaces(oneFace(), 64, 0.6);
		expect(faces).toHaveLength(1);
		expect(faces[0]?.score).toBeCloseTo(0.9, 6);
		expect(faces[0]?.left).toBeCloseTo(2.5 * 16 - 16, 4);
		expect(faces[0]?.right).toBeCloseTo(2.5 * 16 + 16, 4);
		expect(faces[0]?.top).toBeCloseTo(1.25 * 16 - 8, 4);
		expect(faces[0]?.bottom).toBeCloseTo(1.25 * 16 + 8, 4);
		expect([...(faces[0]?.keyPoints ?? [])]).toEqual([32, 16, 48, 16, 40, 24, 32, 32, 48, 32]);
	});

	test('drops what scores too low', () => {
		expect(decodeFaces(oneFace(), 64, 0.95)).toEqual([]);
	});
});

test('of overlapping faces the best remains', () => {
	const kept = suppress([face(0, 0, 100, 0.7), face(5, 5, 100, 0.9), face(200, 0, 50, 0.8)]);
	expect(kept.map(({ score }) => score)).toEqual([0.9, 0.8]);
});

test('intersection over union', () => {
	expect(intersectionOverUnion(face(0, 0, 10, 1), face(0, 0, 10, 1))).toBe(1);
	expect(intersectionOverUnion(face(0, 0, 10, 1), face(10, 0, 10, 1))).toBe(0);
	expect(intersectionOverUnion(face(0, 0, 10, 1), face(5, 0, 10, 1))).toBeCloseTo(1 / 3, 12);
});

test('detectFaces pads to whole cells, feeds BGR planes, and puts the largest face first', async () => {
	const fed: Tensor[] = [];
	const outputs = emptyOutputs();
	outputs['cls_32']?.data.set([0.7, 0, 0, 0.9]);
	outputs['obj_32']?.data.set([1, 1, 1, 1]);
	outputs['bbox_32']?.data.set([0.5, 0.5, 0.4, 0.4], 0);
	const model: Model = {
		id: 'yunet',
		provider: 'wasm',
		precision: 'fp32',
		run: (inputs) => {
			if (inputs['input']) fed.push(inputs['input']);
			return Promise.resolve(outputs);
		},
	};
	const picture = { width: 50, height: 40, channels: 3 as const, data: new Uint8Array(6000) };
	picture.data.set([1, 2, 3]);
	const faces = await detectFaces(model, picture);
	expect(faces.map(({ score }) => score * score)).toEqual([
		expect.closeTo(0.7, 5),
		expect.closeTo(0.9, 5),
	]);
	expect(fed[0]?.dims).toEqual([1, 3, 64, 64]);
	expect([0, 1, 2].map((plane) => Number(fed[0]?.data[plane * 4096]))).toEqual([3, 2, 1]);
});
