import type { AudioBlock } from '../media/media-source.ts';
import { sampleRateHz } from '../domain/session.ts';

/**
 * All samples of blocks that may come with holes between them, which are silence: 16 kHz mono. An hour of them
 * is 230 MB, so there is never a second copy where the length is known beforehand.
 *
 * @param expectedSeconds how long the sound should be; it may turn out otherwise
 */
export async function wholeSound(
	blocks: AsyncIterable<AudioBlock>,
	expectedSeconds: number,
): Promise<Float32Array> {
	let samples = new Float32Array(Math.ceil(expectedSeconds * sampleRateHz));
	let count = 0;
	for await (const { startSample, samples: block } of blocks) {
		const end = startSample + block.length;
		if (end > samples.length) {
			const longer = new Float32Array(Math.max(end, 2 * samples.length));
			longer.set(samples.subarray(0, count));
			samples = longer;
		}
		samples.set(block, startSample);
		count = Math.max(count, end);
	}
	return samples.subarray(0, count);
}
