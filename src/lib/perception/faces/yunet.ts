import type { Model, Tensors } from '../../inference/model.ts';
import { assert } from '../../support/assert.ts';
import type { Picture, Rectangle } from '../../signal/warp.ts';

/** A face as a detector sees it, in pixels of the picture. */
export interface Face extends Rectangle {
	/** 0 to 1. */
	readonly score: number;
	/** Right eye, left eye, nose tip, right and left mouth corner: x0, y0, ... (10 values). */
	readonly keyPoints: Float32Array;
}

/** Faces that overlap more than this (intersection over union) are one unless told otherwise; YuNet's own default. */
const sameFaceIou = 0.3;

/** A frontal face scores 0.94 to 0.96; YuNet's demo keeps what is above 0.6. */
const defaultMinimumScore = 0.6;

const strides = [8, 16, 32] as const;

/**
 * Finds faces with YuNet (yunet_n_dynamic): input [1, 3, H, W], BGR 0..255, sides a multiple of 32; per stride
 * score = sqrt(cls * obj), centre = (cell + delta) * stride, size = exp(delta) * stride.
 * @returns faces by falling size (width + height).
 */
export async function detectFaces(
	model: Model,
	picture: Picture,
	options: {
		minimumScore?: number;
		/** Faces that overlap more than this (intersection over union) are one. */
		mostOverlap?: number;
		signal?: AbortSignal | undefined;
	} = {},
): Promise<Face[]> {
	const width = Math.ceil(picture.width / 32) * 32;
	const height = Math.ceil(picture.height / 32) * 32;
	const outputs = await model.run(
		{
			input: { type: 'float32', dims: [1, 3, height, width], data: planes(picture, width, height) },
		},
		options.signal,
	);
	const faces = decodeFaces(outputs, width, options.minimumScore ?? defaultMinimumScore);
	return suppress(faces, options.mostOverlap).sort((a, b) => sizeOf(b) - sizeOf(a));
}

/** The picture as BGR planes, zero beyond its right and lower border. */
function planes(picture: Picture, width: number, height: number): Float32Array {
	const { data, channels } = picture;
	const plane = width * height;
	const out = new Float32Array(3 * plane);
	for (let channel = 0; channel < 3; channel++) {
		const from = channels === 1 ? 0 : 2 - channel;
		for (let y = 0; y < picture.height; y++) {
			let source = y * picture.width * channels + from;
			let target = channel * plane + y * width;
			for (let x = 0; x < picture.width; x++, source += channels) {
				out[target++] = data[source] ?? 0;
			}
		}
	}
	return out;
}

/** Faces above `minimumScore` in YuNet's raw outputs for a picture `width` pixels wide. */
export function decodeFaces(outputs: Tensors, width: number, minimumScore: number): Face[] {
	const faces: Face[] = [];
	for (const stride of strides) {
		const classes = floats(outputs, `cls_${stride}`);
		const objects = floats(outputs, `obj_${stride}`);
		const boxes = floats(outputs, `bbox_${stride}`);
		const points = floats(outputs, `kps_${stride}`);
		const columns = width / stride;
		for (let cell = 0; cell < classes.length; cell++) {
			const score = Math.sqrt(unit(classes[cell]) * unit(objects[cell]));
			if (score < minimumScore) continue;
			const column = cell % columns;
			const row = Math.floor(cell / columns);
			const centreX = (column + (boxes[cell * 4] ?? 0)) * stride;
			const centreY = (row + (boxes[cell * 4 + 1] ?? 0)) * stride;
			const halfWidth = (Math.exp(boxes[cell * 4 + 2] ?? 0) * stride) / 2;
			const halfHeight = (Math.exp(boxes[cell * 4 + 3] ?? 0) * stride) / 2;
			const keyPoints = new Float32Array(10);
			for (let i = 0; i < 10; i++) {
				keyPoints[i] = ((points[cell * 10 + i] ?? 0) + (i % 2 === 0 ? column : row)) * stride;
			}
			faces.push({
				left: centreX - halfWidth,
				top: centreY - halfHeight,
				right: centreX + halfWidth,
				bottom: centreY + halfHeight,
				score,
				keyPoints,
			});
		}
	}
	return faces;
}

/** Greedy non-maximum suppression: the best-scored face of each overlapping group. */
export function suppress(faces: readonly Face[], mostOverlap = sameFaceIou): Face[] {
	const kept: Face[] = [];
	for (const face of [...faces].sort((a, b) => b.score - a.score)) {
		if (kept.every((other) => intersectionOverUnion(face, other) <= mostOverlap)) kept.push(face);
	}
	return kept;
}

/** Shared area by joint area of two rectangles, 0 to 1. */
export function intersectionOverUnion(a: Rectangle, b: Rectangle): number {
	const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
	const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
	if (width <= 0 || height <= 0) return 0;
	const shared = width * height;
	return shared / (areaOf(a) + areaOf(b) - shared);
}

function areaOf(box: Rectangle): number {
	return (box.right - box.left) * (box.bottom - box.top);
}

/** Width and height together. */
export function sizeOf(box: Rectangle): number {
	return box.right - box.left + (box.bottom - box.top);
}

function unit(value: number | undefined): number {
	return Math.min(1, Math.max(0, value ?? 0));
}

function floats(outputs: Tensors, name: string): Float32Array {
	const tensor = outputs[name];
	assert(tensor?.type === 'float32', `YuNet gave no ${name}`);
	return tensor.data;
}
