import * as v from 'valibot';
import {
	asFloat32,
	damaged,
	type ElementType,
	elementBytes,
	elementCount,
} from '../../src/lib/conversion/checkpoint.ts';
import {
	type Activation,
	type Constant,
	NhwcNetwork,
	type Operand,
	transposed,
	type Window,
} from './nhwc-network.ts';

const whole = v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.safeInteger());

/** Text lies in base64. */
const text = v.pipe(v.string(), v.transform(atob));

const attributeSchema = v.object({
	b: v.optional(v.boolean()),
	i: v.optional(whole),
	s: v.optional(text),
	list: v.optional(v.object({ i: v.optional(v.array(whole)), s: v.optional(v.array(text)) })),
	shape: v.optional(v.object({ dim: v.optional(v.array(v.object({ size: whole }))) })),
});

const nodeSchema = v.object({
	name: v.string(),
	op: v.string(),
	input: v.optional(v.array(v.string()), []),
	attr: v.optional(v.record(v.string(), attributeSchema), {}),
});

const elementType = v.picklist(['float32', 'int32', 'float16']);

const weightSchema = v.object({
	name: v.string(),
	shape: v.array(whole),
	dtype: elementType,
	quantization: v.optional(v.object({ dtype: elementType })),
});

const modelSchema = v.object({
	format: v.literal('graph-model'),
	modelTopology: v.object({ node: v.array(nodeSchema) }),
	weightsManifest: v.array(v.object({ weights: v.array(weightSchema) })),
});

type GraphNode = v.InferOutput<typeof nodeSchema>;

/**
 * A TensorFlow.js graph model as an ONNX graph of single precision, channels first, for one picture at a
 * time. Its outputs are the nodes that no other takes, under their names.
 *
 * @param json `model.json`
 * @param bin its weights, all in one file
 * @throws ConfabError `ModelUnavailable` for a damaged model, or operators that are not converted.
 */
export function convertTfjsGraph(json: Uint8Array, bin: Uint8Array): Uint8Array<ArrayBuffer> {
	const model = v.safeParse(modelSchema, parsed(json));
	if (!model.success) throw damaged('it is not a graph model of TensorFlow.js');
	const { modelTopology, weightsManifest } = model.output;
	const converter = new GraphConverter(modelTopology.node, weightsOf(weightsManifest, bin));
	return converter.convert();
}

function parsed(json: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder().decode(json));
	} catch {
		return null;
	}
}

function weightsOf(
	manifest: v.InferOutput<typeof modelSchema>['weightsManifest'],
	bin: Uint8Array,
): Map<string, Constant> {
	const weights = new Map<string, Constant>();
	let at = 0;
	for (const { name, shape, dtype, quantization } of manifest.flatMap((group) => group.weights)) {
		const type: ElementType = quantization?.dtype ?? dtype;
		const length = elementCount(shape) * elementBytes[type];
		const bytes = bin.subarray(at, at + length);
		at += length;
		const data = type === 'int32' ? integersOf(bytes) : asFloat32({ type, shape, bytes });
		if (data.length !== elementCount(shape)) throw damaged('its weights are cut short');
		weights.set(name, { shape, data });
	}
	if (at !== bin.byteLength) throw damaged('its weights are more than it says');
	return weights;
}

function integersOf(bytes: Uint8Array): Float32Array {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Float32Array.from({ length: bytes.byteLength >> 2 }, (_, i) => view.getInt32(4 * i, true));
}

/** Node by node, in the order of what each takes. */
class GraphConverter {
	readonly #nodes: ReadonlyMap<string, GraphNode>;
	readonly #weights: ReadonlyMap<string, Constant>;
	readonly #network = new NhwcNetwork('tfjs');
	readonly #values = new Map<string, Operand>();

	constructor(nodes: readonly GraphNode[], weights: ReadonlyMap<string, Constant>) {
		this.#nodes = new Map(nodes.map((node) => [node.name, node]));
		this.#weights = weights;
	}

