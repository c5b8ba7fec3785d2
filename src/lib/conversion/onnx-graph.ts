import { elementCount } from './checkpoint.ts';
import { ProtobufWriter } from '../support/protobuf.ts';

/** ONNX TensorProto.DataType of the element types that graphs here use. */
const dataTypes = {
	float32: 1,
	uint8: 2,
	int8: 3,
	int32: 6,
	int64: 7,
	bool: 9,
	float16: 10,
} as const;

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
	| { readonly ints: readonly number[] }
	/** One side of an `If`: what `branch` has given. */
	| { readonly graph: GraphBuilder };

/** Where the numbers of a tensor lie outside the graph: in a file beside it. */
export interface ExternalData {
	readonly file: string;
	readonly offset: number;
	readonly length: number;
}

interface Initializer {
	readonly name: string;
	readonly type: GraphType;
	readonly shape: readonly number[];
	readonly content: Uint8Array | ExternalData;
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
	/** Null for one that is not declared. */
	readonly shape: readonly Dimension[] | null;
}

/**
 * Builds an ONNX model node by node and writes it as a file. Operators are those of the default set;
 * those of another are written with its domain (`com.microsoft.Gelu`).
 *
 * Field numbers are those of onnx.proto (ONNX 1.13, IR version 8).
 */
export class GraphBuilder {
	readonly #name: string;
	readonly #opset: number;
	readonly #prefix: string;
	readonly #inputs: Port[] = [];
	readonly #outputs: Port[] = [];
	readonly #nodes: Node[] = [];
	readonly #initializers: Initializer[] = [];
	readonly #shared = new Map<string, Value>();
	#count = 0;

	/**
	 * @param opset version of the default operator set
	 * @param prefix what names in the graph begin with
	 */
	constructor(name: string, opset: number, prefix = '') {
		this.#name = name;
		this.#opset = opset;
		this.#prefix = prefix;
	}

