import * as ort from 'onnxruntime-web/wasm';
import { describe, expect, test } from 'vitest';
import { gelu } from '../../src/lib/conversion/layers.ts';
import { GraphBuilder } from '../../src/lib/conversion/onnx-graph.ts';
import { withFrozenWeights } from './onnx-rewrite.ts';
import { ProtobufWriter } from '../../src/lib/support/protobuf.ts';

async function open(model: Uint8Array): Promise<ort.InferenceSession> {
	ort.env.wasm.numThreads = 1;
	ort.env.logLevel = 'error';
	return ort.InferenceSession.create(model, { logSeverityLevel: 3 });
}

async function run(model: Uint8Array, x: readonly number[]): Promise<number[]> {
	const session = await open(model);
	const outputs = await session.run({
		x: new ort.Tensor('float32', Float32Array.from(x), [1, x.length]),
	});
	await session.release();
	return Array.from(outputs['y']?.data as Float32Array);
}

describe('protocol buffers', () => {
	test('are written as the format has it', () => {
		const bytes = new ProtobufWriter()
			.integer(1, 150)
			.text(2, 'testing')
			.message(3, (inner) => inner.integer(1, -1))
			.float(4, 1)
			.finish();
		expect(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')).toBe(
			'08 96 01 12 07 74 65 73 74 69 6e 67 1a 0b 08 ff ff ff ff ff ff ff ff ff 01 25 00 00 80 3f',
		);
	});
});

describe('graphs', () => {
	test('run', async () => {
		const graph = new GraphBuilder('scale', 17);
		const x = graph.input('x', 'float32', ['N', 'T']);
		const scaled = graph.node('Mul', [x, graph.scalar(2)]);
		const sum = graph.node('ReduceSum', [scaled, graph.integers([1])], { keepdims: { int: 0 } });
		graph.output('y', graph.node('Add', [sum, graph.scalar(2)]), 'float32', ['N']);
		expect(await run(graph.toBytes(), [1, 2, 3])).toEqual([14]);
	});

	test('refuse weights that do not fit their shape', () => {
		expect(() => new GraphBuilder('g', 17).weights('w', [2, 2], new Float32Array(3))).toThrow(
			/3 numbers for \[2, 2\]/,
		);
	});

	test('have the exact GELU', async () => {
		const graph = new GraphBuilder('gelu', 17);
		const x = graph.input('x', 'float32', [1, 3]);
		graph.output('y', gelu(graph, x), 'float32', [1, 3]);
		const y = await run(graph.toBytes(), [-1, 0.5, 2]);
		// From tables of the normal distribution: x times its cumulative probability.
		[-0.15865525, 0.34573123, 1.95449974].forEach((value, i) => {
			expect(y[i]).toBeCloseTo(value, 6);
		});
	});
});

describe('freezing weights', () => {
	/** y = x + w, with w repeated among the inputs as files of IR version 3 have it. */
	const model = (): Uint8Array => {
		const port = (message: ProtobufWriter, name: string): ProtobufWriter =>
			message.text(1, name).message(2, (type) =>
				type.message(1, (tensor) =>
					tensor.integer(1, 1).message(2, (shape) => {
						shape.message(1, (axis) => axis.integer(1, 1));
						shape.message(1, (axis) => axis.integer(1, 2));
					}),
				),
			);
		const values = new Uint8Array(Float32Array.of(10, 20).buffer);
		return new ProtobufWriter()
			.integer(1, 3)
			.message(7, (graph) =>
				graph
					.message(1, (node) => node.text(1, 'x').text(1, 'w').text(2, 'y').text(4, 'Add'))
					.text(2, 'g')
					.message(5, (w) =>
						w.integer(1, 1).integer(1, 2).integer(2, 1).text(8, 'w').bytes(9, values),
					)
					.message(11, (input) => port(input, 'x'))
					.message(11, (input) => port(input, 'w'))
					.message(12, (output) => port(output, 'y')),
			)
			.message(8, (opset) => opset.text(1, '').integer(2, 17))
			.finish();
	};

	test('leaves one input, and the result as it was', async () => {
		const frozen = withFrozenWeights(model());
		expect(frozen.byteLength).toBeLessThan(model().byteLength);
		const session = await open(frozen);
		expect(session.inputNames).toEqual(['x']);
		await session.release();
		expect(await run(frozen, [1, 2])).toEqual([11, 22]);
		expect(await run(model(), [1, 2])).toEqual([11, 22]);
	});

	test('refuses what is cut short', () => {
		const bytes = model();
		expect(() => withFrozenWeights(bytes.subarray(0, bytes.length - 3))).toThrow(/cut short/);
	});
});
