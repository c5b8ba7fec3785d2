import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openOnnxFile } from './onnx-model.ts';

const path = fileURLToPath(new URL('weights/model.onnx', import.meta.url));

/** What PyTorch gave for the same input in single precision (export.py prints it): frames 0, 4, 8; classes 0, 131, 262, 393, 524. */
const torchWords = [
	[-0.00199, -17.52016, -16.37827, -15.76764, -18.12954],
	[-0.00084, -22.79483, -17.48297, -19.08504, -23.53725],
	[-0.00524, -15.35723, -12.57881, -13.8679, -17.88256],
];
const torchSpeech = [2.39285, 3.97709, 3.47506];

test('the shipped network computes what was trained, in a quarter of the size', async () => {
	const wave = (dims: readonly number[], step: number) => {
		const count = dims.reduce((product, side) => product * side, 1);
		const data = Float32Array.from({ length: count }, (_, i) => Math.sin(step * i));
		return { type: 'float32', dims, data } as const;
	};
	const model = await openOnnxFile(path, 'embedded');
	const { log_probs: words, speech } = await model.run({
		lips: wave([1, 9, 88, 88], 0.37),
		audio: wave([1, 9, 104], 0.71),
	});
	expect(words?.dims).toEqual([1, 9, 630]);
	expect(speech?.dims).toEqual([1, 9]);
	for (const [i, row] of torchWords.entries()) {
		// Eight bits a weight: what is improbable moves most, and its logarithm with it.
		for (const [j, value] of row.entries()) {
			expect(Math.abs(Number(words?.data[630 * 4 * i + 131 * j]) - value)).toBeLessThan(0.3);
		}
		expect(Math.abs(Number(words?.data[630 * 4 * i]) - row[0]!)).toBeLessThan(0.002);
		expect(Math.abs(Number(speech?.data[4 * i]) - torchSpeech[i]!)).toBeLessThan(0.1);
	}
	expect(statSync(path).size).toBeLessThan(6e6);
});
