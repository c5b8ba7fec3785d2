/**
 * Stores an ONNX model's large weights as half precision, each with a Cast back to single: half the size, the same
 * arithmetic. Runtimes fold the casts when they load the model.
 *
 *   npx tsx models/embedded/halve-weights.ts IN.onnx OUT.onnx
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** Below this many values a weight stays as it is. */
const smallest = 256;

/** Field numbers and codes of onnx.proto. */
const onnx = {
	modelGraph: 7,
	graphNode: 1,
	graphInitializer: 5,
	tensorType: 2,
	tensorName: 8,
	tensorRaw: 9,
	float: 1,
	float16: 10,
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

/** Nearest half-precision number, ties to even; what is too small for one becomes 0. */
function toHalf(value: number): number {
	const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
	const size = Math.abs(value);
	if (!(size < 65_504)) throw new RangeError(`${value} does not fit into half precision`);
	// Spacing of half-precision numbers around `size`; below 2^-14 it is that of the subnormal ones.
	const exponent = Math.max(-14, Math.floor(Math.log2(size || 2 ** -24)));
	const steps = size / 2 ** (exponent - 10);
	const floor = Math.floor(steps);
	const rest = steps - floor;
	const mantissa = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
	// A mantissa of 2048 carries into the exponent by itself.
	return mantissa < 1024 ? sign | mantissa : sign | (((exponent + 15) << 10) + mantissa - 1024);
}

/** The initialiser in half precision and the node that casts it back; null for one that stays. */
function halve(initialiser: Uint8Array): { weight: Uint8Array; cast: Uint8Array } | null {
	const fields = decode(initialiser);
	const field = (number: number): Field['value'] | undefined =>
		fields.find((candidate) => candidate.number === number)?.value;
	const raw = field(onnx.tensorRaw);
	const name = field(onnx.tensorName);
	const isFloat = field(onnx.tensorType) === onnx.float;
	if (!isFloat || !(raw instanceof Uint8Array) || !(name instanceof Uint8Array)) return null;
	if (raw.length < 4 * smallest) return null;
	const values = new Float32Array(new Uint8Array(raw).buffer);
	const halfName = text(`${new TextDecoder().decode(name)}.half`);
	const half = new Uint8Array(Uint16Array.from(values, toHalf).buffer);
	const replaced = new Map<number, Field['value']>([
		[onnx.tensorType, onnx.float16],
		[onnx.tensorName, halfName],
		[onnx.tensorRaw, half],
	]);
	const weight = encode(
		fields.map(({ number, value }) => ({ number, value: replaced.get(number) ?? value })),
	);
	// AttributeProto: name 1, i 3, type 20. NodeProto: input 1, output 2, op_type 4, attribute 5.
	const to = encode([
		{ number: 1, value: text('to') },
		{ number: 3, value: onnx.float },
		{ number: 20, value: onnx.attributeInt },
	]);
	const cast = encode([
		{ number: 1, value: halfName },
		{ number: 2, value: name },
		{ number: 4, value: text('Cast') },
		{ number: 5, value: to },
	]);
	return { weight, cast };
}

const [input, output] = process.argv.slice(2);
if (input === undefined || output === undefined) throw new TypeError('Usage: IN.onnx OUT.onnx');
let count = 0;
const model = decode(readFileSync(input)).map(({ number, value }): Field => {
	if (number !== onnx.modelGraph || !(value instanceof Uint8Array)) return { number, value };
	const casts: Field[] = [];
	const graph = decode(value).map((field): Field => {
		const weight = field.number === onnx.graphInitializer ? field.value : null;
		const halved = weight instanceof Uint8Array ? halve(weight) : null;
		if (!halved) return field;
		casts.push({ number: onnx.graphNode, value: halved.cast });
		return { number: field.number, value: halved.weight };
	});
	count = casts.length;
	return { number, value: encode([...casts, ...graph]) };
});
const bytes = encode(model);
writeFileSync(output, bytes);
console.log(`${count} weights halved, ${bytes.length} bytes`);
