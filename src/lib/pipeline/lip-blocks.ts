import type { MediaSource } from '../media/media-source.ts';
import { extractLips, readLipClip, type LipBlock } from '../perception/lips/extract-lips.ts';
import { lipSize } from '../perception/lips/lip-crop.ts';
import type { FrameRange } from './frame-ranges.ts';
import type { Ports } from './ports.ts';
import type { Work } from './work.ts';

/** Where lips come from: the face track itself, or the 96x96 clip that came with the session. */
export type LipSource = 'track' | 'clip';

/** A file with sound alone has none. */
export type PictureSource = LipSource | 'none';

const faceModels = ['yunet', 'landmarks'] as const;

/** Models that find lips in a face track; nothing else needs any. */
export function lipModels(source: PictureSource): readonly string[] {
	return source === 'track' ? faceModels : [];
}

/** The lips in a range of frames, or in all of them. */
export async function lipBlocks(
	media: MediaSource,
	source: LipSource,
	range: Partial<FrameRange>,
	{ models }: Ports,
	work: Work,
): Promise<AsyncIterable<LipBlock>> {
	const { signal } = work;
	if (source === 'clip') {
		return readLipClip(media.frames({ ...range, width: lipSize, height: lipSize, signal }));
	}
	const [detector, landmarker] = await Promise.all([
		models.get('yunet', work),
		models.get('landmarks', work),
	]);
	const frames = media.frames({ ...range, signal });
	return counted(extractLips(frames, { detector, landmarker }, { signal }), models);
}

async function* counted(
	blocks: AsyncIterable<LipBlock>,
	models: Ports['models'],
): AsyncGenerator<LipBlock> {
	for await (const block of blocks) {
		for (const id of faceModels) models.count(id, block.count, 'frames');
		yield block;
	}
}
