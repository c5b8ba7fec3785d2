import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { createNodeInference, nodeModels } from '../../../../tests/node-inference.ts';
import type { Model, Tensors } from '../../inference/model.ts';
import { BilstmVoice } from './bilstm-voice.ts';
import { cosineOf } from './voice-embedder.ts';

/** A network that gives the mean of the first coefficient, and remembers what it was shown. */
function listening(seen: Tensors[]): Model {
	return {
		id: 'fake',
		provider: 'wasm',
		precision: 'fp32',
		run: (inputs) => {
			seen.push(inputs);
			const { dims, data } = inputs['mfcc']!;
			const count = dims[0]!;
			const embedding = new Float32Array(count * 2).fill(1);
			for (let i = 0; i < count; i++) {
				let sum = 0;
				for (let row = 0; row < 100; row++) sum += Number(data[(i * 100 + row) * 40]);
				embedding[2 * i] = sum / 100;
			}
			return Promise.resolve({
				embedding: { type: 'float32', dims: [count, 2], data: embedding },
			});
		},
	};
}

const tone = (seconds: number): Float32Array =>
	Float32Array.from({ length: 16_000 * seconds }, (_, n) => 0.3 * Math.sin(0.1 * n + n * n * 1e-7));

describe('BilstmVoice', () => {
	test('hears windows of 3.2 s, every 1.6 s', async () => {
		const seen: Tensors[] = [];
		const done: number[] = [];
		const voice = new BilstmVoice(listening(seen));
		const print = await voice.embed(tone(60), {
			onProgress: (progress) => done.push(progress.done),
		});
		// 60 s are 1876 rows: 36 windows, at most 32 in one run.
		expect(seen.map(({ mfcc }) => mfcc?.dims)).toEqual([
			[32, 100, 40],
			[4, 100, 40],
		]);
		expect(done).toEqual([32, 36]);
		const [first, second] = seen.map(({ mfcc }) => mfcc?.data);
		expect(first?.slice(50 * 40, 100 * 40)).toEqual(first?.slice(100 * 40, 150 * 40));
		expect(first?.slice(31 * 4000 + 2000, 32 * 4000)).toEqual(second?.slice(0, 2000));
		expect(Math.hypot(...print)).toBeCloseTo(1, 6);
	});

	test('repeats what is too short for a window', async () => {
		const seen: Tensors[] = [];
		await new BilstmVoice(listening(seen)).embed(tone(1));
		const { dims, data } = seen[0]!['mfcc']!;
		expect(dims).toEqual([1, 100, 40]);
		expect(data.slice(32 * 40, 64 * 40)).toEqual(data.slice(0, 32 * 40));
		await expect(new BilstmVoice(listening([])).embed(new Float32Array())).rejects.toThrow(
			TypeError,
		);
	});

	test('stops when told to, and works the next time', async () => {
		const controller = new AbortController();
		const inner = listening([]);
		const model: Model = {
			...inner,
			run: (inputs, signal) => {
				signal?.throwIfAborted();
				controller.abort();
				return inner.run(inputs, signal);
			},
		};
		const voice = new BilstmVoice(model);
		await expect(voice.embed(tone(60), { signal: controller.signal })).rejects.toMatchObject({
			name: 'AbortError',
		});
		expect(await voice.embed(tone(4))).toHaveLength(2);
	});
});

const golden = v.parse(
	v.object({ embedding: v.array(v.number()) }),
	JSON.parse(await readFile('tests/golden/voice/bilstm.json', 'utf8')),
);
const ready = (await nodeModels().entries()).some(
	({ id, status }) => id === 'voice-bilstm' && status === 'ready',
);

describe.skipIf(!ready)('the network', () => {
	const inference = createNodeInference();
	afterAll(() => inference.close());

	test('gives what PyTorch gives', async () => {
		const model = await inference.load('voice-bilstm');
		const data = Float32Array.from(
			{ length: 75 * 40 },
			(_, i) => (i % 40 === 0 ? -300 : 0) + 50 * Math.sin(0.11 * i) + 20 * Math.cos(0.037 * i),
		);
		const outputs = await model.run({ mfcc: { type: 'float32', dims: [1, 75, 40], data } });
		golden.embedding.forEach((value, i) => {
			expect(Math.abs(Number(outputs['embedding']?.data[i]) - value)).toBeLessThan(1e-5);
		});
		expect(golden.embedding).toHaveLength(128);
	});

	test('gives a print for any sound', async () => {
		const voice = new BilstmVoice(await inference.load('voice-bilstm'));
		const [a, b] = [await voice.embed(tone(5)), await voice.embed(tone(9))];
		expect(a).toHaveLength(128);
		expect(cosineOf(a, b)).toBeGreaterThan(0.8);
	});
});
