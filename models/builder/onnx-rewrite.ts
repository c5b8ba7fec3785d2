import { joinBytes, protobufFields, ProtobufWriter } from '../../src/lib/support/protobuf.ts';

/** Field numbers of onnx.proto. */
const modelIrVersion = 1;
const modelGraph = 7;
const graphInitializer = 5;
const graphInput = 11;
const tensorName = 8;
const valueName = 1;

function nameOf(message: Uint8Array | null, field: number): string {
	const name = message
		? protobufFields(message).find(({ number }) => number === field)?.content
		: null;
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
	return joinBytes(
		protobufFields(model).map(({ number, raw, content }) => {
			// Weights that are no inputs are allowed from IR version 4 on.
			if (number === modelIrVersion)
				return new ProtobufWriter().integer(modelIrVersion, 4).finish();
			if (number !== modelGraph || !content) return raw;
			return new ProtobufWriter().bytes(modelGraph, withoutWeightInputs(content)).finish();
		}),
	);
}

function withoutWeightInputs(graph: Uint8Array): Uint8Array {
	const fields = protobufFields(graph);
	const weights = new Set(
		fields
			.filter(({ number }) => number === graphInitializer)
			.map(({ content }) => nameOf(content, tensorName)),
	);
	return joinBytes(
		fields
			.filter(
				({ number, content }) => number !== graphInput || !weights.has(nameOf(content, valueName)),
			)
			.map(({ raw }) => raw),
	);
}
