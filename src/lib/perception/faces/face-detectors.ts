import type { Model } from '../../inference/model.ts';
import type { Picture } from '../../signal/warp.ts';
import { findBlazeFaces } from './blaze-face.ts';
import { detectFaces, sizeOf, type Face } from './yunet.ts';

interface FaceOptions {
	/** Faces that score less are left out; by default what suits the network. */
	readonly minimumScore?: number;
	readonly signal?: AbortSignal | undefined;
}

/** A network of the catalogue that finds faces. */
interface FaceDetector {
	readonly id: string;
	readonly find: (model: Model, picture: Picture, options?: FaceOptions) => Promise<Face[]>;
}

/** The best first: where it is not here, the next one stands in. A new detector is put here. */
const faceDetectors: readonly FaceDetector[] = [
	{ id: 'yunet', find: detectFaces },
	{ id: 'face-detection', find: findBlazeFaces },
];

/** Ids of the models that find faces, the best first. */
export const faceDetectorIds: readonly string[] = faceDetectors.map(({ id }) => id);

/**
 * Finds faces with whichever of the detectors the model is.
 *
 * @returns faces by falling size (width + height)
 * @throws TypeError for a model that is none of them
 */
export async function findFaces(
	model: Model,
	picture: Picture,
	options?: FaceOptions,
): Promise<Face[]> {
	const detector = faceDetectors.find(({ id }) => id === model.id);
	if (!detector) throw new TypeError(`"${model.id}" is no face detector`);
	return (await detector.find(model, picture, options)).sort((a, b) => sizeOf(b) - sizeOf(a));
}
