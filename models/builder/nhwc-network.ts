import { elementCount } from '../../src/lib/conversion/checkpoint.ts';
import { GraphBuilder, type Value } from '../../src/lib/conversion/onnx-graph.ts';

/** Numbers that a graph holds, row-major. */
export interface Constant {
	readonly shape: readonly number[];
	readonly data: Float32Array;
}

/** What a node makes. Its shape is that of the source, channels last. */
export interface Activation {
	readonly value: Value;
	readonly shape: readonly number[];
	/** Whether it lies channels first in the ONNX graph: all of four axes do, but for those just reshaped. */
	readonly channelsFirst: boolean;
}

export type Operand = Activation | Constant;

/** How a window moves: [height, width]. */
export interface Window {
	readonly strides: readonly [number, number];
	readonly dilations?: readonly [number, number];
	/** TensorFlow's two kinds of padding. */
	readonly padding: 'same' | 'valid';
}

/** The ONNX operator set that is written. */
const opset = 17;

const toFirst = [0, 3, 1, 2];
const toLast = [0, 2, 3, 1];

/**
 * Writes a network whose source has its channels last (TensorFlow Lite, TensorFlow.js) as an ONNX graph
 * with its channels first. Shapes are fixed, so padding is worked out here. The input of the ONNX graph is
 * [batch, channels, height, width]; outputs are as in the source.
 */
export class NhwcNetwork {
	readonly #graph: GraphBuilder;

	constructor(name: string) {
		this.#graph = new GraphBuilder(name, opset);
	}

	/** @param shape [batch, height, width, channels] */
	input(name: string, shape: readonly number[]): Activation {
		const value = this.#graph.input(name, 'float32', permuted(shape, toFirst));
		return { value, shape, channelsFirst: true };
	}

	output(name: string, x: Activation): void {
		this.#graph.output(name, this.#inSourceOrder(x), 'float32', x.shape);
	}

	toBytes(): Uint8Array<ArrayBuffer> {
		return this.#graph.toBytes();
	}

	/**
	 * @param weights [outputs, inputs / groups, height, width]
	 * @param groups 1, or the number of input channels
	 */
	conv(
		x: Activation,
		weights: Constant,
		bias: Float32Array | null,
		groups: number,
		window: Window,
	): Activation {
		const [outputs = 0, , ...kernel] = weights.shape;
		const { strides, dilations = [1, 1] } = window;
		const [pads, [height, width]] = placing(x.shape, kernel, window);
		const inputs = [
			this.#channelsFirst(x),
			this.#graph.weights('weights', weights.shape, weights.data),
			bias && this.#graph.weights('bias', [outputs], bias),
		];
		const value = this.#graph.node('Conv', bias ? inputs : inputs.slice(0, 2), {
			kernel_shape: { ints: kernel },
			strides: { ints: strides },
			dilations: { ints: dilations },
			pads: { ints: pads },
			group: { int: groups },
		});
		return { value, shape: [x.shape[0] ?? 1, height, width, outputs], channelsFirst: true };
	}

	maxPool(x: Activation, kernel: readonly [number, number], window: Window): Activation {
		const [pads, [height, width]] = placing(x.shape, kernel, window);
		const value = this.#graph.node('MaxPool', [this.#channelsFirst(x)], {
			kernel_shape: { ints: kernel },
			strides: { ints: window.strides },
			pads: { ints: pads },
		});
		return { value, shape: [x.shape[0] ?? 1, height, width, x.shape[3] ?? 0], channelsFirst: true };
	}

	/** Zeros around. @param amounts before and after, for each axis of the source */
	pad(x: Activation, amounts: readonly (readonly [number, number])[]): Activation {
		const ordered = x.channelsFirst ? permuted(amounts, toFirst) : amounts;
		const pads = [...ordered.map(([before]) => before), ...ordered.map(([, after]) => after)];
		const value = this.#graph.node('Pad', [x.value, this.#graph.integers(pads)]);
		const shape = x.shape.map((size, axis) => size + sum(amounts[axis] ?? []));
		return { ...x, value, shape };
	}

	/** An operator of one input that changes no shape: `Relu`, `Abs`, `Sigmoid`. */
	unary(operator: string, x: Activation): Activation {
		return { ...x, value: this.#graph.node(operator, [x.value]) };
	}

	/** An operator of two inputs that are broadcast: `Add`, `Sub`, `Mul`, `Max`. */
	binary(operator: string, a: Operand, b: Operand): Activation {
		const lead = 'data' in a ? b : a;
		if ('data' in lead) throw new TypeError('Two constants are no part of a network');
		const channelsFirst =
			lead.channelsFirst && [a, b].every((x) => 'data' in x || x.shape.length === 4);
		const [first, second] = [a, b].map((x) => this.#operand(x, channelsFirst));
		const value = this.#graph.node(operator, [first ?? null, second ?? null]);
		return { value, shape: broadcast(a.shape, b.shape), channelsFirst };
	}

	/** max(x, 0) and no more than 6. */
	relu6(x: Activation): Activation {
		const value = this.#graph.node('Clip', [x.value, this.#graph.scalar(0), this.#graph.scalar(6)]);
		return { ...x, value };
	}

	/** max(x, 0) + slope min(x, 0), written out, since not every runtime has PReLU on the GPU. */
	prelu(x: Activation, slope: Constant): Activation {
		const above = this.unary('Relu', x);
		return this.binary('Add', above, this.binary('Mul', this.binary('Sub', x, above), slope));
	}

	reshape(x: Activation, shape: readonly number[]): Activation {
		if (elementCount(shape) !== elementCount(x.shape)) {
			throw new TypeError(`[${x.shape.join(', ')}] cannot become [${shape.join(', ')}]`);
		}
		const value = this.#graph.node('Reshape', [
			this.#inSourceOrder(x),
			this.#graph.integers(shape),
		]);
		return { value, shape, channelsFirst: false };
	}

	/** @param axis of the source */
	concat(parts: readonly Activation[], axis: number): Activation {
		const shape = [...(parts[0]?.shape ?? [])];
		const at = axis < 0 ? axis + shape.length : axis;
		shape[at] = sum(parts.map((part) => part.shape[at] ?? 0));
		const channelsFirst = shape.length === 4;
		const inputs = parts.map((x) =>
			channelsFirst ? this.#channelsFirst(x) : this.#inSourceOrder(x),
		);
		const value = this.#graph.node('Concat', inputs, {
			axis: { int: channelsFirst ? toFirst.indexOf(at) : at },
		});
		return { value, shape, channelsFirst };
	}

	/** Bilinear, the middles of pixels lying on each other (`half_pixel_centers`). */
	resize(x: Activation, [height, width]: readonly [number, number]): Activation {
		const [batch = 1, , , channels = 0] = x.shape;
		const sizes = this.#graph.integers([batch, channels, height, width]);
		const value = this.#graph.node('Resize', [this.#channelsFirst(x), null, null, sizes], {
			mode: { text: 'linear' },
			coordinate_transformation_mode: { text: 'half_pixel' },
		});
		return { value, shape: [batch, height, width, channels], channelsFirst: true };
	}

	depthToSpace(x: Activation, block: number): Activation {
		const [batch = 1, height = 0, width = 0, channels = 0] = x.shape;
		const value = this.#graph.node('DepthToSpace', [this.#channelsFirst(x)], {
			blocksize: { int: block },
			mode: { text: 'DCR' },
		});
		const shape = [batch, height * block, width * block, channels / block ** 2];
		return { value, shape, channelsFirst: true };
	}

	/** The sum over the last axis, which stays. */
	sumOfLast(x: Activation): Activation {
		const last = this.#graph.integers([-1]);
		const value = this.#graph.node('ReduceSum', [this.#inSourceOrder(x), last], {
			keepdims: { int: 1 },
		});
		return { value, shape: [...x.shape.slice(0, -1), 1], channelsFirst: false };
	}

	#channelsFirst(x: Activation): Value {
		if (x.channelsFirst) return x.value;
		return this.#graph.node('Transpose', [x.value], { perm: { ints: toFirst } });
	}

	#inSourceOrder(x: Activation): Value {
		if (!x.channelsFirst) return x.value;
		// With one row and one column, or one channel, the order is the same: a reshape costs nothing.
		const [, height, width, channels] = x.shape;
		if ((height === 1 && width === 1) || channels === 1) {
			return this.#graph.node('Reshape', [x.value, this.#graph.integers(x.shape)]);
		}
		return this.#graph.node('Transpose', [x.value], { perm: { ints: toLast } });
	}

	#operand(x: Operand, channelsFirst: boolean): Value {
		if (!('data' in x)) return channelsFirst ? this.#channelsFirst(x) : this.#inSourceOrder(x);
		if (x.data.length === 1) return this.#graph.scalar(x.data[0] ?? 0);
		if (!channelsFirst) return this.#graph.weights('constant', x.shape, x.data);
		const [rows = 1, columns = 1, channels = 1] = [1, 1, 1, ...x.shape].slice(-3);
		const turned = transposed(x.data, [rows, columns, channels], [2, 0, 1]);
		return this.#graph.weights('constant', [channels, rows, columns], turned);
	}
}

