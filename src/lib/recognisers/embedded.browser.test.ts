import { afterAll, describe, expect, test } from 'vitest';
import { hasSharedFiles, sharedFile } from '../../../tests/shared-browser.ts';
import { createBrowserInference } from '../inference/browser-inference.ts';
import { VolatileCheckMemory } from '../inference/self-check.ts';
import type { Model } from '../inference/model.ts';
import { openMedia } from '../media/open-media.ts';
import { extractLips } from '../perception/lips/extract-lips.ts';
import { embeddedRecogniser } from './embedded.ts';

const inference = createBrowserInference({
	base: `${location.origin}/`,
	checks: new VolatileCheckMemory(),
	policy: 'wasm',
});
afterAll(() => inference.close());

/** Clips of the test split: no training has seen them. */
const clips = [
	{ name: 'srau4p', text: 'set red at u four please' },
	{ name: 'lwbszn', text: 'lay white by s zero now' },
];

async function lipsAndSound(name: string, models: { detector: Model; landmarker: Model }) {
	const file = await sharedFile(`data/grid-s1/test/${name}.mp4`);
	const media = await openMedia(file, { name: file.name });
	try {
		const parts: Uint8Array[] = [];
		let frames = 0;
		for await (const block of extractLips(media.frames({ channels: 1 }), models)) {
			parts.push(block.data);
			frames += block.count;
		}
		const lips = new Uint8Array(frames * 96 * 96);
		parts.reduce((at, part) => (lips.set(part, at), at + part.length), 0);
		const audio = new Float32Array(frames * 640);
		for await (const { startSample, samples } of media.audio()) {
			audio.set(samples.subarray(0, Math.max(0, audio.length - startSample)), startSample);
		}
		return { lips, audio, startSeconds: 5, speech: null };
	} finally {
		await media.close();
	}
}

test(
	'the eight-bit weights give the reference output on WebGPU too',
	{ timeout: 300_000 },
	async () => {
		const gpu = createBrowserInference({
			base: `${location.origin}/`,
			checks: new VolatileCheckMemory(),
			policy: 'webgpu',
		});
		try {
			// Loading compares with the CPU's output, and goes on to another provider where it differs.
			const model = await gpu.load('embedded');
			expect(model.provider).toBe('webgpu');
			await model.close();
		} finally {
			await gpu.close();
		}
	},
);

describe.skipIf(!hasSharedFiles)('from a video file to words, with the shipped models', () => {
	test('recognises unseen sentences', async () => {
		const text = new TextDecoder();
		const recogniser = embeddedRecogniser(await inference.load('embedded'), {
			units: text.decode(await inference.readFile('embedded', 'units')),
			languageModel: text.decode(await inference.readFile('embedded', 'lm')),
		});
		const models = {
			detector: await inference.load('yunet'),
			landmarker: await inference.load('landmarks'),
		};
		let right = 0;
		for (const clip of clips) {
			const cues = await recogniser.recognise(await lipsAndSound(clip.name, models));
			const words = cues.flatMap((cue) => cue.words);
			const spoken = clip.text.split(' ');
			expect(words).toHaveLength(spoken.length);
			right += words.filter((word, i) => word.text === spoken[i]).length;
			for (const word of words) {
				expect(word.startSeconds).toBeGreaterThanOrEqual(5);
				expect(word.endSeconds).toBeLessThanOrEqual(8);
				expect(word.confidence).toBeGreaterThan(0);
				expect(word.confidence).toBeLessThanOrEqual(1);
			}
		}
		// About one word in thirty is wrong over the whole test split.
		expect(right).toBeGreaterThanOrEqual(11);
	});
});
