import { describe, expect, test } from 'vitest';
import type { Model, Tensors } from '../inference/model.ts';
import type { LipBlock } from '../perception/lips/extract-lips.ts';
import { speechScores } from './speech-scores.ts';

/** Sees forty frames to either side of each, as a network with a memory does. */
const reach = 40;
let longest = 0;

const model: Model = {
	id: 'fake',
	provider: 'wasm',
	precision: 'fp32',
	run({ lips }): Promise<Tensors> {
		if (lips?.type !== 'float32') return Promise.reject(new TypeError('no lips'));
		const frames = lips.dims[1] ?? 0;
		longest = Math.max(longest, frames);
		const brightness = Array.from({ length: frames }, (_, t) => lips.data[t * 88 * 88] ?? NaN);
		const data = Float32Array.from(brightness, (_, t) => {
			const near = brightness.slice(Math.max(0, t - reach), t + reach + 1);
			return near.reduce((sum, value) => sum + value, 0) / near.length;
		});
		return Promise.resolve({ speech: { type: 'float32', dims: [1, frames], data } });
	},
};

const levels = Array.from({ length: 2000 }, (_, t) => (t * 37 + (t >> 4)) % 256);

async function* blocks(count: number, size: number, start = 0): AsyncGenerator<LipBlock> {
	for (let startFrame = start; startFrame < count; startFrame += size) {
		await Promise.resolve();
		const frames = Math.min(size, count - startFrame);
		const data = new Uint8Array(frames * 96 * 96);
		for (let i = 0; i < frames; i++) {
			data.fill(levels[startFrame + i] ?? 0, i * 96 * 96, (i + 1) * 96 * 96);
		}
		yield { startFrame, count: frames, data, seen: new Uint8Array(frames).fill(1) };
	}
}

function expected(count: number): number[] {
	const greys = levels.slice(0, count).map((level) => (level / 255 - 0.421) / 0.165);
	return greys.map((_, t) => {
		const near = greys.slice(Math.max(0, t - reach), t + reach + 1);
		return near.reduce((sum, value) => sum + value, 0) / near.length;
	});
}

describe('speech scores', () => {
	test.each([1, 60, 374, 375, 376, 475, 650, 651, 1300])(
		'of %i frames are those of one long run, in windows of 15 s',
		async (count) => {
			longest = 0;
			const scores = await speechScores(model, blocks(count, 33), new Float32Array(count * 640));
			expect(scores).toHaveLength(count);
			const whole = expected(count);
			scores.forEach((score, t) => expect(score).toBeCloseTo(whole[t] ?? NaN, 4));
			expect(longest).toBeLessThanOrEqual(375);
		},
	);

	test('of nothing are none', async () => {
		expect(await speechScores(model, blocks(0, 1), new Float32Array(0))).toHaveLength(0);
	});

	test('need the pictures from the first on, and stop when told to', async () => {
		const audio = new Float32Array(0);
		await expect(speechScores(model, blocks(20, 5, 10), audio)).rejects.toThrow(TypeError);
		const signal = AbortSignal.abort();
		await expect(speechScores(model, blocks(20, 5), audio, { signal })).rejects.toMatchObject({
			name: 'AbortError',
		});
	});
});
