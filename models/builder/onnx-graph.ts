import { elementCount } from './checkpoint.ts';
import { ProtobufWriter } from './protobuf.ts';

/** ONNX TensorProto.DataType of the element types that graphs here use. */
const dataTypes = { float32: 1, uint8: 2, int32: 6, int64: 7 } as const;

export type GraphType = keyof typeof dataTypes;

/** A value inside a graph, by its name: what one node makes and others take. */
export interface Value {
	readonly name: string;
}

/** Length of one axis, or the name of a length that is only known when the graph runs. */
export type Dimension = number | string;

export type Attribute =
	| { readonly int: number }
	| { readonly float: number }
	| { readonly text: string }
	| { readonly ints: readonly number[] };

interface Initializer {
	readonly name: string;
	readonly type: GraphType;
	readonly shape: readonly number[];
	readonly bytes: Uint8Array;
}

interface Node {
	readonly operator: string;
	readonly inputs: readonly string[];
	readonly outputs: readonly string[];
	readonly attributes: Readonly<Record<string, Attribute>>;
}

interface Port {
	readonly name: string;
	readonly type: GraphType;
	readonly shape: readonly Dimension[];
}

/**
 * Builds an ONNX model node by node and writes it as a file.
 *
 * Field numbers are those of onnx.proto (ONNX 1.13, IR version 8).
 */
export class GraphBuilder {
	readonly #name: string;
	readonly #opset: number;
	readonly #inputs: Port[] = [];
	readonly #outputs: Port[] = [];
	readonly #nodes: Node[] = [];
	readonly #initializers: Initializer[] = [];
	readonly #shared = new Map<string, Value>();
	#count = 0;

	/** @param opset version of the default operator set */
	constructor(name: string, opset: number) {
		this.#name = name;
		this.#opset = opset;
	}

	/** Declares an input of the model. */
	input(name: string, type: GraphType, shape: readonly Dimension[]): Value {
		this.#inputs.push({ name, type, shape });
		return { name };
	}

	/** Declares `value` to be an output of the model under `name`. */
	output(name: string, value: Value, type: GraphType, shape: readonly Dimension[]): void {
		this.#nodes.push({
			operator: 'Identity',
			inputs: [value.name],
			outputs: [name],
			attributes: {},
		});
		this.#outputs.push({ name, type, shape });
	}

	/** Weights. @throws TypeError when there are more or fewer numbers than the shape asks for. */
	weights(name: string, shape: readonly number[], values: Float32Array): Value {
		if (values.length !== elementCount(shape)) {
			throw new TypeError(`${name}: ${values.length} numbers for [${shape.join(', ')}]`);
		}
		const bytes = new Uint8Array(values.length * 4);
		const view = new DataView(bytes.buffer);
		values.forEach((value, i) => view.setFloat32(4 * i, value, true));
		return this.#initializer({ name: this.#unique(name), type: 'float32', shape, bytes });
	}

	/** One number, shared by all that use the same. */
	scalar(value: number): Value {
		return this.#share(`scalar_${value}`, (name) => this.weights(name, [], Float32Array.of(value)));
	}

	/** Whole numbers such as a shape or axes, shared by all that use the same. */
	integers(values: readonly number[]): Value {
		return this.#share(`integers_${values.join('_')}`, (name) => {
			const bytes = new Uint8Array(values.length * 8);
			const view = new DataView(bytes.buffer);
			values.forEach((value, i) => view.setBigInt64(8 * i, BigInt(value), true));
			return this.#initializer({ name, type: 'int64', shape: [values.length], bytes });
		});
	}

	/** Adds a node with one output. A null input is one that is left out. */
	node(
		operator: string,
		inputs: readonly (Value | null)[],
		attributes: Readonly<Record<string, Attribute>> = {},
	): Value {
		const name = this.#unique(operator.toLowerCase());
		this.#nodes.push({
			operator,
			inputs: inputs.map((input) => input?.name ?? ''),
			outputs: [name],
			attributes,
		});
		return { name };
	}

	/** The model as the bytes of an .onnx file. */
	toBytes(): Uint8Array<ArrayBuffer> {
		return new ProtobufWriter()
			.integer(1, 8)
			.text(2, 'confab')
			.message(7, (graph) => {
				for (const node of this.#nodes) graph.message(1, (message) => writeNode(message, node));
				graph.text(2, this.#name);
				for (const initializer of this.#initializers) {
					graph.message(5, (message) => {
						for (const dimension of initializer.shape) message.integer(1, dimension);
						message
							.integer(2, dataTypes[initializer.type])
							.text(8, initializer.name)
							.bytes(9, initializer.bytes);
					});
				}
				for (const port of this.#inputs) graph.message(11, (message) => writePort(message, port));
				for (const port of this.#outputs) graph.message(12, (message) => writePort(message, port));
			})
			.message(8, (opset) => opset.text(1, '').integer(2, this.#opset))
			.finish();
	}

	#unique(name: string): string {
		return `${name}_${this.#count++}`;
	}

	#initializer(initializer: Initializer): Value {
		this.#initializers.push(initializer);
		return { name: initializer.name };
	}

	#share(key: string, make: (name: string) => Value): Value {
		const known = this.#shared.get(key);
		if (known) return known;
		const made = make(key);
		this.#shared.set(key, made);
		return made;
	}
}

function writeNode(message: ProtobufWriter, node: Node): void {
	for (const input of node.inputs) message.text(1, input);
	for (const output of node.outputs) message.text(2, output);
	message.text(3, node.outputs[0] ?? '').text(4, node.operator);
	for (const [name, attribute] of Object.entries(node.attributes)) {
		message.message(5, (field) => {
			field.text(1, name);
			if ('float' in attribute) field.float(2, attribute.float).integer(20, 1);
			else if ('int' in attribute) field.integer(3, attribute.int).integer(20, 2);
			else if ('text' in attribute) field.text(4, attribute.text).integer(20, 3);
			else {
				for (const int of attribute.ints) field.integer(8, int);
				field.integer(20, 7);
			}
		});
	}
}

function writePort(message: ProtobufWriter, port: Port): void {
	message.text(1, port.name).message(2, (type) =>
		type.message(1, (tensor) =>
			tensor.integer(1, dataTypes[port.type]).message(2, (shape) => {
				for (const dimension of port.shape) {
					shape.message(1, (axis) => {
						if (typeof dimension === 'number') axis.integer(1, dimension);
						else axis.text(2, dimension);
					});
				}
			}),
		),
	);
}
