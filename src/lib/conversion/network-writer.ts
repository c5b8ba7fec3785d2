import { toHalf } from '../signal/half-precision.ts';
import { elementCount } from './checkpoint.ts';
import type { GraphBuilder, GraphType, Value } from './onnx-graph.ts';
import { blockSize, quantiseTo4Bits, quantiseTo8Bits, transposed } from './quantise.ts';
import type { WeightPlan } from './weight-plan.ts';

/** How matrices are stored. Everything else is half precision, or single for `fp32`. */
export type Storage = 'fp32' | 'fp16' | 'q8' | 'q4';

/** What a network computes in. */
export type Arithmetic = 'float32' | 'float16';

/** Gives a tensor of the checkpoint by its name there, in single precision. */
export type ReadTensor = (name: string) => Promise<Float32Array>;

/** ONNX TensorProto.DataType, for Cast. */
const castTo = { float32: 1, float16: 10 } as const;

/** A matrix of a checkpoint and its bias: y = (W x + b) scale. */
export interface LinearPart {
	readonly weight: string;
	readonly bias: string;
	readonly rows: number;
	readonly scale?: number;
}

/**
 * Writes the layers of a network into a graph, and its weights, of which none is read yet, into a
 * plan. The layers are the same whatever the weights are stored in and the network computes in.
 */
export class NetworkWriter {
	readonly graph: GraphBuilder;
	readonly arithmetic: Arithmetic;
	readonly #plan: WeightPlan;
	readonly #storage: Storage;
	readonly #read: ReadTensor;

	constructor(
		graph: GraphBuilder,
		plan: WeightPlan,
		read: ReadTensor,
		{ storage, arithmetic }: { storage: Storage; arithmetic: Arithmetic },
	) {
		this.graph = graph;
		this.arithmetic = arithmetic;
		this.#plan = plan;
		this.#storage = storage;
		this.#read = read;
	}

