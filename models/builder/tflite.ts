import {
	asFloat32,
	damaged,
	type ElementType,
	elementCount,
} from '../../src/lib/conversion/checkpoint.ts';
import { FlatTable } from './flatbuffer.ts';
import {
	type Activation,
	type Constant,
	NhwcNetwork,
	type Operand,
	transposed,
	type Window,
} from './nhwc-network.ts';

/** TensorType of the TensorFlow Lite schema. */
const elementTypes: Readonly<Record<number, ElementType>> = {
	0: 'float32',
	1: 'float16',
	2: 'int32',
};

/** BuiltinOperator of the schema, those that are converted. */
const operators: Readonly<Record<number, string>> = {
	0: 'Add',
	2: 'Concatenation',
	3: 'Conv2D',
	4: 'DepthwiseConv2D',
	6: 'Dequantize',
	14: 'Logistic',
	17: 'MaxPool2D',
	18: 'Mul',
	19: 'Relu',
	21: 'Relu6',
	22: 'Reshape',
	23: 'ResizeBilinear',
	34: 'Pad',
	41: 'Sub',
	54: 'Prelu',
	101: 'Abs',
};

/** ActivationFunctionType of the schema: 0 none, 1 ReLU, 3 ReLU up to 6. */
function activated(network: NhwcNetwork, x: Activation, kind: number): Activation {
	if (kind === 0) return x;
	if (kind === 1) return network.unary('Relu', x);
	if (kind === 3) return network.relu6(x);
	throw damaged(`it uses activation ${kind}, which is not converted`);
}

/** Padding of the schema. */
const paddings: readonly Window['padding'][] = ['same', 'valid'];

/**
 * A TensorFlow Lite network of single or half precision as an ONNX graph of single precision, channels
 * first. One picture at a time, whatever batch the file asks for. Outputs keep their names and order.
 *
 * @throws ConfabError `ModelUnavailable` for a damaged file, or one with operators that are not converted.
 */
