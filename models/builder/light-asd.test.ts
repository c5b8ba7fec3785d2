import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { createNodeInference } from '../../tests/node-inference.ts';
import type { Tensor } from '../../src/lib/inference/model.ts';
import { hasShared, sharedPath } from '../../tests/shared.ts';
import type { Checkpoint, CheckpointTensor } from '../../src/lib/conversion/checkpoint.ts';
import { buildAudioEncoder, buildHead, buildVisualEncoder } from './light-asd.ts';
import { referenceClip, referenceScores12, referenceScores25 } from './light-asd-reference.ts';
import { readPyTorchCheckpoint } from '../../src/lib/conversion/pytorch.ts';

const checkpointPath = sharedPath('weights/light-asd/finetuning_TalkSet.model');

describe.skipIf(!hasShared)('Light-ASD from its checkpoint', { timeout: 240_000 }, () => {
	const inference = createNodeInference();
	afterAll(() => inference.close());

	async function scoresOf(clips: number, frameCount: number): Promise<Tensor> {
		const clip = referenceClip(frameCount);
		const repeated = (data: Float32Array): Float32Array => {
			const all = new Float32Array(clips * data.length);
			for (let i = 0; i < clips; i++) all.set(data, i * data.length);
			return all;
		};
		const run = async (id: string, name: string, dims: number[], data: Float32Array) => {
			const model = await inference.load(id);
			const output = Object.values(await model.run({ [name]: { type: 'float32', dims, data } }))[0];
			await model.close();
			if (output?.type !== 'float32') throw new TypeError('no output');
			return output;
		};
		const face = await run(
			'light-asd-visual',
			'frames',
			[clips, frameCount, 112, 112],
			repeated(clip.frames),
		);
		const sound = await run(
			'light-asd-audio',
			'mfcc',
			[clips, 4 * frameCount, 13],
			repeated(clip.mfcc),
		);
		const fused = face.data.map((value, i) => value + (sound.data[i] ?? Number.NaN));
		return run('light-asd-head', 'fused', [clips, frameCount, 128], fused);
	}

	test.each([
		[12, referenceScores12],
		[25, referenceScores25],
	])('scores %i frames as PyTorch does', async (frameCount, expected) => {
		const scores = await scoresOf(1, frameCount);
		expect(scores.dims).toEqual([1, frameCount]);
		expected.forEach((score, i) => {
			expect(Math.abs(score - Number(scores.data[i]))).toBeLessThan(1e-4);
		});
	});

	test('scores each clip of a batch by itself', async () => {
		const scores = await scoresOf(2, 12);
		expect(scores.dims).toEqual([2, 12]);
		[...referenceScores12, ...referenceScores12].forEach((score, i) => {
			expect(Math.abs(score - Number(scores.data[i]))).toBeLessThan(1e-4);
		});
	});

	test('scores a clip of one frame', async () => {
		const scores = await scoresOf(1, 1);
		expect(scores.dims).toEqual([1, 1]);
		expect(Number.isFinite(Number(scores.data[0]))).toBe(true);
	});

	test('names the tensor that a checkpoint lacks, or that has another shape', async () => {
		const checkpoint = readPyTorchCheckpoint(await readFile(checkpointPath));
		expect(checkpoint.size).toBe(192);
		const without = (name: string): Checkpoint =>
			new Map([...checkpoint].filter(([key]) => key !== name));
		expect(() => buildHead(without('lossAV.FC.bias'))).toThrow(/no "lossAV.FC.bias"/);
		const visual = 'model.visualEncoder.block2.s_5.weight';
		expect(() => buildVisualEncoder(without(visual))).toThrow(visual);
		const scalar: CheckpointTensor = { type: 'float32', shape: [1], bytes: new Uint8Array(4) };
		const audio = 'model.audioEncoder.block1.m_3.weight';
		expect(() => buildAudioEncoder(new Map([...checkpoint, [audio, scalar]]))).toThrow(
			/is \[1\], not \[32, 1, 3, 1\]/,
		);
	});

	test('refuses a checkpoint that is cut short', async () => {
		const file = await readFile(checkpointPath);
		for (const length of [0, 100, file.length / 2, file.length - 30]) {
			expect(() => readPyTorchCheckpoint(file.subarray(0, length))).toThrow(/cannot be read/);
		}
	});
});
