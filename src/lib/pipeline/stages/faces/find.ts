import * as v from 'valibot';
import type { FaceMaterial } from '../../../people/find-faces.ts';
import { findFaces, pictureSize } from '../../../people/find-faces.ts';
import type { MediaSource } from '../../../media/media-source.ts';
import { FaceEmbedder } from '../../../perception/faces/face-embedder.ts';
import { present } from '../../../support/assert.ts';
import { ConfabError } from '../../../support/errors.ts';
import type { Ports } from '../../ports.ts';
import { parser } from '../../stored.ts';
import type { StoredResult } from '../../stored-result.ts';
import type { Work } from '../../work.ts';
import { faces as about } from './about.ts';

export const faceDetector = 'yunet';
export const faceEmbedder = 'mobilefacenet';

/** Shots and faces of a recording's picture. */
export const storedFaces: StoredResult<FaceMaterial, null> = {
	name: 'faces',
	stages: [about.id],
	code: 1,
	models: async (_, ports) =>
		(await isHere(faceEmbedder, ports)) ? [faceDetector, faceEmbedder] : [faceDetector],
	parse: parser(
		v.object({
			shots: v.array(v.object({ startFrame: v.number(), endFrame: v.number() })),
			tracks: v.array(
				v.object({
					shot: v.number(),
					path: v.object({ firstFrame: v.number(), corners: v.instance(Float32Array) }),
					prints: v.array(v.instance(Float32Array)),
					isStill: v.boolean(),
				}),
			),
		}),
	),
};

/** Whether a model is here at all. */
export async function isHere(id: string, { models }: Ports): Promise<boolean> {
	try {
		await models.version(id);
		return true;
	} catch (error) {
		if (!(error instanceof ConfabError) || error.code !== 'ModelUnavailable') throw error;
		return false;
	}
}

/**
 * Looks for shots and faces in a picture.
 *
 * @throws ConfabError `ModelUnavailable` when the detector is missing.
 */
export function lookForFaces(media: MediaSource, ports: Ports, work: Work): Promise<FaceMaterial> {
	const { models } = ports;
	const video = present(media.info.video, 'picture');
	const size = pictureSize(video);
	return models.evenIfLost(async () => {
		const detector = await models.get(faceDetector, work);
		const embedder = (await isHere(faceEmbedder, ports))
			? new FaceEmbedder(await models.get(faceEmbedder, work))
			: null;
		const frames = media.frames({ ...size, channels: 3, signal: work.signal });
		const scale = video.width / size.width;
		const found = await findFaces(frames, { detector, embedder }, scale, work);
		models.count(faceDetector, video.frameCount, 'frames');
		return found;
	});
}
