import type { Model, Tensors } from '../../inference/model.ts';
import { resamplePlanes, type Picture, type Rectangle } from '../../signal/warp.ts';
import { assert } from '../../support/assert.ts';
import { intersectionOverUnion, type Face } from './yunet.ts';

/** Side of the net's input, in pixels, and of the cells of its grid. */
const inputSize = 192;
const cellSize = 4;

/** MediaPipe's own for the full range, which keeps what is above 0.6 and joins what overlaps by 0.3. */
const defaultMinimumScore = 0.6;
const sameFaceIou = 0.3;

/**
 * A large picture is looked at twice: as a whole, and in tiles of half its longer side. Faces of less than about 14
 * pixels of the input (measured: of 10 pixels hardly any, of 18 nearly all) are found in the tiles. These overlap by as
 * much as such a face can measure and more, so that each face lies whole in one.
 */
const tileOverlap = 0.25;

/** A face this near to the border of a tile, in pixels of the input, is taken to go on beyond it. */
const borderPixels = 2;

/** Half the mouth's width as a part of the distance between the eyes, in ArcFace's template. */
const halfMouth = 0.414;

/** Values of a cell: the box, then six points: eyes, nose, mouth, ears. */
const cellValues = 16;

/**
 * Finds faces with MediaPipe's BlazeFace of full range: input [1, 3, 192, 192], RGB, -1 to 1; for each of 48 x 48 cells
 * the logit of a face, and box and points in pixels from the cell's middle.
 *
 * @returns faces in no order; the corners of the mouth are set from its middle and the eyes
 */
export async function findBlazeFaces(
	model: Model,
	picture: Picture,
	options: { readonly minimumScore?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<Face[]> {
	const faces: Face[] = [];
	for (const tile of tilesOf(picture)) {
		const data = resamplePlanes(picture, tile, inputSize, {
			mean: 127.5,
			scale: 127.5,
			reversed: false,
		});
		const dims = [1, 3, inputSize, inputSize];
		const outputs = await model.run({ input: { type: 'float32', dims, data } }, options.signal);
		const seen = decodeBlazeFaces(outputs, options.minimumScore ?? defaultMinimumScore);
		const whole = seen.filter((face) => !isCut(face, tile, picture));
		faces.push(...whole.map((face) => inPicture(face, tile)));
	}
	return blend(faces);
}

/** The whole picture as a square and, where tiles need not be enlarged, overlapping tiles of half its size. */
export function tilesOf({ width, height }: Picture): Rectangle[] {
	const longer = Math.max(width, height);
	const sides = longer >= 2 * inputSize ? [longer, longer / 2] : [longer];
	return sides.flatMap((side) =>
		startsOf(height, side).flatMap((top) =>
			startsOf(width, side).map((left) => ({ left, top, right: left + side, bottom: top + side })),
		),
	);
}

/** Where tiles begin along a length; one that is longer lies around its middle. */
function startsOf(length: number, side: number): number[] {
	if (length <= side) return [(length - side) / 2];
	const steps = Math.ceil((length - side) / (side * (1 - tileOverlap)));
	return Array.from({ length: steps + 1 }, (_, i) => (i * (length - side)) / steps);
}

/** Faces of at least `minimumScore` in the net's raw outputs, in pixels of its input. */
export function decodeBlazeFaces(outputs: Tensors, minimumScore: number): Face[] {
	const logits = floats(outputs, 'reshaped_classifier_face_4');
	const values = floats(outputs, 'reshaped_regressor_face_4');
	const columns = inputSize / cellSize;
	const faces: Face[] = [];
	for (let cell = 0; cell < logits.length; cell++) {
		const score = 1 / (1 + Math.exp(-(logits[cell] ?? -Infinity)));
		if (score < minimumScore) continue;
		const middle = [
			((cell % columns) + 0.5) * cellSize,
			(Math.floor(cell / columns) + 0.5) * cellSize,
		];
		const value = (i: number): number => values[cell * cellValues + i] ?? 0;
		const place = (i: number): number => value(i) + (middle[i % 2] ?? 0);
		const half = { width: value(2) / 2, height: value(3) / 2 };
		faces.push({
			left: place(0) - half.width,
			top: place(1) - half.height,
			right: place(0) + half.width,
			bottom: place(1) + half.height,
			score,
			keyPoints: withMouthCorners(Array.from({ length: 8 }, (_, i) => place(4 + i))),
		});
	}
	return faces;
}

/** Eyes, nose and corners of the mouth, from eyes, nose and the middle of the mouth. */
function withMouthCorners([
	rightX = 0,
	rightY = 0,
	leftX = 0,
	leftY = 0,
	noseX = 0,
	noseY = 0,
	mouthX = 0,
	mouthY = 0,
]: readonly number[]): Float32Array {
	const x = (leftX - rightX) * halfMouth;
	const y = (leftY - rightY) * halfMouth;
	return Float32Array.of(
		...[rightX, rightY, leftX, leftY, noseX, noseY],
		...[mouthX - x, mouthY - y, mouthX + x, mouthY + y],
	);
}

/** Whether the face reaches a border of its tile that is not one of the picture. */
function isCut(face: Rectangle, tile: Rectangle, { width, height }: Picture): boolean {
	const end = inputSize - borderPixels;
	return (
		(tile.left > 0 && face.left < borderPixels) ||
		(tile.top > 0 && face.top < borderPixels) ||
		(tile.right < width && face.right > end) ||
		(tile.bottom < height && face.bottom > end)
	);
}

function inPicture(face: Face, tile: Rectangle): Face {
	const scale = (tile.right - tile.left) / inputSize;
	const x = (value: number): number => tile.left + value * scale;
	const y = (value: number): number => tile.top + value * scale;
	const { left, top, right, bottom, score, keyPoints } = face;
	return {
		...{ left: x(left), top: y(top), right: x(right), bottom: y(bottom), score },
		keyPoints: keyPoints.map((value, i) => (i % 2 === 0 ? x(value) : y(value))),
	};
}

/** Weighted non-maximum suppression: of faces that overlap the mean by score, with the best score. */
function blend(faces: readonly Face[]): Face[] {
	const blended: Face[] = [];
	let rest = [...faces].sort((a, b) => b.score - a.score);
	for (;;) {
		const [best] = rest;
		if (!best) return blended;
		const same = rest.filter(
			(face) => face === best || intersectionOverUnion(face, best) > sameFaceIou,
		);
		rest = rest.filter((face) => !same.includes(face));
		const total = same.reduce((sum, { score }) => sum + score, 0);
		const mean = (of: (face: Face) => number): number =>
			same.reduce((sum, face) => sum + face.score * of(face), 0) / total;
		blended.push({
			left: mean(({ left }) => left),
			top: mean(({ top }) => top),
			right: mean(({ right }) => right),
			bottom: mean(({ bottom }) => bottom),
			score: best.score,
			keyPoints: best.keyPoints.map((_, i) => mean(({ keyPoints }) => keyPoints[i] ?? 0)),
		});
	}
}

function floats(outputs: Tensors, name: string): Float32Array {
	const tensor = outputs[name];
	assert(tensor?.type === 'float32', `BlazeFace gave no ${name}`);
	return tensor.data;
}
