/**
 * Stores an ONNX model's large weights in eight bits, each row with a scale of its own: a quarter of the size. A Cast and a Mul
 * before each make single precision of them again; ONNX Runtime folds both when it loads the model, so that it computes
 * as before and as fast, on any provider.
 *
 *   npx tsx models/embedded/eight-bits.ts IN.onnx OUT.onnx
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { quantiseTo8Bits } from '../../src/lib/conversion/quantise.ts';

/** Below this many values a weight stays as it is. */
const smallest = 1024;

/** Rows are not made shorter than this: each costs four bytes for its scale. */
const shortestRow = 64;

/** Field numbers and codes of onnx.proto. */
const onnx = {
	modelGraph: 7,
	graphNode: 1,
	graphInitializer: 5,
	tensorDims: 1,
	tensorType: 2,
	tensorName: 8,
	tensorRaw: 9,
	float: 1,
	int8: 3,
	attributeInt: 2,
};

interface Field {
	readonly number: number;
	/** A number, or the bytes of a length-delimited field. */
	readonly value: number | Uint8Array;
}

function decode(message: Uint8Array): Field[] {
	const fields: Field[] = [];
	let at = 0;
	const varint = (): number => {
		let value = 0;
		for (let scale = 1; ; scale *= 128) {
			const byte = message[at++];
			if (byte === undefined) throw new TypeError('Not an ONNX file, or one cut short');
			value += (byte & 127) * scale;
			if (byte < 128) return value;
		}
	};
	while (at < message.length) {
		const tag = varint();
		const number = Math.floor(tag / 8);
		if (tag % 8 === 0) {
			fields.push({ number, value: varint() });
		} else if (tag % 8 === 2) {
			const length = varint();
			fields.push({ number, value: message.subarray(at, at + length) });
			at += length;
		} else {
			throw new TypeError(`Field ${number} has wire type ${tag % 8}, which is not handled`);
		}
	}
	return fields;
}

function encode(fields: readonly Field[]): Uint8Array {
	return Buffer.concat(
		fields.map(({ number, value }) => {
			if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)]);
			return Buffer.concat([varint(number * 8 + 2), varint(value.length), value]);
		}),
	);
}

function varint(value: number): Uint8Array {
	const bytes: number[] = [];
	for (let rest = value; ; rest = Math.floor(rest / 128)) {
		bytes.push(rest < 128 ? rest : (rest % 128) + 128);
		if (rest < 128) return Uint8Array.from(bytes);
	}
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** How many of the leading axes share out the rows that get a scale each: as many as leave rows of `shortestRow` values. */
function leadingAxes(dims: readonly number[]): number {
	let length = dims.reduce((product, side) => product * side, 1);
	let axes = 0;
	for (const side of dims) {
		if (length / side < shortestRow) break;
		length /= side;
		axes++;
	}
	return axes;
}

interface Shrunk {
	readonly weights: readonly Uint8Array[];
	readonly nodes: readonly Uint8Array[];
}

/** The initialiser in eight bits, its scales, and the nodes that multiply them; null for one that stays. */
function shrink(initialiser: Uint8Array): Shrunk | null {
	const fields = decode(initialiser);
	const field = (number: number): Field['value'] | undefined =>
		fields.find((candidate) => candidate.number === number)?.value;
	const raw = field(onnx.tensorRaw);
	const rawName = field(onnx.tensorName);
	const isFloat = field(onnx.tensorType) === onnx.float;
	if (!isFloat || !(raw instanceof Uint8Array) || !(rawName instanceof Uint8Array)) return null;
	const dims = fields.flatMap(({ number, value }) =>
		number === onnx.tensorDims && typeof value === 'number' ? [value] : [],
	);
	if (dims.length < 2 || raw.length < 4 * smallest) return null;
	const values = new Float32Array(new Uint8Array(raw).buffer);
	const axes = leadingAxes(dims);
	const rows = dims.slice(0, axes).reduce((product, side) => product * side, 1);
	const { levels, scales } = quantiseTo8Bits(values, rows);
	const name = new TextDecoder().decode(rawName);
	const [levelsName, floatName, scalesName] = [`${name}.levels`, `${name}.float`, `${name}.scales`];
	const scaleDims = dims.map((side, axis) => (axis < axes ? side : 1));
	return {
		weights: [
			tensor(levelsName, onnx.int8, dims, levels),
			tensor(scalesName, onnx.float, scaleDims, scales),
		],
		nodes: [
			node('Cast', [levelsName], floatName, { name: 'to', value: onnx.float }),
			node('Mul', [floatName, scalesName], name),
		],
	};
}

function tensor(
	name: string,
	type: number,
	dims: readonly number[],
	data: Int8Array | Float32Array,
): Uint8Array {
	return encode([
		...dims.map((value) => ({ number: onnx.tensorDims, value })),
		{ number: onnx.tensorType, value: type },
		{ number: onnx.tensorName, value: text(name) },
		{
			number: onnx.tensorRaw,
			value: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
		},
	]);
}

function node(
	kind: string,
	inputs: readonly string[],
	output: string,
	attribute?: { name: string; value: number },
): Uint8Array {
	// NodeProto: input 1, output 2, op_type 4, attribute 5. AttributeProto: name 1, i 3, type 20.
	const fields: Field[] = inputs.map((input) => ({ number: 1, value: text(input) }));
	fields.push({ number: 2, value: text(output) }, { number: 4, value: text(kind) });
	if (attribute) {
		const value = encode([
			{ number: 1, value: text(attribute.name) },
			{ number: 3, value: attribute.value },
			{ number: 20, value: onnx.attributeInt },
		]);
		fields.push({ number: 5, value });
	}
	return encode(fields);
}

const [input, output] = process.argv.slice(2);
if (input === undefined || output === undefined) throw new TypeError('Usage: IN.onnx OUT.onnx');
let count = 0;
const model = decode(readFileSync(input)).map(({ number, value }): Field => {
	if (number !== onnx.modelGraph || !(value instanceof Uint8Array)) return { number, value };
	const nodes: Uint8Array[] = [];
	const graph = decode(value).flatMap((field): Field[] => {
		const weight = field.number === onnx.graphInitializer ? field.value : null;
		const shrunk = weight instanceof Uint8Array ? shrink(weight) : null;
		if (!shrunk) return [field];
		count++;
		nodes.push(...shrunk.nodes);
		return shrunk.weights.map((part) => ({ number: field.number, value: part }));
	});
	const first = nodes.map((part) => ({ number: onnx.graphNode, value: part }));
	return { number, value: encode([...first, ...graph]) };
});
const bytes = encode(model);
writeFileSync(output, bytes);
console.log(`${count} weights in eight bits, ${bytes.length} bytes`);
