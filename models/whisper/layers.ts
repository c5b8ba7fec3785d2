import { fromHalf } from '../../src/lib/signal/half-precision.ts';
import { elementCount } from '../../src/lib/conversion/checkpoint.ts';
import type { GraphBuilder, GraphType, Value } from '../../src/lib/conversion/onnx-graph.ts';
import {
	blockSize,
	quantiseTo4Bits,
	quantiseTo8Bits,
	transposed,
} from '../../src/lib/conversion/quantise.ts';

/** How matrices are stored, by the names that the hub has for it. */
export type WhisperStorage = 'fp32' | 'q8' | 'q4';

/** Numbers of a tensor by its name, as many as it has elements. */
export type MakeNumbers = (name: string, shape: readonly number[]) => Float32Array;

/** ONNX TensorProto.DataType. */
const float32 = 1;

/** A matrix, stored once, that nodes of any graph inside may multiply with. */
export type Matrix =
	| { readonly kind: 'fp32'; readonly columns: Value }
	| { readonly kind: 'q8'; readonly levels: Value; readonly scales: Value }
	| {
			readonly kind: 'q4';
			readonly packed: Value;
			readonly scales: Value;
			readonly inputs: number;
			readonly outputs: number;
	  };

/** The weights of a network, all stored in its outermost graph. */
export class Weights {
	readonly #graph: GraphBuilder;
	readonly #make: MakeNumbers;
	readonly #storage: WhisperStorage;

	constructor(graph: GraphBuilder, make: MakeNumbers, storage: WhisperStorage) {
		this.#graph = graph;
		this.#make = make;
		this.#storage = storage;
	}

	/** As it is. */
	plain(name: string, shape: readonly number[]): Value {
		return this.#graph.weights(name, shape, this.#make(name, shape));
	}

	/** [outputs, inputs], as a linear layer has it. */
	matrix(name: string, outputs: number, inputs: number): Matrix {
		return this.#matrix(name, this.#make(name, [outputs, inputs]), outputs, inputs);
	}

	/** Rows to look up by token, and the same as a matrix that gives a number for each. */
	tied(name: string, rows: number, width: number): { table: Table; head: Matrix } {
		const values = this.#make(name, [rows, width]);
		const head = this.#matrix(`${name}.head`, values, rows, width);
		if (this.#storage === 'fp32' || this.#storage === 'q4') {
			return {
				table: { rows: this.#graph.weights(name, [rows, width], values), scales: null },
				head,
			};
		}
		const { levels, scales } = quantiseTo8Bits(values, rows);
		const table = {
			rows: this.#constant(name, 'int8', [rows, width], levels),
			scales: this.#constant(`${name}.scales`, 'float32', [rows, 1], scales),
		};
		return { table, head };
	}

	#matrix(name: string, values: Float32Array, outputs: number, inputs: number): Matrix {
		if (this.#storage === 'q4') {
			const { packed, scales } = quantiseTo4Bits(values);
			const blocks = inputs / blockSize;
			const single = Float32Array.from(scales, fromHalf);
			return {
				kind: 'q4',
				packed: this.#constant(name, 'uint8', [outputs, blocks, blockSize / 2], packed),
				scales: this.#constant(`${name}.scales`, 'float32', [outputs * blocks], single),
				inputs,
				outputs,
			};
		}
		if (this.#storage === 'q8') {
			const { levels, scales } = quantiseTo8Bits(values, outputs);
			const turned = Int8Array.from(transposed(Float32Array.from(levels), [outputs, inputs]));
			return {
				kind: 'q8',
				levels: this.#constant(name, 'int8', [inputs, outputs], turned),
				scales: this.#constant(`${name}.scales`, 'float32', [outputs], scales),
			};
		}
		const turned = transposed(values, [outputs, inputs]);
		return { kind: 'fp32', columns: this.#graph.weights(name, [inputs, outputs], turned) };
	}

	#constant(
		name: string,
		type: GraphType,
		shape: readonly number[],
		{ buffer, byteOffset, byteLength }: ArrayBufferView,
	): Value {
		if (elementCount(shape) === 0) throw new TypeError(`${name} is empty`);
		return this.#graph.constant(name, type, shape, new Uint8Array(buffer, byteOffset, byteLength));
	}
}

/** Rows of numbers, each perhaps in 8 bits with a scale of its own. */
export interface Table {
	readonly rows: Value;
	readonly scales: Value | null;
}

/** x W + b */
export function multiply(graph: GraphBuilder, x: Value, matrix: Matrix, bias: Value | null): Value {
	const product = productOf(graph, x, matrix);
	return bias ? graph.node('Add', [product, bias]) : product;
}

function productOf(graph: GraphBuilder, x: Value, matrix: Matrix): Value {
	if (matrix.kind === 'fp32') return graph.node('MatMul', [x, matrix.columns]);
	if (matrix.kind === 'q4') {
		return graph.node('com.microsoft.MatMulNBits', [x, matrix.packed, matrix.scales], {
			K: { int: matrix.inputs },
			N: { int: matrix.outputs },
			bits: { int: 4 },
			block_size: { int: blockSize },
		});
	}
	const [bytes, step, zero] = graph.nodes('DynamicQuantizeLinear', [x], [
		'bytes',
		'step',
		'zero',
	] as const);
	const sums = graph.node('MatMulInteger', [bytes, matrix.levels, zero]);
	return graph.node('Mul', [
		graph.node('Cast', [sums], { to: { int: float32 } }),
		graph.node('Mul', [step, matrix.scales]),
	]);
}

/** The rows of some tokens. */
export function lookUp(graph: GraphBuilder, { rows, scales }: Table, tokens: Value): Value {
	const found = graph.node('Gather', [rows, tokens]);
	if (!scales) return found;
	return graph.node('Mul', [
		graph.node('Cast', [found], { to: { int: float32 } }),
		graph.node('Gather', [scales, tokens]),
	]);
}
