import { expect, test } from 'vitest';
import type { AudioBlock } from '../../media/media-source.ts';
import { printStretches } from './print-stretches.ts';
import type { VoiceEmbedder } from './voice-embedder.ts';

/** Says what it was given: first and last sample, and how many. */
const embedder: VoiceEmbedder = {
	id: 'fake',
	sameVoiceCosine: 0.5,
	surelySameCosine: 0.8,
	differentVoicesCosine: 0.3,
	embed: (samples) =>
		samples.length === 0
			? Promise.reject(new TypeError('There is nothing to hear'))
			: Promise.resolve(Float32Array.of(samples[0]!, samples[samples.length - 1]!, samples.length)),
};

let read = 0;

/** Ten seconds in blocks of 0.3 s; each sample is its time in seconds. */
async function* sound(): AsyncGenerator<AudioBlock> {
	read = 0;
	for (let startSample = 0; startSample < 160_000; startSample += 4800) {
		const length = Math.min(4800, 160_000 - startSample);
		read += length;
		yield {
			startSample,
			samples: Float32Array.from({ length }, (_, i) => (startSample + i) / 16_000),
		};
	}
}

const range = (
	startSeconds: number,
	endSeconds: number,
): { startSeconds: number; endSeconds: number } => ({
	startSeconds,
	endSeconds,
});

test('each set is heard whole and alone, whatever the blocks', async () => {
	const sets = [[range(1, 2), range(4, 4.5)], [range(0.1, 0.2)], [range(1.5, 3)]];
	const prints = await printStretches(embedder, sound(), sets);
	expect(prints.map((print) => print[2])).toEqual([24_000, 1600, 24_000]);
	expect(prints[0]![0]).toBeCloseTo(1, 3);
	expect(prints[0]![1]).toBeCloseTo(4.5, 3);
	expect(prints[2]![1]).toBeCloseTo(3, 3);
	// Nothing is read after the last stretch.
	expect(read).toBeLessThan(5 * 16_000);
});

test('a recording that ends early gives what there is; nothing of a set is an error', async () => {
	const prints = await printStretches(embedder, sound(), [[range(9.5, 12)]]);
	expect(prints.map((print) => print[2])).toEqual([8000]);
	await expect(printStretches(embedder, sound(), [[range(11, 12)]])).rejects.toThrow(TypeError);
});

test('it stops when it is told to', async () => {
	const signal = AbortSignal.abort();
	await expect(
		printStretches(embedder, sound(), [[range(0, 1)]], { signal }),
	).rejects.toMatchObject({ name: 'AbortError' });
});
