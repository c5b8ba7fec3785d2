import type { Model } from '../../inference/model.ts';
import { transformPoints, type Similarity } from '../../signal/affine.ts';
import { warpPlanes, type Picture } from '../../signal/warp.ts';
import { assert } from '../../support/assert.ts';
import type { Face } from '../faces/yunet.ts';
import { boxAround, type Landmarks } from './landmarks.ts';

/** Side of the net's input, in pixels. */
const inputSize = 192;

/** Side of the square that the net looks at, as a part of the longer side of the face (MediaPipe's own). */
const regionScale = 1.5;

/** Height from the brows up to the hairline, as a part of that from the brows down to the chin. Measured: 0.19. */
const forehead = 0.19;

/** Landmarks of the outer corners of the eyes. */
const rightEye = 36;
const leftEye = 45;

/**
 * For each of the 68 points the one of the mesh's 468 that stands for it: on the outline that it belongs to, left
 * and right alike, the one nearest to where the 68-point net sets it (models/mediapipe/README.md).
 */
// prettier-ignore
export const meshPoints: readonly number[] = [
	// Jaw.
	127, 234, 132, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 361, 454, 356,
	// Brows.
	70, 63, 105, 66, 107, 336, 296, 334, 293, 300,
	// Bridge and base of the nose.
	168, 197, 195, 4, 75, 97, 2, 326, 305,
	// Right and left eye.
	7, 160, 158, 133, 153, 144, 362, 385, 387, 249, 373, 380,
	// Outer and inner lips.
	61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181,
	78, 82, 13, 312, 308, 317, 14, 87,
];

/**
 * The landmarks of a face by MediaPipe's face mesh: input [1, 3, 192, 192], RGB, 0 to 1, an upright face with a
 * quarter of its size around it; output 468 points (x, y, z) in pixels of it, and the logit of there being a face.
 *
 * @param where the face, or its landmarks in the frame before
 * @returns null where the net sees no face
 */
export async function findMeshLandmarks(
	model: Model,
	picture: Picture,
	where: Face | Landmarks,
	signal?: AbortSignal,
): Promise<Landmarks | null> {
	const toPicture = where instanceof Float32Array ? aroundLandmarks(where) : aroundFace(where);
	const data = warpPlanes(picture, toPicture, inputSize, { mean: 0, scale: 255 });
	const dims = [1, 3, inputSize, inputSize];
	const outputs = await model.run({ input_1: { type: 'float32', dims, data } }, signal);
	const { conv2d_21: mesh, conv2d_31: flag } = outputs;
	assert(mesh?.type === 'float32' && flag?.type === 'float32', 'The face mesh gave no points');
	if (!((flag.data[0] ?? 0) > 0)) return null;
	// The net counts from the corner of the first pixel, pictures from its middle.
	const inInput = meshPoints.flatMap((i) => [
		(mesh.data[3 * i] ?? 0) - 0.5,
		(mesh.data[3 * i + 1] ?? 0) - 0.5,
	]);
	return Float32Array.from(transformPoints(toPicture, inInput));
}

function aroundFace({ left, top, right, bottom, keyPoints }: Face): Similarity {
	const [rightX = 0, rightY = 0, leftX = 0, leftY = 0] = keyPoints;
	const side = Math.max(right - left, bottom - top);
	const roll = Math.atan2(leftY - rightY, leftX - rightX);
	return region((left + right) / 2, (top + bottom) / 2, side, roll);
}

/** As MediaPipe looks around the mesh of the frame before, whose forehead is not among the landmarks. */
function aroundLandmarks(landmarks: Landmarks): Similarity {
	const at = (i: number): number => landmarks[i] ?? 0;
	const roll = Math.atan2(
		at(2 * leftEye + 1) - at(2 * rightEye + 1),
		at(2 * leftEye) - at(2 * rightEye),
	);
	const upright = { a: Math.cos(roll), b: -Math.sin(roll), tx: 0, ty: 0 };
	const box = boxAround(Float32Array.from(transformPoints(upright, landmarks)));
	const top = box.top - forehead * (box.bottom - box.top);
	const middle = [(box.left + box.right) / 2, (top + box.bottom) / 2];
	const [x = 0, y = 0] = transformPoints({ ...upright, b: Math.sin(roll) }, middle);
	return region(x, y, Math.max(box.right - box.left, box.bottom - top), roll);
}

/** From pixels of the input to the picture. @param side longer side of the face @param roll in radians */
function region(x: number, y: number, side: number, roll: number): Similarity {
	const scale = (regionScale * side) / inputSize;
	const a = scale * Math.cos(roll);
	const b = scale * Math.sin(roll);
	const middle = (inputSize - 1) / 2;
	return { a, b, tx: x - (a - b) * middle, ty: y - (a + b) * middle };
}
