import { damaged } from '../../src/lib/conversion/checkpoint.ts';
import { ProtobufWriter } from '../../src/lib/conversion/protobuf.ts';

interface Field {
	readonly number: number;
	/** The whole field as it stands in the file, tag included. */
	readonly raw: Uint8Array;
	/** The content of a length-delimited field; null for numbers. */
	readonly content: Uint8Array | null;
}

/** The fields of one protocol buffer message, in file order. */
function fieldsOf(message: Uint8Array): Field[] {
	const fields: Field[] = [];
	let at = 0;
	const varint = (): number => {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = message[at++];
			if (byte === undefined) throw damaged('the graph is cut short');
			value += (byte & 127) * 2 ** shift;
			if (byte < 128) return value;
		}
	};
	while (at < message.byteLength) {
		const start = at;
		const tag = varint();
		let content: Uint8Array | null = null;
		switch (tag & 7) {
			case 0:
				varint();
				break;
			case 1:
				at += 8;
				break;
			case 2: {
				const length = varint();
				content = message.subarray(at, at + length);
				at += length;
				break;
			}
			case 5:
				at += 4;
				break;
			default:
				throw damaged('it is not an ONNX file');
		}
		if (at > message.byteLength) throw damaged('the graph is cut short');
		fields.push({ number: Math.floor(tag / 8), raw: message.subarray(start, at), content });
	}
	return fields;
}

/** Field numbers of onnx.proto. */
const modelIrVersion = 1;
const modelGraph = 7;
const graphInitializer = 5;
const graphInput = 11;
const tensorName = 8;
const valueName = 1;

function nameOf(message: Uint8Array | null, field: number): string {
	const name = message ? fieldsOf(message).find(({ number }) => number === field)?.content : null;
	return new TextDecoder().decode(name ?? new Uint8Array(0));
}

/**
 * The model without those graph inputs that only repeat its weights, as files of IR version 3 have
 * them. A runtime must take such weights for variable and so cannot fold batch normalisations into
 * convolutions; without the inputs it can. Nothing else changes.
 *
 * @throws ConfabError `ModelUnavailable` when the file is damaged.
 */
export function withFrozenWeights(model: Uint8Array): Uint8Array<ArrayBuffer> {
	return join(
		fieldsOf(model).map(({ number, raw, content }) => {
			// Weights that are no inputs are allowed from IR version 4 on.
			if (number === modelIrVersion)
				return new ProtobufWriter().integer(modelIrVersion, 4).finish();
			if (number !== modelGraph || !content) return raw;
			return new ProtobufWriter().bytes(modelGraph, withoutWeightInputs(content)).finish();
		}),
	);
}

function withoutWeightInputs(graph: Uint8Array): Uint8Array {
	const fields = fieldsOf(graph);
	const weights = new Set(
		fields
			.filter(({ number }) => number === graphInitializer)
			.map(({ content }) => nameOf(content, tensorName)),
	);
	return join(
		fields
			.filter(
				({ number, content }) => number !== graphInput || !weights.has(nameOf(content, valueName)),
			)
			.map(({ raw }) => raw),
	);
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.byteLength;
	}
	return whole;
}
