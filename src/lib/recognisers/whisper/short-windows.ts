import {
	joinBytes,
	type ProtobufField,
	protobufFields,
	ProtobufWriter,
} from '../../support/protobuf.ts';
import { encodedName } from './graphs.ts';

/** Output with the number of encoded frames, of an encoder that takes windows of any length; others have none. */
export const framesName = 'encoded_frames';

/** Field numbers and a type of onnx.proto. */
const modelGraph = 7;
const graphNode = 1;
const graphInitializer = 5;
const graphOutput = 12;
const nodeInput = 1;
const nodeOutput = 2;
const nodeOperator = 4;
const tensorDimension = 1;
const tensorType = 2;
const tensorNumbers = 7;
const tensorName = 8;
const valueName = 1;
const valueType = 2;
const int64 = 7;

/**
 * An encoder that takes windows of any length up to its own 30 s: it adds as many of its positions as there
 * are frames, instead of all of them. A whole window is computed as before. Its outputs are the encoded
 * sound and `framesName`; attention, which the hub's exports put out too, is left away.
 *
 * @param frames positions of the encoder, `max_source_positions`
 * @returns null for a graph in which its positions are not found: it takes whole windows
 * @throws ConfabError `ModelUnavailable` for a file that is no graph.
 */
export function withShortWindows(
	model: Uint8Array,
	frames: number,
): Uint8Array<ArrayBuffer> | null {
	const fields = protobufFields(model);
	const graph = fields.find(({ number }) => number === modelGraph)?.content;
	const rewritten = graph ? shortened(protobufFields(graph), frames) : null;
	if (!rewritten) return null;
	return joinBytes(
		fields.map(({ number, raw }) =>
			number === modelGraph ? new ProtobufWriter().bytes(modelGraph, rewritten).finish() : raw,
		),
	);
}

function shortened(graph: readonly ProtobufField[], frames: number): Uint8Array | null {
	const tables = new Set(
		partsOf(graph, graphInitializer)
			.filter((tensor) => {
				const dimensions = numbersOf(tensor, tensorDimension);
				return dimensions.length === 2 && dimensions[0] === frames;
			})
			.map((tensor) => textsOf(tensor, tensorName)[0] ?? ''),
	);
	const adders = graph.filter(({ number, content }) => {
		if (number !== graphNode || !content) return false;
		const node = protobufFields(content);
		const inputs = textsOf(node, nodeInput);
		return textsOf(node, nodeOperator)[0] === 'Add' && inputs.some((name) => tables.has(name));
	});
	const [adder] = adders;
	if (!adder?.content || adders.length > 1) return null;
	const node = protobufFields(adder.content);
	const inputs = textsOf(node, nodeInput);
	const positions = inputs.find((name) => tables.has(name));
	const sound = inputs.find((name) => !tables.has(name));
	if (positions === undefined || sound === undefined) return null;
	const own = (name: string): string => `${framesName}/${name}`;
	const added = new ProtobufWriter()
		.message(graphNode, nodeOf('Shape', [sound], own('shape')))
		.message(graphNode, nodeOf('Slice', [own('shape'), own('1'), own('2')], framesName))
		.message(
			graphNode,
			nodeOf('Slice', [positions, own('0'), framesName, own('0')], own('positions')),
		)
		.message(graphNode, (message) => {
			for (const { number, raw, content } of node) {
				const isPositions = number === nodeInput && textOf(content) === positions;
				if (isPositions) message.text(nodeInput, own('positions'));
				else message.raw(raw);
			}
		})
		.finish();
	const rest = new ProtobufWriter();
	for (const value of [0, 1, 2]) rest.message(graphInitializer, indexOf(own(String(value)), value));
	rest.message(graphOutput, (output) =>
		output.text(valueName, framesName).message(valueType, (type) =>
			type.message(1, (tensor) =>
				tensor.integer(1, int64).message(2, (shape) => {
					shape.message(1, (dimension) => dimension.integer(1, 1));
				}),
			),
		),
	);
	const kept = graph.filter(
		({ number, content }) =>
			number !== graphOutput ||
			textsOf(protobufFields(content ?? new Uint8Array()), valueName)[0] === encodedName,
	);
	return joinBytes([...kept.map((field) => (field === adder ? added : field.raw)), rest.finish()]);
}

function nodeOf(operator: string, inputs: readonly string[], output: string) {
	return (node: ProtobufWriter): void => {
		for (const input of inputs) node.text(nodeInput, input);
		node.text(nodeOutput, output).text(nodeOperator, operator);
	};
}

function indexOf(name: string, value: number) {
	return (tensor: ProtobufWriter): void => {
		tensor.integer(tensorDimension, 1).integer(tensorType, int64);
		tensor.integer(tensorNumbers, value).text(tensorName, name);
	};
}

function partsOf(fields: readonly ProtobufField[], wanted: number): ProtobufField[][] {
	return fields.flatMap(({ number, content }) =>
		number === wanted && content ? [protobufFields(content)] : [],
	);
}

/** Whole numbers of a repeated field, packed or not. */
function numbersOf(fields: readonly ProtobufField[], wanted: number): number[] {
	return fields
		.filter(({ number }) => number === wanted)
		.flatMap(({ value, content }) => (value === null ? packed(content) : [value]));
}

function packed(content: Uint8Array | null): number[] {
	const numbers: number[] = [];
	let value = 0;
	let shift = 0;
	for (const byte of content ?? []) {
		value += (byte & 127) * 2 ** shift;
		shift += 7;
		if (byte >= 128) continue;
		numbers.push(value);
		[value, shift] = [0, 0];
	}
	return numbers;
}

function textsOf(fields: readonly ProtobufField[], wanted: number): string[] {
	return fields.filter(({ number }) => number === wanted).map(({ content }) => textOf(content));
}

function textOf(content: Uint8Array | null): string {
	return new TextDecoder().decode(content ?? new Uint8Array());
}
