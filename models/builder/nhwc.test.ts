import * as ort from 'onnxruntime-web/wasm';
import { describe, expect, test } from 'vitest';
import { toHalf } from '../../src/lib/signal/half-precision.ts';
import { flatbuffer, type FlatField } from '../../tests/fixtures/flatbuffer.ts';
import { NhwcNetwork, transposed } from './nhwc-network.ts';
import { convertTfjsGraph } from './tfjs-graph.ts';
import { convertTflite } from './tflite.ts';

/** Numbers by formula, all of them exact in half precision. */
const numbers = (count: number, step: number): Float32Array =>
	Float32Array.from({ length: count }, (_, i) => (((i * step) % 17) - 8) / 8);

const picture = { height: 5, width: 6, channels: 2 };
const input = numbers(60, 5);
/** [height, width, inputs, outputs] */
const kernel = numbers(3 * 3 * 2 * 3, 7);
const bias = numbers(3, 3);
/** [height, width, channels] */
const depthKernel = numbers(3 * 3 * 3, 11);
const depthBias = numbers(3, 13);
const slope = Float32Array.of(0.5, -0.25, 2);

/** Value at a place, zero outside. */
type Picture = (row: number, column: number, channel: number) => number;

/** What a window of 3 x 3 gives, the source's own way: SAME has the larger half of its padding behind. */
function convolved(x: Picture, stride: number, before: number, weigh: (...at: number[]) => number) {
	return (row: number, column: number, channel: number): number => {
		let sum = 0;
		for (let i = 0; i < 3; i++) {
			for (let j = 0; j < 3; j++) {
				const at = (c: number): number =>
					x(row * stride + i - before, column * stride + j - before, c);
				sum += weigh(i, j, channel, at(0), at(1), at(channel));
			}
		}
		return sum;
	};
}

/**
 * Convolution with stride 2 and ReLU; depthwise convolution and PReLU; their sum; a channel of zeros
 * after it; all in a row. Computed from the definitions.
 */
function expected(): number[] {
	const inside = (size: number, at: number): boolean => at >= 0 && at < size;
	const pixels: Picture = (row, column, channel) =>
		inside(5, row) && inside(6, column) ? (input[(row * 6 + column) * 2 + channel] ?? 0) : 0;
	// 6 columns in steps of 2: one column of padding, behind. 5 rows: one before, one behind.
	const first: Picture = (row, column, channel) => {
		if (!inside(3, row) || !inside(3, column)) return 0;
		const shifted: Picture = (r, c, ch) => pixels(r, c + 1, ch);
		const value = convolved(shifted, 2, 1, (i, j, out, a, b) => {
			const at = (c: number): number => kernel[((i * 3 + j) * 2 + c) * 3 + out] ?? 0;
			return at(0) * a + at(1) * b;
		})(row, column, channel);
		return Math.max(0, value + (bias[channel] ?? 0));
	};
	const second: Picture = (row, column, channel) => {
		const value =
			convolved(
				first,
				1,
				1,
				(i, j, out, _a, _b, own) => (depthKernel[(i * 3 + j) * 3 + out] ?? 0) * own,
			)(row, column, channel) + (depthBias[channel] ?? 0);
		return value > 0 ? value : value * (slope[channel] ?? 0);
	};
	const all: number[] = [];
	for (let row = 0; row < 3; row++) {
		for (let column = 0; column < 3; column++) {
			for (let c = 0; c < 3; c++) all.push(first(row, column, c) + second(row, column, c));
			all.push(0);
		}
	}
	return all;
}

async function run(
	model: Uint8Array,
): Promise<{ name: string; dims: readonly number[]; y: number[] }> {
	ort.env.wasm.numThreads = 1;
	ort.env.logLevel = 'error';
	const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3 });
	const { height, width, channels } = picture;
	const x = transposed(input, [height, width, channels], [2, 0, 1]);
	const outputs = await session.run({
		x: new ort.Tensor('float32', x, [1, channels, height, width]),
	});
	await session.release();
	const [name = '', output] = Object.entries(outputs)[0] ?? [];
	if (!output || !(output.data instanceof Float32Array)) throw new TypeError('no output');
	return { name, dims: output.dims, y: Array.from(output.data) };
}

