import { describe, expect, test } from 'vitest';
import type { Model } from '../../inference/model.ts';
import type { AudioBlock } from '../../media/media-source.ts';
import { voiceActivity } from './silero-vad.ts';

interface Seen {
	readonly input: Float32Array;
	readonly state: number;
}

/** Answers with the loudest new sample, and counts its runs in the state. */
function fake(seen: Seen[] = []): Model {
	return {
		id: 'fake',
		provider: 'wasm',
		precision: 'fp32',
		run: async ({ input, state, sr }) => {
			if (input?.type !== 'float32' || state?.type !== 'float32') throw new TypeError();
			expect(input.dims).toEqual([1, 576]);
			expect(sr?.data[0]).toBe(16000n);
			seen.push({ input: input.data.slice(), state: state.data[0]! });
			const loudest = input.data.subarray(64).reduce((a, b) => Math.max(a, b), 0);
			return {
				output: { type: 'float32', dims: [1, 1], data: Float32Array.of(loudest) },
				stateN: {
					type: 'float32',
					dims: [2, 1, 128],
					data: new Float32Array(256).fill(state.data[0]! + 1),
				},
			};
		},
	};
}

async function* blocks(samples: Float32Array, size: number): AsyncGenerator<AudioBlock> {
	for (let startSample = 0; startSample < samples.length; startSample += size) {
		yield { startSample, samples: samples.subarray(startSample, startSample + size) };
	}
}

describe('voiceActivity', () => {
	const ramp = Float32Array.from({ length: 5000 }, (_, n) => n / 5000);

	test('windows follow each other with state and context, however the sound is cut', async () => {
		const whole: Seen[] = [];
		const found = await voiceActivity(fake(whole), blocks(ramp, 5000));
		expect(whole.length).toBe(Math.ceil(5000 / 512));
		whole.forEach(({ input, state }, w) => {
			expect(state).toBe(w);
			const first = 512 * w - 64;
			input.forEach((value, n) => expect(value).toBe(ramp[first + n] ?? 0));
		});
		for (const size of [1, 100, 512, 1333]) {
			expect(await voiceActivity(fake(), blocks(ramp, size))).toEqual(found);
		}
	});

	test('one value a frame of 640 samples, by the share of each window', async () => {
		const found = await voiceActivity(fake(), blocks(ramp, 700));
		expect(found.length).toBe(8);
		const loudest = (w: number): number => Math.min(511 + 512 * w, 4999) / 5000;
		expect(found[0]).toBeCloseTo((512 * loudest(0) + 128 * loudest(1)) / 640, 6);
		expect(found[1]).toBeCloseTo((384 * loudest(1) + 256 * loudest(2)) / 640, 6);
	});

	test('no sound, no values', async () => {
		expect((await voiceActivity(fake(), blocks(ramp.subarray(0, 0), 100))).length).toBe(0);
	});

	test('a hole in the sound is refused', async () => {
		async function* holed(): AsyncGenerator<AudioBlock> {
			yield { startSample: 0, samples: ramp };
			yield { startSample: 6000, samples: ramp };
		}
		await expect(voiceActivity(fake(), holed())).rejects.toThrow(TypeError);
	});

	test('stops when asked to', async () => {
		const stop = new AbortController();
		const stopped = voiceActivity(fake(), blocks(ramp, 600), {
			signal: stop.signal,
			onProgress: () => stop.abort(),
		});
		await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
	});
});
