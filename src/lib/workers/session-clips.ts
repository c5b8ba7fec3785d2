import type { RunSettings } from '../domain/settings.ts';
import {
	baselineDurationsSeconds,
	calibratedDurationsSeconds,
} from '../perception/active-speaker/score-track.ts';
import type { AudioBlock } from '../media/media-source.ts';
import type { LipBlock } from '../perception/lips/extract-lips.ts';
import { speechOf } from '../pipeline/frame-ranges.ts';
import type { FrameRange, LipClip, SegmentClip } from '../pipeline/stages.ts';
import type { SpeechClip } from '../recognisers/recogniser.ts';
import type { SlowOptions } from '../support/progress.ts';

/** Side of a lip picture, in pixels. */
export const lipSize = 96;

/** A segment as recognisers take it: with the probabilities of its own frames, where they are known. */
export function speechClipOf({ lips, audio, segment, activity }: SegmentClip): SpeechClip {
	return {
		lips: lips.data,
		audio,
		startSeconds: segment.startSeconds,
		speech: speechOf(segment, activity, lips.seen.length),
		speaker: segment.speakerId,
	};
}

/** Chunks of the active speaker scores: the baseline's own where anything of it is asked for. */
export function durationsFor(settings: RunSettings): readonly number[] {
	return wantsBaseline(settings) ? baselineDurationsSeconds : calibratedDurationsSeconds;
}

/** Whether anything of the challenge's baseline is asked for. */
export function wantsBaseline({ speechActivity, conversations }: RunSettings): boolean {
	return speechActivity === 'baseline' || conversations === 'baseline';
}

/** The pictures of a range out of blocks that may begin before and end after it. */
export async function clipOf(
	blocks: AsyncIterable<LipBlock>,
	range: FrameRange,
	{ onProgress }: Pick<SlowOptions, 'onProgress'> = {},
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

/** All samples of blocks that may come with holes between them, which are silence. */
export async function wholeSound(blocks: AsyncIterable<AudioBlock>): Promise<Float32Array> {
	const all: AudioBlock[] = [];
	for await (const block of blocks) all.push(block);
	const last = all.at(-1);
	const samples = new Float32Array(last ? last.startSample + last.samples.length : 0);
	for (const block of all) samples.set(block.samples, block.startSample);
	return samples;
}