function bytesOf(...parts: ArrayBufferView[]): Uint8Array {
	return Buffer.concat(parts.map((p) => new Uint8Array(p.buffer, p.byteOffset, p.byteLength)));
}

async function expectNetwork(model: Uint8Array, named: string): Promise<void> {
	const { name, dims, y } = await run(model);
	expect(name).toBe(named);
	expect(dims).toEqual([1, 36]);
	const right = expected();
	expect(Math.max(...right.map((value, i) => Math.abs(value - (y[i] ?? NaN))))).toBeLessThan(1e-5);
	expect(new Set(right).size).toBeGreaterThan(15);
}

describe('a TensorFlow.js graph', () => {
	const list = (...i: number[]) => ({ list: { i: i.map(String) } });
	const text = (s: string) => ({ s: btoa(s) });
	const window = (stride: number, ...fused: string[]) => ({
		strides: list(1, stride, stride, 1),
		dilations: list(1, 1, 1, 1),
		padding: text('SAME'),
		fused_ops: { list: { s: fused.map(btoa) } },
	});
	const nodes = [
		{
			name: 'x',
			op: 'Placeholder',
			attr: { shape: { shape: { dim: [-1, 5, 6, 2].map((size) => ({ size: String(size) })) } } },
		},
		// The order of nodes does not matter.
		{ name: 'y', op: 'Reshape', input: ['padded', 'flat'] },
		{
			name: 'first',
			op: '_FusedConv2D',
			input: ['x', 'k', 'b'],
			attr: window(2, 'BiasAdd', 'Relu'),
		},
		{
			name: 'second',
			op: 'FusedDepthwiseConv2dNative',
			input: ['first:0', 'dk', 'db', 'slope'],
			attr: window(1, 'BiasAdd', 'Prelu'),
		},
		{ name: 'sum', op: 'AddV2', input: ['first', 'second'] },
		{ name: 'padded', op: 'Pad', input: ['sum', 'amounts'] },
	];
	const half = { dtype: 'float32', quantization: { dtype: 'float16', original_dtype: 'float32' } };
	const weights = [
		{ name: 'k', shape: [3, 3, 2, 3], ...half },
		{ name: 'b', shape: [3], dtype: 'float32' },
		{ name: 'dk', shape: [3, 3, 3, 1], dtype: 'float32' },
		{ name: 'db', shape: [3], dtype: 'float32' },
		{ name: 'slope', shape: [1, 1, 3], dtype: 'float32' },
		{ name: 'amounts', shape: [4, 2], dtype: 'int32' },
		{ name: 'flat', shape: [2], dtype: 'int32' },
	];
	const amounts = Int32Array.of(0, 0, 0, 0, 0, 0, 0, 1);
	const bin = bytesOf(
		toHalf(kernel),
		bias,
		depthKernel,
		depthBias,
		slope,
		amounts,
		Int32Array.of(1, -1),
	);
	const json = (node: readonly object[] = nodes): Uint8Array =>
		Buffer.from(
			JSON.stringify({
				format: 'graph-model',
				modelTopology: { node },
				weightsManifest: [{ paths: ['w.bin'], weights }],
			}),
		);

	test('gives what its operators are defined to give', () =>
		expectNetwork(convertTfjsGraph(json(), bin), 'y'));

	test('is refused when it is damaged or holds what is not converted', () => {
		expect(() => convertTfjsGraph(Buffer.from('{'), bin)).toThrow(/not a graph model/);
		expect(() => convertTfjsGraph(json(), bin.subarray(1))).toThrow(/cut short|more than/);
		const other = [...nodes, { name: 'z', op: 'Einsum', input: ['y'] }];
		expect(() => convertTfjsGraph(json(other), bin)).toThrow(/operator Einsum/);
		expect(() => convertTfjsGraph(json(nodes.slice(1)), bin)).toThrow(/no node "x"/);
	});
});

