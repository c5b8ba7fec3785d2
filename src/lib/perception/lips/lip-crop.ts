import {
	estimateSimilarity,
	invertSimilarity,
	meanPoint,
	transformPoints,
} from '../../signal/affine.ts';
import { roundHalfEven } from '../../signal/round-half-even.ts';
import { warpGrey } from '../../signal/warp.ts';
import type { Picture } from '../../signal/warp.ts';
import type { Landmarks } from './landmarks.ts';
import { firstMouthPoint, meanFace, meanFaceSize, stablePoints } from './mean-face.ts';

/** Side of a lip picture in pixels; the recogniser uses the middle 88. */
export const lipSize = 96;

/** A lip picture of this value throughout means that no face was seen. The recogniser is trained with it. */
export const noFaceGrey = 107;

/**
 * The mouth, 96 x 96 grey, of a face laid onto the mean face by its (smoothed) landmarks (MCoRec baseline,
 * script/lip_crop.py; a plain least-squares similarity in place of LMedS).
 */
export function cropLips(picture: Picture, landmarks: Landmarks): Uint8Array {
	const from = stablePoints.flatMap((i) => [landmarks[2 * i] ?? 0, landmarks[2 * i + 1] ?? 0]);
	const to = stablePoints.flatMap((i) => [meanFace[2 * i] ?? 0, meanFace[2 * i + 1] ?? 0]);
	const toFace = estimateSimilarity(from, to);
	const mouth = meanPoint(transformPoints(toFace, landmarks.subarray(2 * firstMouthPoint)));
	return warpGrey(picture, invertSimilarity(toFace), {
		left: windowStart(mouth.x),
		top: windowStart(mouth.y),
		width: lipSize,
		height: lipSize,
	});
}

/** First pixel of the window around `centre`, kept inside the mean face's picture. */
function windowStart(centre: number): number {
	return Math.min(meanFaceSize - lipSize, Math.max(0, roundHalfEven(centre - lipSize / 2)));
}
