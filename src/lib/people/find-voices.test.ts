import { describe, expect, test } from 'vitest';
import type { Model } from '../inference/model.ts';
import type { AudioBlock } from '../media/media-source.ts';
import type { VoiceEmbedder } from '../perception/voice/voice-embedder.ts';
import type { Progress } from '../support/progress.ts';
import { cutPieces } from './cut-pieces.ts';
import { findVoices } from './find-voices.ts';
import type { VoiceTuning } from './voice-tuning.ts';

const tuning: VoiceTuning = {
	windowSeconds: 1.6,
	stepSeconds: 0.5,
	shortestSeconds: 0.3,
	mergeCosine: 0.85,
	doubtCosine: 0,
	openCosine: 0.03,
	rung: 1,
};

/** Says that somebody speaks where the sound is loud. */
const vad: Model = {
	id: 'silero-vad',
	provider: 'wasm',
	precision: 'fp32',
	run: async ({ input, state }) => {
		if (input?.type !== 'float32' || state === undefined) throw new TypeError();
		const loudest = input.data.subarray(64).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
		const probability = loudest > 0.01 ? 0.95 : 0.02;
		return {
			output: { type: 'float32', dims: [1, 1], data: Float32Array.of(probability) },
			stateN: state,
		};
	},
};

/** Hears a voice by its pitch: how often the sound crosses zero. */
function embedder(seen: number[] = []): VoiceEmbedder {
	return {
		id: 'fake',
		sameVoiceCosine: 0.9,
		surelySameCosine: 0.95,
		differentVoicesCosine: 0.5,
		embed: async (samples) => {
			seen.push(samples.length);
			let crossings = 0;
			let loudness = 0;
			samples.forEach((x, n) => {
				if (n > 0 && x > 0 !== samples[n - 1]! > 0) crossings += 1;
				loudness += Math.abs(x);
			});
			const angle = (crossings / samples.length) * 40;
			const shade = 0.02 * (loudness / samples.length);
			const values = [Math.cos(angle), Math.sin(angle), shade];
			const length = Math.hypot(...values);
			return Float32Array.from(values, (value) => value / length);
		},
	};
}

/** Two people of different pitch in turns of 4 s, half a second of silence between. */
function twoPeople(turns: number): Float32Array {
	const samples = new Float32Array(turns * 4.5 * 16_000);
	for (let turn = 0; turn < turns; turn++) {
		const pitch = turn % 2 === 0 ? 100 : 310;
		for (let n = 0; n < 4 * 16_000; n++) {
			const wobble = 1 + 0.02 * Math.sin(n / 3000 + turn);
			samples[turn * 72_000 + n] =
				0.3 * Math.sin((2 * Math.PI * pitch * wobble * n) / 16_000 + 0.1);
		}
	}
	return samples;
}

async function* blocks(samples: Float32Array, size: number): AsyncGenerator<AudioBlock> {
	for (let startSample = 0; startSample < samples.length; startSample += size) {
		yield { startSample, samples: samples.subarray(startSample, startSample + size) };
	}
}

describe('findVoices', () => {
	const sound = twoPeople(8);

	test('two people who take turns', async () => {
		const found = await findVoices(sound, { vad, embedder: embedder() }, { tuning });
		expect(found.voices.map(({ turns }) => turns.length)).toEqual([4, 4]);
		found.voices.forEach(({ turns }, voice) => {
			turns.forEach(({ startSeconds, endSeconds }, i) => {
				const begins = (2 * i + voice) * 4.5;
				expect(Math.abs(startSeconds - begins)).toBeLessThan(0.07);
				expect(Math.abs(endSeconds - begins - 4)).toBeLessThan(0.07);
			});
		});
		expect(found.speech.length).toBe(Math.ceil(8 * 4.5 * 25));
		expect(found.embedder).toBe('fake');
	});

	test('how the sound is cut makes no difference', async () => {
		const whole = await findVoices(sound, { vad, embedder: embedder() }, { tuning });
		for (const size of [1000, 16_001, 200_000]) {
			const cut = () => blocks(sound, size);
			expect(await findVoices(cut, { vad, embedder: embedder() }, { tuning })).toEqual(whole);
		}
	});

	test('windows reach no further than their speech, and hold no more than they should', async () => {
		const seen: number[] = [];
		await findVoices(sound, { vad, embedder: embedder(seen) }, { tuning });
		expect(Math.max(...seen)).toBe(1.6 * 16_000);
		expect(Math.min(...seen)).toBeGreaterThan(1.5 * 16_000);
		// Neighbours at the end of a turn share a window, which is listened to once.
		expect(seen.length).toBeLessThan(8 * 8);
	});

	test('without an embedding speech is found all the same', async () => {
		const found = await findVoices(sound, { vad, embedder: null });
		expect(found.voices).toEqual([]);
		expect(found.pieces.length).toBeGreaterThan(60);
		expect(found.doubts).toEqual([{ code: 'voices-unknown' }]);
	});

	test('silence, and no sound at all', async () => {
		for (const samples of [new Float32Array(32_000), new Float32Array(0)]) {
			const found = await findVoices(samples, { vad, embedder: embedder() }, { tuning });
			expect(found.pieces).toEqual([]);
			expect(found.doubts).toEqual([{ code: 'no-speech' }]);
		}
	});

	test('says how far it is, and stops when asked to', async () => {
		const told: Progress[] = [];
		const stop = new AbortController();
		const stopped = findVoices(
			sound,
			{ vad, embedder: embedder() },
			{
				tuning,
				signal: stop.signal,
				onProgress: (progress) => {
					told.push(progress);
					if (progress.stage === 'voices' && progress.done > 10) stop.abort();
				},
			},
		);
		await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
		expect(new Set(told.map(({ stage }) => stage))).toEqual(new Set(['activity', 'voices']));
		expect(told.at(-1)?.done).toBe(11);
		expect(told.at(-1)?.total).toBe(64);
	});

	test('an embedder that is not known needs a tuning', async () => {
		await expect(findVoices(sound, { vad, embedder: embedder() })).rejects.toThrow(TypeError);
	});
});

test('pieces cover their speech, and windows stay within it', () => {
	const regions = [
		{ startSeconds: 1, endSeconds: 4.1 },
		{ startSeconds: 5, endSeconds: 5.2 },
		{ startSeconds: 6, endSeconds: 6.9 },
	];
	const pieces = cutPieces(regions, tuning);
	expect(pieces.length).toBe(6 + 1 + 2);
	expect(pieces[6]!.window).toBeNull();
	for (const { startSeconds, endSeconds, window } of pieces) {
		const region = regions.find(
			(range) => range.startSeconds <= startSeconds && range.endSeconds >= endSeconds - 1e-9,
		);
		expect(region).toBeDefined();
		if (window === null || region === undefined) continue;
		expect(window[0]).toBeGreaterThanOrEqual(region.startSeconds * 16_000 - 1);
		expect(window[1]).toBeLessThanOrEqual(region.endSeconds * 16_000 + 1);
		const length = Math.min(1.6, region.endSeconds - region.startSeconds);
		expect(Math.abs(window[1] - window[0] - length * 16_000)).toBeLessThanOrEqual(1);
	}
});
