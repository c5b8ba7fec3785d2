import { type Checkpoint, weightsOf } from '../../src/lib/conversion/checkpoint.ts';
import { GraphBuilder, type Value } from '../../src/lib/conversion/onnx-graph.ts';

/**
 * The voice embedding "bilstm.mean" (wq2012/SpeakerRecognitionFromScratch) as one ONNX graph: three
 * bidirectional LSTM layers, and the mean of the last one's outputs over time.
 */

const opset = 17;
const coefficients = 40;
const hidden = 64;
const layers = 3;

/**
 * `mfcc` float32 [N, T, 40] → `embedding` float32 [N, 128], not normalised; the first half of the
 * values comes from the forward direction.
 *
 * @throws ConfabError `ModelUnavailable` when the checkpoint lacks a tensor.
 */
export function buildVoiceBilstm(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
	const graph = new GraphBuilder('voice-bilstm', opset);
	const mfcc = graph.input('mfcc', 'float32', ['N', 'T', coefficients]);
	let x = graph.node('Transpose', [mfcc], { perm: { ints: [1, 0, 2] } });
	for (let layer = 0; layer < layers; layer++) x = bidirectional(graph, x, checkpoint, layer);
	const mean = graph.node('ReduceMean', [x], { axes: { ints: [0] }, keepdims: { int: 0 } });
	graph.output('embedding', mean, 'float32', ['N', 2 * hidden]);
	return graph.toBytes();
}

/**
 * One bidirectional LSTM layer with zero initial state, from PyTorch's weights.
 *
 * @param x [time, batch, inputs]
 * @returns [time, batch, 2 hidden]
 */
function bidirectional(
	graph: GraphBuilder,
	x: Value,
	checkpoint: Checkpoint,
	layer: number,
): Value {
	const inputs = layer === 0 ? coefficients : 2 * hidden;
	const take = (part: string, shape: readonly number[]): Float32Array =>
		reorderGates(weightsOf(checkpoint, `encoder_state_dict.lstm.${part}`, shape));
	const both = (part: string, shape: readonly number[]): Float32Array[] =>
		['', '_reverse'].map((direction) => take(`${part}_l${layer}${direction}`, shape));
	const biases = both('bias_hh', [4 * hidden]);
	const bias = both('bias_ih', [4 * hidden]).flatMap((ofInput, i) => [ofInput, biases[i]!]);
	const name = `lstm${layer}`;
	const output = graph.node(
		'LSTM',
		[
			x,
			graph.weights(
				`${name}.input`,
				[2, 4 * hidden, inputs],
				joined(both('weight_ih', [4 * hidden, inputs])),
			),
			graph.weights(
				`${name}.recurrent`,
				[2, 4 * hidden, hidden],
				joined(both('weight_hh', [4 * hidden, hidden])),
			),
			graph.weights(`${name}.bias`, [2, 8 * hidden], joined(bias)),
		],
		{ hidden_size: { int: hidden }, direction: { text: 'bidirectional' } },
	);
	// [time, direction, batch, hidden]
	const perStep = graph.node('Transpose', [output], { perm: { ints: [0, 2, 1, 3] } });
	return graph.node('Reshape', [perStep, graph.integers([0, 0, 2 * hidden])]);
}

/** Rows of PyTorch's gates (input, forget, cell, output) in ONNX's order (input, output, forget, cell). */
function reorderGates(rows: Float32Array): Float32Array {
	const gate = rows.length / 4;
	const order = [0, 3, 1, 2];
	return joined(order.map((place) => rows.subarray(place * gate, (place + 1) * gate)));
}

function joined(parts: readonly Float32Array[]): Float32Array {
	const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}
