import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openOnnxFile } from './onnx-model.ts';

const path = fileURLToPath(new URL('weights/model.onnx', import.meta.url));

/** What PyTorch gave for the same input in single precision (export.py prints it): frames 0, 4, 8; classes 0, 13, 26, 39. */
const torch = [
	[-0.0168, -10.12726, -10.39107, -11.59714],
	[0, -17.01036, -18.13132, -19.01602],
	[-0.00441, -10.95252, -11.15232, -9.64342],
];

test('the shipped network computes what was trained, in half the size', async () => {
	const wave = (dims: readonly number[], step: number) => {
		const count = dims.reduce((product, side) => product * side, 1);
		const data = Float32Array.from({ length: count }, (_, i) => Math.sin(step * i));
		return { type: 'float32', dims, data } as const;
	};
	const model = await openOnnxFile(path, 'embedded');
	const { log_probs: output } = await model.run({
		lips: wave([1, 9, 88, 88], 0.37),
		audio: wave([1, 9, 104], 0.71),
	});
	expect(output?.dims).toEqual([1, 9, 52]);
	for (const [i, row] of torch.entries()) {
		for (const [j, value] of row.entries()) {
			// Logarithms of small probabilities move most when weights are rounded to half precision.
			const found = Number(output?.data[4 * i * 52 + 13 * j]);
			expect(Math.abs(found - value)).toBeLessThan(0.005);
		}
	}
	expect(statSync(path).size).toBeLessThan(6e6);
});