/**
 * Where a window lies.
 *
 * @returns the padding as ONNX writes it, and the height and width of what comes out
 */
function placing(
	shape: readonly number[],
	kernel: readonly number[],
	{ strides, dilations = [1, 1], padding }: Window,
): [number[], [number, number]] {
	const axes = ([0, 1] as const).map((axis) => {
		const size = shape[axis + 1] ?? 0;
		const reach = ((kernel[axis] ?? 1) - 1) * dilations[axis] + 1;
		const stride = strides[axis];
		if (padding === 'valid')
			return { before: 0, after: 0, out: Math.floor((size - reach) / stride) + 1 };
		const out = Math.ceil(size / stride);
		const total = Math.max(0, (out - 1) * stride + reach - size);
		const before = Math.floor(total / 2);
		return { before, after: total - before, out };
	});
	const [height, width] = axes;
	return [
		[...axes.map(({ before }) => before), ...axes.map(({ after }) => after)],
		[height?.out ?? 0, width?.out ?? 0],
	];
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
	const rank = Math.max(a.length, b.length);
	const at = (shape: readonly number[], axis: number): number =>
		shape[axis - rank + shape.length] ?? 1;
	return Array.from({ length: rank }, (_, axis) => Math.max(at(a, axis), at(b, axis)));
}

function permuted<T>(list: readonly T[], order: readonly number[]): T[] {
	return order.flatMap((at) => list.slice(at, at + 1));
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}

/** A tensor with its axes in another order: axis i of what comes out is axis `order[i]` of `shape`. */
export function transposed(
	data: Float32Array,
	shape: readonly number[],
	order: readonly number[],
): Float32Array {
	const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
	const [out, steps] = [permuted(shape, order), permuted(strides, order)];
	const result = new Float32Array(data.length);
	const index = out.map(() => 0);
	let from = 0;
	for (let to = 0; to < result.length; to++) {
		result[to] = data[from] ?? 0;
		for (let axis = out.length - 1; axis >= 0; axis--) {
			const step = steps[axis] ?? 0;
			index[axis] = (index[axis] ?? 0) + 1;
			from += step;
			if ((index[axis] ?? 0) < (out[axis] ?? 0)) break;
			from -= step * (out[axis] ?? 0);
			index[axis] = 0;
		}
	}
	return result;
}
