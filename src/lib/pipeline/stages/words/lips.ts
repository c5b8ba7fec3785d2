import type { MediaSource } from '../../../media/media-source.ts';
import type { LipBlock } from '../../../perception/lips/extract-lips.ts';
import { lipSize, noFaceGrey } from '../../../perception/lips/lip-crop.ts';
import type { SlowOptions } from '../../../support/progress.ts';
import type { FrameRange } from '../../frame-ranges.ts';
import { lipBlocks, type LipSource } from '../../lip-blocks.ts';
import type { Ports } from '../../ports.ts';
import type { LipClip } from '../../passage-clip.ts';
import type { Work } from '../../work.ts';

/**
 * Frames looked at before and after a segment: smoothing wants six, and a face that is lost at the
 * edge is filled in from the others.
 */
const marginFrames = 12;

/** The lips in the frames asked for. */
export async function cutLips(
	media: MediaSource,
	source: LipSource,
	range: FrameRange,
	ports: Ports,
	work: Work,
): Promise<LipClip> {
	if (source === 'clip') {
		return clipOf(await lipBlocks(media, source, range, ports, work), range, work);
	}
	const around = {
		startFrame: Math.max(0, range.startFrame - marginFrames),
		endFrame: range.endFrame + marginFrames,
	};
	return ports.models.evenIfLost(async () =>
		clipOf(await lipBlocks(media, source, around, ports, work), range, work),
	);
}

/** A range in which no face is seen, as `cutLips` gives it. */
export function unseenLips({ startFrame, endFrame }: FrameRange): LipClip {
	const frames = endFrame - startFrame;
	return {
		data: new Uint8Array(frames * lipSize * lipSize).fill(noFaceGrey),
		seen: new Uint8Array(frames),
	};
}

/** The pictures of a range out of blocks that may begin before and end after it. */
async function clipOf(
	blocks: AsyncIterable<LipBlock>,
	range: FrameRange,
	{ onProgress }: Pick<SlowOptions, 'onProgress'>,
): Promise<LipClip> {
	const count = range.endFrame - range.startFrame;
	const pixels = lipSize * lipSize;
	const data = new Uint8Array(count * pixels);
	const seen = new Uint8Array(count);
	for await (const block of blocks) {
		for (let i = 0; i < block.count; i++) {
			const frame = block.startFrame + i - range.startFrame;
			if (frame < 0 || frame >= count) continue;
			data.set(block.data.subarray(i * pixels, (i + 1) * pixels), frame * pixels);
			seen[frame] = block.seen[i] ?? 0;
		}
		const done = Math.min(count, Math.max(0, block.startFrame + block.count - range.startFrame));
		onProgress?.({ stage: 'lips', done, total: count, unit: 'frames' });
	}
	return { data, seen };
}
