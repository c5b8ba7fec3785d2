import { describe, expect, test } from 'vitest';
import type { Model, Tensors } from '../inference/model.ts';
import { CtcRecogniser } from './ctc-recogniser.ts';
import { parseUnits } from './decoding/units.ts';
import { lipTensor, soundTensor } from './features.ts';

const vocabulary = parseUnits('\u2581yes 1\n\u2581no 2\n');
const pictureBytes = 96 * 96;

/** A network that hears word 1 wherever the middle pixel of the lips is bright, word 2 where it is dark. */
function brightnessModel(seen: Tensors[] = []): Model {
	return {
		id: 'fake',
		provider: 'wasm',
		precision: 'fp32',
		run: (inputs) => {
			seen.push(inputs);
			const frames = inputs['lips']?.dims[1] ?? 0;
			const data = new Float32Array(frames * 3).fill(Math.log(5e-5));
			for (let t = 0; t < frames; t++) {
				const pixel = Number(inputs['lips']?.data[t * 88 * 88 + 44 * 88 + 44]);
				data[t * 3 + (pixel > 2 ? 1 : pixel < -2 ? 2 : 0)] = Math.log(0.9999);
			}
			return Promise.resolve({
				log_probs: { type: 'float32', dims: [1, frames, 3], data },
			});
		},
	};
}

/** Lips of mean grey, bright or dark in some frames. */
function lips(frames: number, marks: Readonly<Record<number, number>>): Uint8Array {
	const data = new Uint8Array(frames * pictureBytes).fill(107);
	for (const [frame, value] of Object.entries(marks)) {
		data.fill(value, Number(frame) * pictureBytes, (Number(frame) + 1) * pictureBytes);
	}
	return data;
}

const clip = (frames: number, marks: Readonly<Record<number, number>>) => ({
	lips: lips(frames, marks),
	audio: new Float32Array(frames * 640),
	startSeconds: 10,
	speech: null,
});

describe('CtcRecogniser', () => {
	test('places words in the time of the central video', async () => {
		const recogniser = new CtcRecogniser({ model: brightnessModel(), vocabulary });
		const cues = await recogniser.recognise(clip(50, { 10: 255, 11: 255, 30: 0 }));
		expect(cues).toEqual([
			{
				startSeconds: 10,
				endSeconds: 12,
				text: 'yes no',
				confidence: expect.closeTo(0.9999, 5),
				words: [
					{
						text: 'yes',
						startSeconds: 10.4,
						endSeconds: expect.closeTo(10.48, 9),
						confidence: expect.closeTo(0.9999, 5),
					},
					{
						text: 'no',
						startSeconds: 11.2,
						endSeconds: expect.closeTo(11.24, 9),
						confidence: expect.closeTo(0.9999, 5),
					},
				],
			},
		]);
	});

	test('cuts long clips, keeps the order, drops chunks without words', async () => {
		const seen: Tensors[] = [];
		const recogniser = new CtcRecogniser({ model: brightnessModel(seen), vocabulary });
		const progress: number[] = [];
		const cues = await recogniser.recognise(clip(800, { 20: 255, 780: 0 }), {
			onProgress: ({ done }) => progress.push(done),
		});
		expect(seen.map(({ lips: input }) => input?.dims[1])).toEqual([375, 375, 50]);
		expect(seen.map(({ audio: input }) => input?.dims)).toEqual([
			[1, 375, 104],
			[1, 375, 104],
			[1, 50, 104],
		]);
		expect(
			cues.map(({ text, startSeconds, endSeconds }) => [text, startSeconds, endSeconds]),
		).toEqual([
			['yes', 10, 25],
			['no', 40, 42],
		]);
		expect(progress).toEqual([1, 2, 3]);
	});

	test('nothing said, no cue; nothing shown, no run', async () => {
		const seen: Tensors[] = [];
		const recogniser = new CtcRecogniser({ model: brightnessModel(seen), vocabulary });
		expect(await recogniser.recognise(clip(30, {}))).toEqual([]);
		expect(await recogniser.recognise(clip(0, {}))).toEqual([]);
		expect(seen).toHaveLength(1);
	});

	test('stops between chunks when it is told to, and works the next time', async () => {
		const controller = new AbortController();
		const seen: Tensors[] = [];
		const inner = brightnessModel(seen);
		const model: Model = {
			...inner,
			run: (inputs, signal) => {
				signal?.throwIfAborted();
				controller.abort();
				return inner.run(inputs, signal);
			},
		};
		const recogniser = new CtcRecogniser({ model, vocabulary });
		const long = clip(800, { 20: 255 });
		await expect(recogniser.recognise(long, { signal: controller.signal })).rejects.toThrow(
			expect.objectContaining({ name: 'AbortError' }),
		);
		expect(seen).toHaveLength(1);
		expect(await recogniser.recognise(long)).toHaveLength(1);
	});

	test('refuses lips that are no whole pictures', async () => {
		const recogniser = new CtcRecogniser({ model: brightnessModel(), vocabulary });
		const broken = { ...clip(2, {}), lips: new Uint8Array(100) };
		await expect(recogniser.recognise(broken)).rejects.toThrow(TypeError);
	});
});

describe('features', () => {
	test('lips: the middle 88 x 88, normalised', () => {
		const data = new Uint8Array(2 * pictureBytes);
		data[pictureBytes + 4 * 96 + 4] = 255;
		data[pictureBytes + 91 * 96 + 91] = 107;
		const { dims, data: out } = lipTensor(data, 1, 2);
		expect(dims).toEqual([1, 1, 88, 88]);
		expect(Number(out[0])).toBeCloseTo((1 - 0.421) / 0.165, 5);
		expect(Number(out[88 * 88 - 1])).toBeCloseTo((107 / 255 - 0.421) / 0.165, 5);
		expect(Number(out[1])).toBeCloseTo(-0.421 / 0.165, 5);
	});

	test('sound: what is missing at the end is silence', () => {
		const samples = Float32Array.from({ length: 2000 }, (_, n) => Math.sin(0.3 * n));
		const filled = new Float32Array(640 * 5);
		filled.set(samples);
		expect(soundTensor(samples, 0, 5)).toEqual(soundTensor(filled, 0, 5));
		expect(soundTensor(filled, 1, 4).dims).toEqual([1, 3, 104]);
	});
});
