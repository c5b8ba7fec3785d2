import type { Model } from '../../inference/model.ts';
import { resamplePlanes } from '../../signal/warp.ts';
import type { Picture, Rectangle } from '../../signal/warp.ts';
import { assert } from '../../support/assert.ts';
import type { Face } from '../faces/yunet.ts';
import { boxAround, type Landmarks } from './landmarks.ts';

const landmarkCount = 68;

/** Side of the net's input. */
const inputSize = 160;

/** Part of the face box added on each side, as the net was trained. */
const margin = 0.2;

/**
 * The landmarks of a face by the slim 160 x 160 net: input (BGR - 127) / 127 of its box enlarged by 20 % on each
 * side, output x, y in 0..1 of that crop.
 *
 * @param where the face, or its landmarks in the frame before
 */
export async function findPeppaLandmarks(
	model: Model,
	picture: Picture,
	where: Face | Landmarks,
	signal?: AbortSignal,
): Promise<Landmarks> {
	const box = where instanceof Float32Array ? boxAround(where) : where;
	const crop = enlarge(box, picture);
	const data = resamplePlanes(picture, crop, inputSize, { mean: 127, scale: 127, reversed: true });
	const dims = [1, 3, inputSize, inputSize];
	const { output1 } = await model.run({ input1: { type: 'float32', dims, data } }, signal);
	assert(output1?.type === 'float32', 'The landmark net gave no output1');
	const landmarks = new Float32Array(2 * landmarkCount);
	const width = crop.right - crop.left;
	const height = crop.bottom - crop.top;
	for (let i = 0; i < landmarks.length; i += 2) {
		landmarks[i] = crop.left + (output1.data[i] ?? 0) * width;
		landmarks[i + 1] = crop.top + (output1.data[i + 1] ?? 0) * height;
	}
	return landmarks;
}

/** The box with its margin, cut at the picture's border. */
function enlarge(box: Rectangle, picture: Picture): Rectangle {
	const dx = (box.right - box.left) * margin;
	const dy = (box.bottom - box.top) * margin;
	return {
		left: Math.max(0, box.left - dx),
		top: Math.max(0, box.top - dy),
		right: Math.min(picture.width, box.right + dx),
		bottom: Math.min(picture.height, box.bottom + dy),
	};
}