export function convertTflite(file: Uint8Array): Uint8Array<ArrayBuffer> {
	const model = FlatTable.root(file, 'TFL3');
	const [graph] = model.tables(2);
	if (!graph) throw damaged('it holds no graph');
	const codes = model
		.tables(1)
		.map((code) => Math.max(code.number(0, 'int8'), code.number(3, 'int32')));
	const tensors = graph.tables(0);
	const buffers = model.tables(4);
	const network = new NhwcNetwork('tflite');
	const values = new Map<number, Operand>();

	const shapeOf = (index: number): number[] => {
		const [batch = 1, ...rest] = tensors[index]?.integers(0) ?? [];
		return tensors[index] ? [batch, ...rest] : [];
	};
	/** Of a value that is computed: one picture. */
	const singleOf = (index: number): number[] => [1, ...shapeOf(index).slice(1)];
	const integersOf = (index: number): number[] => {
		const bytes = buffers[tensors[index]?.number(2, 'uint32') ?? 0]?.bytes(0) ?? new Uint8Array(0);
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		return Array.from({ length: bytes.byteLength >> 2 }, (_, i) => view.getInt32(4 * i, true));
	};
	const operand = (index: number): Operand => {
		const known = values.get(index);
		if (known) return known;
		const tensor = tensors[index];
		const type = elementTypes[tensor?.number(1, 'int8') ?? -1];
		const bytes = buffers[tensor?.number(2, 'uint32') ?? 0]?.bytes(0);
		if (!type || !bytes) throw damaged('it holds a tensor of a type that is not converted');
		// Half precision is only in weights, which single precision takes as they are.
		const data = asFloat32({ type, shape: shapeOf(index), bytes });
		if (data.length !== elementCount(shapeOf(index))) throw damaged('a tensor is cut short');
		const constant = { shape: shapeOf(index), data };
		values.set(index, constant);
		return constant;
	};
	const activation = (index: number): Activation => {
		const x = operand(index);
		if ('data' in x) throw damaged('a constant stands where a picture is expected');
		return x;
	};
	const constant = (index: number): Constant => {
		const x = operand(index);
		if ('data' in x) return x;
		throw damaged('something computed stands where weights are expected');
	};

	const convert = (operator: FlatTable): Operand => {
		const kind = operators[codes[operator.number(0, 'uint32')] ?? -1];
		const [first = -1, second = -1, third = -1] = operator.integers(1);
		const [output = -1] = operator.integers(2);
		const options = operator.table(4);
		const number = (field: number, otherwise = 0): number =>
			options?.number(field, 'int32', otherwise) ?? otherwise;
		const byte = (field: number): number => options?.number(field, 'uint8') ?? 0;
		const window = (dilation: number | null): Window => ({
			padding: paddings[byte(0)] ?? 'valid',
			strides: [number(2), number(1)],
			...(dilation !== null && { dilations: [number(dilation + 1, 1), number(dilation, 1)] }),
		});
		switch (kind) {
			case 'Dequantize':
				return constant(first);
			case 'Conv2D': {
				const { shape, data } = constant(second);
				const weights = turned(data, shape, [0, 3, 1, 2]);
				const bias = third < 0 ? null : constant(third).data;
				const made = network.conv(activation(first), weights, bias, 1, window(4));
				return activated(network, made, byte(3));
			}
			case 'DepthwiseConv2D': {
				const { shape, data } = constant(second);
				const x = activation(first);
				const weights = turned(data, shape, [3, 0, 1, 2]);
				const bias = third < 0 ? null : constant(third).data;
				const made = network.conv(x, weights, bias, x.shape[3] ?? 1, window(5));
				return activated(network, made, byte(4));
			}
			case 'MaxPool2D': {
				const kernel = [number(4), number(3)] as const;
				return activated(
					network,
					network.maxPool(activation(first), kernel, window(null)),
					byte(5),
				);
			}
			case 'Add':
			case 'Sub':
			case 'Mul':
				return activated(network, network.binary(kind, operand(first), operand(second)), byte(0));
			case 'Relu':
			case 'Abs':
				return network.unary(kind, activation(first));
			case 'Logistic':
				return network.unary('Sigmoid', activation(first));
			case 'Relu6':
				return network.relu6(activation(first));
			case 'Prelu':
				return network.prelu(activation(first), constant(second));
			case 'Pad': {
				const amounts = integersOf(second);
				return network.pad(
					activation(first),
					shapeOf(first).map((_, axis) => [amounts[2 * axis] ?? 0, amounts[2 * axis + 1] ?? 0]),
				);
			}
			case 'Reshape':
				return network.reshape(activation(first), singleOf(output));
			case 'Concatenation':
				return network.concat(operator.integers(1).map(activation), number(0));
			case 'ResizeBilinear': {
				if (byte(2) !== 0 || byte(3) === 0)
					throw damaged('it resizes in a way that is not converted');
				const [height = 0, width = 0] = integersOf(second);
				return network.resize(activation(first), [height, width]);
			}
			case undefined:
			default:
				throw damaged(
					`it uses operator ${codes[operator.number(0, 'uint32')]}, which is not converted`,
				);
		}
	};

	for (const index of graph.integers(1)) {
		values.set(index, network.input(tensors[index]?.text(3) ?? '', singleOf(index)));
	}
	for (const operator of graph.tables(3)) {
		const [output = -1] = operator.integers(2);
		values.set(output, convert(operator));
	}
	for (const index of graph.integers(2)) {
		network.output(tensors[index]?.text(3) ?? '', activation(index));
	}
	return network.toBytes();
}

function turned(data: Float32Array, shape: readonly number[], order: readonly number[]): Constant {
	return { shape: order.map((axis) => shape[axis] ?? 1), data: transposed(data, shape, order) };
}