	/** A graph inside this one, for one side of an `If`: it has no inputs, and may use values of this one. */
	branch(name: string): GraphBuilder {
		return new GraphBuilder(name, this.#opset, `${this.#prefix}${name}_`);
	}

	/** Declares an input of the model. */
	input(name: string, type: GraphType, shape: readonly Dimension[]): Value {
		this.#inputs.push({ name, type, shape });
		return { name };
	}

	/** Declares `value` to be an output of the model under `name`; its shape may be left open (null). */
	output(name: string, value: Value, type: GraphType, shape: readonly Dimension[] | null): void {
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
		return this.#initializer({ name: this.#unique(name), type: 'float32', shape, content: bytes });
	}

	/** A constant of any type, its elements little-endian in the graph or in a file beside it. */
	constant(
		name: string,
		type: GraphType,
		shape: readonly number[],
		content: Uint8Array | ExternalData,
	): Value {
		return this.#initializer({ name: this.#unique(name), type, shape, content });
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
			return this.#initializer({ name, type: 'int64', shape: [values.length], content: bytes });
		});
	}

	/** Adds a node with one output. A null input is one that is left out. */
	node(
		operator: string,
		inputs: readonly (Value | null)[],
		attributes: Readonly<Record<string, Attribute>> = {},
	): Value {
		const name = this.#unique(operator.toLowerCase());
		this.#append(operator, inputs, [name], attributes);
		return { name };
	}

	/** Adds a node with several outputs. */
	nodes<Outputs extends readonly string[]>(
		operator: string,
		inputs: readonly (Value | null)[],
		outputs: Outputs,
		attributes: Readonly<Record<string, Attribute>> = {},
	): { readonly [Index in keyof Outputs]: Value } {
		const names = outputs.map((output) => this.#unique(output));
		this.#append(operator, inputs, names, attributes);
		return names.map((name) => ({ name })) as { [Index in keyof Outputs]: Value };
	}

	/** The model as the bytes of an .onnx file. */
	toBytes(): Uint8Array<ArrayBuffer> {
		const model = new ProtobufWriter()
			.integer(1, 8)
			.text(2, 'confab')
			.message(7, (graph) => this.#write(graph))
			.message(8, (opset) => opset.text(1, '').integer(2, this.#opset));
		for (const domain of this.#domains()) {
			if (domain !== '') model.message(8, (opset) => opset.text(1, domain).integer(2, 1));
		}
		return model.finish();
	}

	#write(graph: ProtobufWriter): void {
		for (const node of this.#nodes) {
			graph.message(1, (message) =>
				writeNode(message, node, (inner, field) => inner.#write(field)),
			);
		}
		graph.text(2, this.#name);
		for (const initializer of this.#initializers) {
			graph.message(5, (message) => {
				for (const dimension of initializer.shape) message.integer(1, dimension);
				message.integer(2, dataTypes[initializer.type]).text(8, initializer.name);
				writeContent(message, initializer.content);
			});
		}
		for (const port of this.#inputs) graph.message(11, (message) => writePort(message, port));
		for (const port of this.#outputs) graph.message(12, (message) => writePort(message, port));
	}

	/** Operator sets of this graph's nodes and of those inside it. */
	#domains(): Set<string> {
		const domains = new Set<string>();
		for (const { operator, attributes } of this.#nodes) {
			domains.add(domainOf(operator).domain);
			for (const attribute of Object.values(attributes)) {
				if (!('graph' in attribute)) continue;
				for (const domain of attribute.graph.#domains()) domains.add(domain);
			}
		}
		return domains;
	}

	#append(
		operator: string,
		inputs: readonly (Value | null)[],
		outputs: readonly string[],
		attributes: Readonly<Record<string, Attribute>>,
	): void {
		const names = inputs.map((input) => input?.name ?? '');
		this.#nodes.push({ operator, inputs: names, outputs, attributes });
	}

	#unique(name: string): string {
		return `${this.#prefix}${name}_${this.#count++}`;
	}

	#initializer(initializer: Initializer): Value {
		this.#initializers.push(initializer);
		return { name: initializer.name };
	}

	#share(key: string, make: (name: string) => Value): Value {
		const known = this.#shared.get(key);
		if (known) return known;
		const made = make(`${this.#prefix}${key}`);
		this.#shared.set(key, made);
		return made;
	}
}

/** `com.microsoft.Gelu` is `Gelu` of the domain `com.microsoft`. */
function domainOf(operator: string): { domain: string; type: string } {
	const dot = operator.lastIndexOf('.');
	return { domain: operator.slice(0, Math.max(0, dot)), type: operator.slice(dot + 1) };
}

function writeContent(message: ProtobufWriter, content: Uint8Array | ExternalData): void {
	if (content instanceof Uint8Array) {
		message.bytes(9, content);
		return;
	}
	const { file, offset, length } = content;
	for (const [key, value] of Object.entries({ location: file, offset, length })) {
		message.message(13, (entry) => entry.text(1, key).text(2, String(value)));
	}
	// data_location: EXTERNAL
	message.integer(14, 1);
}

function writeNode(
	message: ProtobufWriter,
	node: Node,
	writeGraph: (graph: GraphBuilder, message: ProtobufWriter) => void,
): void {
	for (const input of node.inputs) message.text(1, input);
	for (const output of node.outputs) message.text(2, output);
	const { domain, type } = domainOf(node.operator);
	message.text(3, node.outputs[0] ?? '').text(4, type);
	if (domain !== '') message.text(7, domain);
	for (const [name, attribute] of Object.entries(node.attributes)) {
		message.message(5, (field) => {
			field.text(1, name);
			if ('float' in attribute) field.float(2, attribute.float).integer(20, 1);
			else if ('int' in attribute) field.integer(3, attribute.int).integer(20, 2);
			else if ('text' in attribute) field.text(4, attribute.text).integer(20, 3);
			else if ('graph' in attribute) {
				const { graph } = attribute;
				field.message(6, (inner) => writeGraph(graph, inner)).integer(20, 5);
			} else {
				for (const int of attribute.ints) field.integer(8, int);
				field.integer(20, 7);
			}
		});
	}
}

function writePort(message: ProtobufWriter, { name, type, shape }: Port): void {
	message.text(1, name).message(2, (valueType) =>
		valueType.message(1, (tensor) => {
			tensor.integer(1, dataTypes[type]);
			if (!shape) return;
			tensor.message(2, (axes) => {
				for (const dimension of shape) {
					axes.message(1, (axis) => {
						if (typeof dimension === 'number') axis.integer(1, dimension);
						else axis.text(2, dimension);
					});
				}
			});
		}),
	);
}