	convert(): Uint8Array<ArrayBuffer> {
		const nodes = [...this.#nodes.values()];
		const taken = new Set(nodes.flatMap(({ input }) => input.map(withoutPort)));
		for (const { name } of nodes) {
			if (!taken.has(name)) this.#network.output(name, this.#activation(name));
		}
		return this.#network.toBytes();
	}

	#operand(input: string | undefined): Operand {
		const name = withoutPort(input ?? '');
		const known = this.#values.get(name) ?? this.#weights.get(name);
		if (known) return known;
		const node = this.#nodes.get(name);
		if (!node) throw damaged(`it has no node "${name}"`);
		const made = this.#made(node);
		this.#values.set(name, made);
		return made;
	}

	#activation(input: string | undefined): Activation {
		const x = this.#operand(input);
		if ('data' in x) throw damaged('a constant stands where a picture is expected');
		return x;
	}

	#constant(input: string | undefined): Constant {
		const x = this.#operand(input);
		if ('data' in x) return x;
		throw damaged('something computed stands where weights are expected');
	}

	#made(node: GraphNode): Operand {
		const network = this.#network;
		const { op, attr, input } = node;
		const [first, second] = input;
		switch (op) {
			case 'Placeholder': {
				const sizes = attr['shape']?.shape?.dim?.map(({ size }) => size) ?? [];
				if (sizes.length !== 4 || sizes.slice(1).some((size) => size < 1)) {
					throw damaged('its input is not a picture of a fixed size');
				}
				return network.input(node.name, [1, ...sizes.slice(1)]);
			}
			case 'Identity':
				return this.#operand(first);
			case '_FusedConv2D':
			case 'Conv2D':
			case 'FusedDepthwiseConv2dNative':
			case 'DepthwiseConv2dNative':
				return this.#convolution(node);
			case 'MaxPool': {
				const [, height = 1, width = 1] = attr['ksize']?.list?.i ?? [];
				return network.maxPool(this.#activation(first), [height, width], windowOf(node));
			}
			case 'Pad': {
				const x = this.#activation(first);
				const { data } = this.#constant(second);
				return network.pad(
					x,
					x.shape.map((_, axis) => [data[2 * axis] ?? 0, data[2 * axis + 1] ?? 0]),
				);
			}
			case 'Add':
			case 'AddV2':
				return network.binary('Add', this.#operand(first), this.#operand(second));
			case 'Sub':
			case 'Mul':
				return network.binary(op, this.#operand(first), this.#operand(second));
			case 'Maximum':
				return network.binary('Max', this.#operand(first), this.#operand(second));
			case 'Square':
				return network.binary('Mul', this.#activation(first), this.#activation(first));
			case 'Relu':
			case 'Abs':
			case 'Sigmoid':
				return network.unary(op, this.#activation(first));
			case 'Rsqrt':
				return network.unary('Reciprocal', network.unary('Sqrt', this.#activation(first)));
			case 'Prelu':
				return network.prelu(this.#activation(first), this.#constant(second));
			case 'ResizeBilinear': {
				if (attr['align_corners']?.b === true || attr['half_pixel_centers']?.b !== true) {
					throw damaged('it resizes in a way that is not converted');
				}
				const [height = 0, width = 0] = this.#constant(second).data;
				return network.resize(this.#activation(first), [height, width]);
			}
			case 'DepthToSpace':
				return network.depthToSpace(this.#activation(first), attr['block_size']?.i ?? 1);
			case 'ConcatV2': {
				const [axis = 0] = this.#constant(input.at(-1)).data;
				return network.concat(
					input.slice(0, -1).map((part) => this.#activation(part)),
					axis,
				);
			}
			case 'Sum': {
				const x = this.#activation(first);
				const [axis = 0, ...more] = this.#constant(second).data;
				const isLast = more.length === 0 && (axis === -1 || axis === x.shape.length - 1);
				if (!isLast || attr['keep_dims']?.b !== true) {
					throw damaged('it sums in a way that is not converted');
				}
				return network.sumOfLast(x);
			}
			case 'Squeeze': {
				const x = this.#activation(first);
				const axes = attr['squeeze_dims']?.list?.i ?? [];
				const gone = new Set(axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis)));
				return network.reshape(
					x,
					x.shape.filter((size, axis) => !(gone.size > 0 ? gone.has(axis) : size === 1)),
				);
			}
			case 'Reshape': {
				const x = this.#activation(first);
				return network.reshape(x, resolved([...this.#constant(second).data], x.shape));
			}
			default:
				return this.#shapeNumber(node);
		}
	}

	/** Numbers that are worked out of shapes, which are all known. */
	#shapeNumber({ op, attr, input }: GraphNode): Constant {
		const [first, second, third] = input;
		switch (op) {
			case 'Shape': {
				const { shape } = this.#operand(first);
				return { shape: [shape.length], data: Float32Array.from(shape) };
			}
			case 'StridedSlice': {
				const [begin = 0] = this.#constant(second).data;
				const [end = 0] = this.#constant(third).data;
				if (attr['shrink_axis_mask']?.i !== 1 || end !== begin + 1) break;
				return { shape: [], data: this.#constant(first).data.slice(begin, end) };
			}
			case 'Pack': {
				const data = Float32Array.from(input.flatMap((part) => [...this.#constant(part).data]));
				return { shape: [data.length], data };
			}
		}
		throw damaged(`it uses operator ${op}, which is not converted`);
	}

	#convolution(node: GraphNode): Activation {
		const [first, second, ...more] = node.input;
		const x = this.#activation(first);
		const kernel = this.#constant(second);
		const [height = 1, width = 1, inputs = 1, outputs = 1] = kernel.shape;
		const depthwise = node.op.includes('Depthwise');
		// From [height, width, inputs, outputs], or [height, width, inputs, outputs of each].
		const weights: Constant = depthwise
			? {
					shape: [inputs * outputs, 1, height, width],
					data: transposed(kernel.data, [height, width, inputs * outputs], [2, 0, 1]),
				}
			: {
					shape: [outputs, inputs, height, width],
					data: transposed(kernel.data, kernel.shape, [3, 2, 0, 1]),
				};
		const fused = [...(node.attr['fused_ops']?.list?.s ?? [])];
		const bias = fused[0] === 'BiasAdd' ? this.#constant(more.shift()).data : null;
		if (bias) fused.shift();
		const groups = depthwise ? inputs : 1;
		const made = this.#network.conv(x, weights, bias, groups, windowOf(node));
		const [after] = fused;
		switch (after) {
			case undefined:
				return made;
			case 'Relu':
				return this.#network.unary('Relu', made);
			case 'Relu6':
				return this.#network.relu6(made);
			case 'Prelu':
				return this.#network.prelu(made, this.#constant(more.shift()));
			default:
				throw damaged(`it uses ${after} after a convolution, which is not converted`);
		}
	}
}

function windowOf({ attr }: GraphNode): Window {
	const [, height = 1, width = 1] = attr['strides']?.list?.i ?? [];
	const [, rows = 1, columns = 1] = attr['dilations']?.list?.i ?? [];
	const padding = attr['padding']?.s;
	if (padding !== 'SAME' && padding !== 'VALID') throw damaged(`it pads as ${padding ?? 'unsaid'}`);
	return {
		strides: [height, width],
		dilations: [rows, columns],
		padding: padding === 'SAME' ? 'same' : 'valid',
	};
}

/** `name:0` and `^name` are `name`. */
function withoutPort(input: string): string {
	return input.replace(/^\^|:\d+$/g, '');
}

/** A shape in which one axis may be -1: what is left. */
function resolved(shape: readonly number[], from: readonly number[]): number[] {
	const known = elementCount(shape.filter((size) => size >= 0));
	return shape.map((size) => (size < 0 ? elementCount(from) / known : size));
}