	/**
	 * Weights other than those of `linear`, computed from tensors of the checkpoint.
	 *
	 * @param sources their names
	 * @param make from them, in this order, to as many numbers as `shape` has; given them as they are
	 * when it is left out
	 */
	weights(
		name: string,
		shape: readonly number[],
		sources: readonly string[],
		make: (...tensors: Float32Array[]) => Float32Array = (tensor) => tensor,
	): Value {
		const type = this.#storage === 'fp32' ? 'float32' : 'float16';
		const stored = this.#stored(name, type, shape, async () => {
			const tensors: Float32Array[] = [];
			for (const source of sources) tensors.push(await this.#read(source));
			const made = make(...tensors);
			return type === 'float32' ? made : toHalf(made);
		});
		return this.#from(type, stored);
	}

	/** One number. */
	scalar(value: number): Value {
		if (this.arithmetic === 'float32') return this.graph.scalar(value);
		return this.graph.constant('half', 'float16', [], bytesOf(toHalf(Float32Array.of(value))));
	}

	/** A value of single precision in what the network computes in. */
	fromSingle(x: Value): Value {
		return this.#from('float32', x);
	}

	/** A value of the network in single precision. */
	toSingle(x: Value): Value {
		if (this.arithmetic === 'float32') return x;
		return this.graph.node('Cast', [x], { to: { int: castTo.float32 } });
	}

	/** Layer normalisation over the last axis. */
	layerNorm(x: Value, name: string, width: number, epsilon: number): Value {
		const gain = this.weights(`${name}.weight`, [width], [`${name}.weight`]);
		const bias = this.weights(`${name}.bias`, [width], [`${name}.bias`]);
		return this.graph.node('LayerNormalization', [x, gain, bias], {
			axis: { int: -1 },
			epsilon: { float: epsilon },
		});
	}

	/** The exact GELU. */
	gelu(x: Value): Value {
		return this.graph.node('com.microsoft.Gelu', [x]);
	}

	/**
	 * PReLU with a slope for each channel of [batch, channels, height, width], written out as
	 * max(x, 0) + a min(x, 0), since not every runtime has the operator on the GPU.
	 */
	prelu(x: Value, name: string, channels: number): Value {
		const slope = this.weights(name, [channels, 1, 1], [name]);
		const above = this.graph.node('Relu', [x]);
		const below = this.graph.node('Sub', [x, above]);
		return this.graph.node('Add', [above, this.graph.node('Mul', [below, slope])]);
	}

	/** log softmax over the last axis, in single precision, written out for the same reason. */
	logSoftmax(logits: Value): Value {
		const { graph } = this;
		const axis = { axes: { ints: [-1] }, keepdims: { int: 1 } };
		const x = this.toSingle(logits);
		const shifted = graph.node('Sub', [x, graph.node('ReduceMax', [x], axis)]);
		const sum = graph.node('ReduceSum', [graph.node('Exp', [shifted]), graph.integers([-1])], {
			keepdims: { int: 1 },
		});
		return graph.node('Sub', [shifted, graph.node('Log', [sum])]);
	}

	/**
	 * One linear layer, or several over the same input side by side: the outputs of all parts, one
	 * after the other on the last axis.
	 *
	 * @param inputs length of the last axis of `x`
	 */
	linear(x: Value, name: string, inputs: number, parts: readonly LinearPart[]): Value {
		const outputs = parts.reduce((sum, { rows }) => sum + rows, 0);
		const read = async (kind: 'weight' | 'bias', length: number): Promise<Float32Array> => {
			const all = new Float32Array(length);
			let at = 0;
			for (const part of parts) {
				const { scale = 1 } = part;
				const values = await this.#read(part[kind]);
				all.set(scale === 1 ? values : values.map((value) => value * scale), at);
				at += values.length;
			}
			return all;
		};
		const matrix = (): Promise<Float32Array> => read('weight', outputs * inputs);
		const product = this.#product(x, name, matrix, inputs, outputs);
		const type = this.#storage === 'fp32' ? 'float32' : 'float16';
		const bias = this.#stored(`${name}.bias`, type, [outputs], async () => {
			const values = await read('bias', outputs);
			return type === 'float32' ? values : toHalf(values);
		});
		return this.graph.node('Add', [product, this.#from(type, bias)]);
	}

	#product(
		x: Value,
		name: string,
		matrix: () => Promise<Float32Array>,
		inputs: number,
		outputs: number,
	): Value {
		const label = `${name}.weight`;
		if (this.#storage === 'q8') return this.#product8(x, label, matrix, inputs, outputs);
		// A row that does not fill its blocks belongs to a small matrix.
		if (this.#storage === 'q4' && inputs % blockSize === 0) {
			return this.#product4(x, label, matrix, inputs, outputs);
		}
		const type = this.#storage === 'fp32' ? 'float32' : 'float16';
		const stored = this.#stored(label, type, [inputs, outputs], async () => {
			const turned = transposed(await matrix(), [outputs, inputs]);
			return type === 'float32' ? turned : toHalf(turned);
		});
		return this.graph.node('MatMul', [x, this.#from(type, stored)]);
	}

	#product4(
		x: Value,
		label: string,
		matrix: () => Promise<Float32Array>,
		inputs: number,
		outputs: number,
	): Value {
		const blocks = inputs / blockSize;
		const quantised = shared(async () => quantiseTo4Bits(await matrix()));
		const packed = this.#stored(label, 'uint8', [outputs, blocks, blockSize / 2], async () => {
			return (await quantised.first()).packed;
		});
		const scales = this.#stored(`${label}.scales`, 'float16', [outputs * blocks], async () => {
			return (await quantised.last()).scales;
		});
		return this.graph.node(
			'com.microsoft.MatMulNBits',
			[x, packed, this.#from('float16', scales)],
			{
				K: { int: inputs },
				N: { int: outputs },
				bits: { int: 4 },
				block_size: { int: blockSize },
			},
		);
	}

	/**
	 * Both sides in 8 bits, their product in whole numbers: the matrix with a scale for each output, the
	 * input with one scale, found as it runs. WebAssembly does this three times as fast as single
	 * precision, while it expands a matrix of `MatMulNBits` anew each time.
	 */
	#product8(
		x: Value,
		label: string,
		matrix: () => Promise<Float32Array>,
		inputs: number,
		outputs: number,
	): Value {
		const { graph } = this;
		const quantised = shared(async () => quantiseTo8Bits(await matrix(), outputs));
		const levels = this.#stored(label, 'int8', [inputs, outputs], async () => {
			const { levels } = await quantised.first();
			return Int8Array.from(transposed(Float32Array.from(levels), [outputs, inputs]));
		});
		const scales = this.#stored(`${label}.scales`, 'float32', [outputs], async () => {
			return (await quantised.last()).scales;
		});
		const [bytes, step, zero] = graph.nodes('DynamicQuantizeLinear', [x], [
			'bytes',
			'step',
			'zero',
		] as const);
		const sums = graph.node('MatMulInteger', [bytes, levels, zero]);
		return graph.node('Mul', [
			graph.node('Cast', [sums], { to: { int: castTo.float32 } }),
			graph.node('Mul', [step, scales]),
		]);
	}

	#stored(
		name: string,
		type: GraphType,
		shape: readonly number[],
		make: () => Promise<ArrayBufferView>,
	): Value {
		const width = { float32: 4, float16: 2, int64: 8, int32: 4, int8: 1, uint8: 1, bool: 1 }[type];
		const data = this.#plan.add(elementCount(shape) * width, make);
		return this.graph.constant(name, type, shape, data);
	}

	#from(type: Arithmetic, x: Value): Value {
		if (type === this.arithmetic) return x;
		return this.graph.node('Cast', [x], { to: { int: castTo[this.arithmetic] } });
	}
}

function bytesOf(view: ArrayBufferView): Uint8Array {
	return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/**
 * What two tensors that are written one after the other come from: computed for the first, kept for
 * the second, then forgotten. (Where the second comes alone, a file having been there already, it is
 * computed anew.)
 */
function shared<T>(make: () => Promise<T>): { first(): Promise<T>; last(): Promise<T> } {
	let kept: Promise<T> | null = null;
	return {
		first: () => (kept = make()),
		last: () => {
			const value = kept ?? make();
			kept = null;
			return value;
		},
	};
}
