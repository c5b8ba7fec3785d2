import type { AudioBlock } from '../media/media-source.ts';

/** All samples of blocks that may come with holes between them, which are silence: 16 kHz mono. */
export async function wholeSound(blocks: AsyncIterable<AudioBlock>): Promise<Float32Array> {
	const all: AudioBlock[] = [];
	for await (const block of blocks) all.push(block);
	const last = all.at(-1);
	const samples = new Float32Array(last ? last.startSample + last.samples.length : 0);
	for (const block of all) samples.set(block.samples, block.startSample);
	return samples;
}