describe('a TensorFlow Lite network', () => {
	const [float, single] = [1, 0];
	/** Tensors: name, shape, type, content. Two pictures at a time. */
	const tensors: readonly (readonly [string, readonly number[], number, Uint8Array | null])[] = [
		['x', [2, 5, 6, 2], single, null],
		['k', [3, 3, 3, 2], float, bytesOf(toHalf(transposed(kernel, [3, 3, 2, 3], [3, 0, 1, 2])))],
		['b', [3], single, bytesOf(bias)],
		['k32', [3, 3, 3, 2], single, null],
		['first', [2, 3, 3, 3], single, null],
		['dk', [1, 3, 3, 3], single, bytesOf(depthKernel)],
		['db', [3], single, bytesOf(depthBias)],
		['second', [2, 3, 3, 3], single, null],
		['slope', [1, 1, 3], single, bytesOf(slope)],
		['bent', [2, 3, 3, 3], single, null],
		['sum', [2, 3, 3, 3], single, null],
		['amounts', [4, 2], 2, bytesOf(Int32Array.of(0, 0, 0, 0, 0, 0, 0, 1))],
		['padded', [2, 3, 3, 4], single, null],
		['flat', [2], 2, bytesOf(Int32Array.of(2, 36))],
		['y', [2, 36], single, null],
	];
	const at = (name: string): number => tensors.findIndex(([known]) => known === name);
	const codes = [6, 3, 4, 54, 0, 34, 22];
	const operators: readonly (readonly [number, string, string, readonly FlatField[]])[] = [
		[6, 'k', 'k32', []],
		// SAME, strides 2 and 2, ReLU
		[3, 'x k32 b', 'first', [0, 2, 2, 1]],
		[4, 'first dk db', 'second', [0, 1, 1, 1, 0]],
		[54, 'second slope', 'bent', []],
		[0, 'first bent', 'sum', [0]],
		[34, 'sum amounts', 'padded', []],
		[22, 'padded flat', 'y', []],
	];
	const file = (used: readonly number[] = codes): Uint8Array =>
		flatbuffer('TFL3', [
			3,
			{ tables: used.map((code) => [code, null, 1, code]) },
			{
				tables: [
					[
						{
							tables: tensors.map(([name, shape, type], i) => [{ ints: shape }, type, i + 1, name]),
						},
						{ ints: [at('x')] },
						{ ints: [at('y')] },
						{
							tables: operators.map(([code, inputs, output, options]) => [
								codes.indexOf(code),
								{ ints: inputs.split(' ').map(at) },
								{ ints: [at(output)] },
								1,
								{ table: options },
							]),
						},
					],
				],
			},
			'made for a test',
			{ tables: [[], ...tensors.map(([, , , content]) => (content ? [content] : []))] },
		]);

	test('gives what its operators are defined to give, one picture at a time', () =>
		expectNetwork(convertTflite(file()), 'y'));

	test('is refused when it is damaged or holds what is not converted', () => {
		expect(() => convertTflite(Buffer.from('TFL2'.repeat(9)))).toThrow(/kind TFL3/);
		expect(() => convertTflite(file().subarray(0, 400))).toThrow(/cut short/);
		expect(() => convertTflite(file([6, 3, 4, 54, 0, 34, 25]))).toThrow(/operator 25/);
	});
});

test('a network refuses to reshape to another number of elements', () => {
	const network = new NhwcNetwork('n');
	expect(() => network.reshape(network.input('x', [1, 2, 2, 3]), [1, 13])).toThrow(/cannot become/);
});
