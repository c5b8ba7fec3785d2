import type { Model } from '../../inference/model.ts';
import { estimateSimilarity, invertSimilarity } from '../../signal/affine.ts';
import { warpPlanes, type Picture } from '../../signal/warp.ts';
import { assert } from '../../support/assert.ts';
import type { Face } from './yunet.ts';

/** What a face looks like, as a vector of length 1: near for one person, far for two. */
export type FacePrint = Float32Array;

/** Side of the network's input. */
const size = 112;

/** Where both eyes, the tip of the nose and the corners of the mouth lie in it (ArcFace's template). */
const template = [
	...[38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366],
	...[41.5493, 92.3655, 70.7299, 92.2041],
];

/**
 * What a face looks like, by MobileFaceNet: input `img_inputs` [1, 3, 112, 112], RGB, (value - 127.5) / 128, the face
 * laid onto ArcFace's template by its five key points; output `embeddings` [1, 192].
 *
 * @param picture RGB
 */
export async function embedFace(
	model: Model,
	picture: Picture,
	face: Pick<Face, 'keyPoints'>,
	signal?: AbortSignal,
): Promise<FacePrint> {
	const toSource = invertSimilarity(estimateSimilarity(face.keyPoints, template));
	const data = warpPlanes(picture, toSource, size, { mean: 127.5, scale: 128 });
	const dims = [1, 3, size, size];
	const { embeddings } = await model.run({ img_inputs: { type: 'float32', dims, data } }, signal);
	assert(embeddings?.type === 'float32', 'MobileFaceNet gave no embeddings');
	const length = Math.hypot(...embeddings.data);
	return embeddings.data.map((value) => value / length);
}
