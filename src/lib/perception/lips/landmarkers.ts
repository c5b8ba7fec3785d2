import type { Model } from '../../inference/model.ts';
import type { Picture } from '../../signal/warp.ts';
import type { Face } from '../faces/yunet.ts';
import type { Landmarks } from './landmarks.ts';
import { findMeshLandmarks } from './mesh-landmarks.ts';
import { findPeppaLandmarks } from './peppa-landmarks.ts';

/** A network of the catalogue that finds the 68 landmarks of a face. */
interface Landmarker {
	readonly id: string;
	readonly find: typeof findMeshLandmarks;
}

/** The best first: where it is not here, the next one stands in. A new one is put here. */
const landmarkers: readonly Landmarker[] = [
	{ id: 'landmarks', find: findPeppaLandmarks },
	{ id: 'face-mesh', find: findMeshLandmarks },
];

/** Ids of the models that find landmarks, the best first. */
export const landmarkerIds: readonly string[] = landmarkers.map(({ id }) => id);

/**
 * The landmarks of a face by whichever of the networks the model is.
 *
 * @param where the face, or its landmarks in the frame before
 * @returns null where the network sees no face; not all of them can tell
 * @throws TypeError for a model that is none of them
 */
export function findLandmarks(
	model: Model,
	picture: Picture,
	where: Face | Landmarks,
	signal?: AbortSignal,
): Promise<Landmarks | null> {
	const landmarker = landmarkers.find(({ id }) => id === model.id);
	if (!landmarker) throw new TypeError(`"${model.id}" finds no landmarks`);
	return landmarker.find(model, picture, where, signal);
}
