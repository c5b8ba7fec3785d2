import { type Checkpoint, weightsOf } from '../../src/lib/conversion/checkpoint.ts';
import {
	convolve,
	type Convolution,
	foldBatchNorm,
	gelu,
	gru,
} from '../../src/lib/conversion/layers.ts';
import { GraphBuilder, type Value } from '../../src/lib/conversion/onnx-graph.ts';

/**
 * Light-ASD (Liao et al., "A Light Weight Model for Active Speaker Detection", CVPR 2023) as three
 * ONNX graphs, built from the authors' checkpoint. Three, because the two encoders depend on a
 * chunk's bounds only near its edges and so can be shared by chunks of different lengths, while the
 * recurrent head cannot.
 */

const opset = 17;

/** Of every batch normalisation in the network; PyTorch's default would be 1e-5. */
const epsilon = 1e-3;

/** Statistics of the training faces, on a scale of 0 to 1. */
const faceMean = 0.4161;
const faceDeviation = 0.1688;

const faceSize = 112;
const coefficients = 13;
const width = 128;

/** Channels into and out of the three blocks of either encoder. */
const blocks = [
	{ name: 'block1', inputs: 1, outputs: 32 },
	{ name: 'block2', inputs: 32, outputs: 64 },
	{ name: 'block3', inputs: 64, outputs: 128 },
] as const;

/**
 * The face encoder.
 *
 * `frames` float32 [N, T, 112, 112], grey 0 to 255 → `embedding` float32 [N, T, 128]. Each of the N
 * clips is padded with zeros before its first and after its last frame.
 *
 * @throws ConfabError `ModelUnavailable` when the checkpoint lacks a tensor.
 */
export function buildVisualEncoder(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
	const graph = new GraphBuilder('light-asd-visual', opset);
	const frames = graph.input('frames', 'float32', ['N', 'T', faceSize, faceSize]);
	const clips = graph.node('Slice', [
		graph.node('Shape', [frames]),
		graph.integers([0]),
		graph.integers([2]),
	]);

	const scaled = graph.node('Mul', [frames, graph.scalar(1 / (255 * faceDeviation))]);
	const normalised = graph.node('Sub', [scaled, graph.scalar(faceMean / faceDeviation)]);
	let x = graph.node('Reshape', [normalised, graph.integers([-1, 1, faceSize, faceSize])]);

	let side = faceSize;
	for (const { name, inputs, outputs } of blocks) {
		const stride = inputs === 1 ? 2 : 1;
		side /= stride;
		const block = `model.visualEncoder.${name}`;
		const part = (conv: string, shape: readonly number[]): Convolution =>
			foldBatchNorm(checkpoint, `${block}.${conv}`, `${block}.bn_${conv}`, shape, epsilon);

		// Space: one picture at a time. Time: one line of pixels at a time, so a 3 x 1 x 1 kernel
		// over time is a 3 x 1 kernel over a picture whose rows are frames.
		const branch = (size: 3 | 5): Value => {
			const spatial = convolve(
				graph,
				x,
				`${name}.s${size}`,
				part(`s_${size}`, [outputs, inputs, 1, size, size]),
				{ stride },
			);
			const rows = graph.node('Transpose', [perClip(graph, spatial, clips, outputs, side)], {
				perm: { ints: [0, 2, 1, 3] },
			});
			const temporal = part(`t_${size}`, [outputs, outputs, size, 1, 1]);
			return convolve(graph, rows, `${name}.t${size}`, {
				...temporal,
				shape: [outputs, outputs, size, 1],
			});
		};
		const sum = graph.node('Add', [branch(3), branch(5)]);
		const last = convolve(graph, sum, `${name}.last`, part('last', [outputs, outputs, 1, 1, 1]));

		if (outputs === width) {
			x = graph.node('ReduceMax', [last], { axes: { ints: [3] }, keepdims: { int: 0 } });
		} else {
			const pictures = graph.node('Transpose', [last], { perm: { ints: [0, 2, 1, 3] } });
			x = graph.node(
				'MaxPool',
				[graph.node('Reshape', [pictures, graph.integers([-1, outputs, side, side])])],
				{
					kernel_shape: { ints: [3, 3] },
					pads: { ints: [1, 1, 1, 1] },
					strides: { ints: [2, 2] },
				},
			);
			side /= 2;
		}
	}
	const embedding = graph.node('Transpose', [x], { perm: { ints: [0, 2, 1] } });
	graph.output('embedding', embedding, 'float32', ['N', 'T', width]);
	return graph.toBytes();
}

