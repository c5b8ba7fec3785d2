import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openOnnxFile } from './onnx-model.ts';

const path = fileURLToPath(new URL('weights/model.onnx', import.meta.url));

/** What PyTorch gave for the same input in single precision (export.py prints it): frames 0, 4, 8; classes 0, 13, 26, 39. */
const torch = [
	[-0.00048, -16.37511, -16.10185, -13.25518],
	[0, -24.36547, -25.55178, -22.25949],
	[-0.00022, -15.85006, -16.54656, -12.3135],
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
