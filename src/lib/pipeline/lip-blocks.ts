import type { MediaSource } from '../media/media-source.ts';
import { faceDetectorIds } from '../perception/faces/face-detectors.ts';
import { extractLips, readLipClip, type LipBlock } from '../perception/lips/extract-lips.ts';
import { lipSize } from '../perception/lips/lip-crop.ts';
import { landmarkerIds } from '../perception/lips/landmarkers.ts';
import type { FrameRange } from './frame-ranges.ts';
import { firstHere, type Ports } from './ports.ts';
import type { Work } from './work.ts';

/** Where lips come from: the face track itself, or the 96x96 clip that came with the session. */
export type LipSource = 'track' | 'clip';

/** A file with sound alone has none. */
export type PictureSource = LipSource | 'none';

/** Models that may be needed to find lips in a face track. */
export const lipModelIds: readonly string[] = [...faceDetectorIds, ...landmarkerIds];

/**
 * The models that find lips here: detector and landmarks, for a face track; nothing else needs any.
 *
 * @throws ConfabError `ModelUnavailable` when none for one of both is here.
 */
export async function lipModels(
	source: PictureSource,
	ports: Ports,
): Promise<readonly [] | readonly [detector: string, landmarker: string]> {
	if (source !== 'track') return [];
	return [await firstHere(faceDetectorIds, ports), await firstHere(landmarkerIds, ports)];
}

/** The lips in a range of frames, or in all of them. */
export async function lipBlocks(
	media: MediaSource,
	source: LipSource,
	range: Partial<FrameRange>,
	ports: Ports,
	work: Work,
): Promise<AsyncIterable<LipBlock>> {
	const { signal } = work;
	const [detectorId, landmarkerId] = await lipModels(source, ports);
	if (detectorId === undefined || landmarkerId === undefined) {
		return readLipClip(media.frames({ ...range, width: lipSize, height: lipSize, signal }));
	}
	const { models } = ports;
	const [detector, landmarker] = await Promise.all([
		models.get(detectorId, work),
		models.get(landmarkerId, work),
	]);
	const frames = media.frames({ ...range, signal });
	const lips = extractLips(frames, { detector, landmarker }, { signal });
	return counted(lips, [detectorId, landmarkerId], models);
}

async function* counted(
	blocks: AsyncIterable<LipBlock>,
	ids: readonly string[],
	models: Ports['models'],
): AsyncGenerator<LipBlock> {
	for await (const block of blocks) {
		for (const id of ids) models.count(id, block.count, 'frames');
		yield block;
	}
}