/** [N T, channels, side, side] as [N, T, channels, side side]. */
function perClip(
	graph: GraphBuilder,
	pictures: Value,
	clips: Value,
	channels: number,
	side: number,
): Value {
	const shape = graph.node('Concat', [clips, graph.integers([channels, side * side])], {
		axis: { int: 0 },
	});
	return graph.node('Reshape', [pictures, shape]);
}

/**
 * The sound encoder.
 *
 * `mfcc` float32 [N, 4T, 13], 100 Hz → `embedding` float32 [N, T, 128], 25 Hz. Each clip is padded
 * with zeros at its ends.
 *
 * @throws ConfabError `ModelUnavailable` when the checkpoint lacks a tensor.
 */
export function buildAudioEncoder(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
	const graph = new GraphBuilder('light-asd-audio', opset);
	const mfcc = graph.input('mfcc', 'float32', ['N', 'A', coefficients]);
	const columns = graph.node('Transpose', [mfcc], { perm: { ints: [0, 2, 1] } });
	let x = graph.node('Unsqueeze', [columns, graph.integers([1])]);

	for (const { name, inputs, outputs } of blocks) {
		const block = `model.audioEncoder.${name}`;
		const part = (conv: string, shape: readonly number[]): Convolution =>
			foldBatchNorm(checkpoint, `${block}.${conv}`, `${block}.bn_${conv}`, shape, epsilon);
		const branch = (size: 3 | 5): Value => {
			const across = part(`m_${size}`, [outputs, inputs, size, 1]);
			const along = part(`t_${size}`, [outputs, outputs, 1, size]);
			const spectral = convolve(graph, x, `${name}.m${size}`, across);
			return convolve(graph, spectral, `${name}.t${size}`, along);
		};
		const sum = graph.node('Add', [branch(3), branch(5)]);
		x = convolve(graph, sum, `${name}.last`, part('last', [outputs, outputs, 1, 1]));
		if (outputs !== width) {
			x = graph.node('MaxPool', [x], {
				kernel_shape: { ints: [1, 3] },
				pads: { ints: [0, 1, 0, 1] },
				strides: { ints: [1, 2] },
			});
		}
	}
	const mean = graph.node('ReduceMean', [x], { axes: { ints: [2] }, keepdims: { int: 0 } });
	const embedding = graph.node('Transpose', [mean], { perm: { ints: [0, 2, 1] } });
	graph.output('embedding', embedding, 'float32', ['N', 'T', width]);
	return graph.toBytes();
}

/**
 * The head: the recurrent part and the classifier.
 *
 * `fused` float32 [N, T, 128], the sum of both embeddings → `score` float32 [N, T], the raw logit of
 * "speaking". The network calls its recurrent part bidirectional; it is a cascade, in which the
 * second GRU runs backwards over the output of the first.
 *
 * @throws ConfabError `ModelUnavailable` when the checkpoint lacks a tensor.
 */
export function buildHead(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
	const graph = new GraphBuilder('light-asd-head', opset);
	const fused = graph.input('fused', 'float32', ['N', 'T', width]);
	const sizes = { inputs: width, hidden: width };
	let x = graph.node('Transpose', [fused], { perm: { ints: [1, 0, 2] } });
	for (const direction of ['forward', 'reverse'] as const) {
		const name = direction === 'forward' ? 'gru_forward' : 'gru_backward';
		x = gelu(graph, gru(graph, x, checkpoint, `model.GRU.${name}`, { ...sizes, direction }));
	}
	// Row 1 of the classifier is "speaking"; row 0 is not used.
	const row = weightsOf(checkpoint, 'lossAV.FC.weight', [2, width]).slice(width);
	const bias = weightsOf(checkpoint, 'lossAV.FC.bias', [2]).slice(1);
	const logits = graph.node('Add', [
		graph.node('MatMul', [x, graph.weights('classifier.weight', [width, 1], row)]),
		graph.weights('classifier.bias', [1], bias),
	]);
	const score = graph.node('Transpose', [graph.node('Squeeze', [logits, graph.integers([2])])], {
		perm: { ints: [1, 0] },
	});
	graph.output('score', score, 'float32', ['N', 'T']);
	return graph.toBytes();
}
