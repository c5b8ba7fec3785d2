import { type Checkpoint, elementCount, weightsOf } from './checkpoint.ts';
import type { GraphBuilder, Value } from './onnx-graph.ts';

/** Weights and bias of a convolution, output channels first. */
export interface Convolution {
	readonly shape: readonly number[];
	readonly weights: Float32Array;
	readonly bias: Float32Array;
}

/**
 * A convolution without bias and the batch normalisation that follows it, as one convolution:
 * w' = w g / sqrt(var + eps), b' = beta - mean g / sqrt(var + eps). Computed in double precision.
 *
 * @param conv name of the convolution in the checkpoint; its weights have the shape `shape`
 * @param norm name of the batch normalisation
 * @throws ConfabError `ModelUnavailable` when the checkpoint does not hold them.
 */
export function foldBatchNorm(
	checkpoint: Checkpoint,
	conv: string,
	norm: string,
	shape: readonly number[],
	epsilon: number,
): Convolution {
	const weights = weightsOf(checkpoint, `${conv}.weight`, shape);
	const channels = shape[0] ?? 0;
	const perChannel = elementCount(shape) / channels;
	const gain = weightsOf(checkpoint, `${norm}.weight`, [channels]);
	const beta = weightsOf(checkpoint, `${norm}.bias`, [channels]);
	const mean = weightsOf(checkpoint, `${norm}.running_mean`, [channels]);
	const variance = weightsOf(checkpoint, `${norm}.running_var`, [channels]);
	const bias = new Float32Array(channels);
	const scales = batchNormScale(gain, variance, epsilon);
	for (let channel = 0; channel < channels; channel++) {
		const scale = scales[channel] ?? 0;
		for (let i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
			weights[i] = (weights[i] ?? 0) * scale;
		}
		bias[channel] = (beta[channel] ?? 0) - (mean[channel] ?? 0) * scale;
	}
	return { shape, weights, bias };
}

/** What a batch normalisation multiplies each channel by, in double precision. */
export function batchNormScale(
	gain: Float32Array,
	variance: Float32Array,
	epsilon: number,
): Float64Array {
	return Float64Array.from(gain, (g, i) => g / Math.sqrt((variance[i] ?? 0) + epsilon));
}

/**
 * A 2-D convolution and ReLU. `input` is [batch, channels, height, width]; the kernel's last two axes
 * are height and width.
 */
export function convolve(
	graph: GraphBuilder,
	input: Value,
	name: string,
	{ shape, weights, bias }: Convolution,
	{ stride = 1 }: { stride?: number } = {},
): Value {
	const [outputs = 0, inputs = 0, height = 0, width = 0] = [shape[0], shape[1], ...shape.slice(-2)];
	const [padY, padX] = [(height - 1) / 2, (width - 1) / 2];
	const conv = graph.node(
		'Conv',
		[
			input,
			graph.weights(`${name}.weight`, [outputs, inputs, height, width], weights),
			graph.weights(`${name}.bias`, [outputs], bias),
		],
		{
			kernel_shape: { ints: [height, width] },
			pads: { ints: [padY, padX, padY, padX] },
			strides: { ints: [stride, stride] },
		},
	);
	return graph.node('Relu', [conv]);
}

/**
 * The exact GELU, x (1 + erf(x / sqrt 2)) / 2, written out: not every runtime has the operator, and
 * some of those that have it take the tanh approximation.
 */
export function gelu(graph: GraphBuilder, x: Value): Value {
	const erf = graph.node('Erf', [graph.node('Div', [x, graph.scalar(Math.SQRT2)])]);
	const scaled = graph.node('Mul', [x, graph.node('Add', [erf, graph.scalar(1)])]);
	return graph.node('Mul', [scaled, graph.scalar(0.5)]);
}

/** Rows of PyTorch's gates (reset, update, new) in ONNX's order (update, reset, new). */
function reorderGates(rows: Float32Array): Float32Array {
	const gate = rows.length / 3;
	const out = new Float32Array(rows.length);
	out.set(rows.subarray(gate, 2 * gate), 0);
	out.set(rows.subarray(0, gate), gate);
	out.set(rows.subarray(2 * gate), 2 * gate);
	return out;
}

/**
 * A one-directional GRU with zero initial state, from PyTorch's weights. The reset gate acts after
 * the recurrent product with its bias, which is ONNX's `linear_before_reset`.
 *
 * @param x [time, batch, inputs]
 * @param direction `reverse` runs from the last step to the first; the output stays in time order
 * @returns [time, batch, hidden]
 */
export function gru(
	graph: GraphBuilder,
	x: Value,
	checkpoint: Checkpoint,
	name: string,
	{
		inputs,
		hidden,
		direction,
	}: { inputs: number; hidden: number; direction: 'forward' | 'reverse' },
): Value {
	const take = (part: string, shape: readonly number[]): Float32Array =>
		reorderGates(weightsOf(checkpoint, `${name}.${part}`, shape));
	const bias = new Float32Array(6 * hidden);
	bias.set(take('bias_ih_l0', [3 * hidden]), 0);
	bias.set(take('bias_hh_l0', [3 * hidden]), 3 * hidden);
	const output = graph.node(
		'GRU',
		[
			x,
			graph.weights(
				`${name}.input`,
				[1, 3 * hidden, inputs],
				take('weight_ih_l0', [3 * hidden, inputs]),
			),
			graph.weights(
				`${name}.recurrent`,
				[1, 3 * hidden, hidden],
				take('weight_hh_l0', [3 * hidden, hidden]),
			),
			graph.weights(`${name}.bias`, [1, 6 * hidden], bias),
		],
		{
			hidden_size: { int: hidden },
			linear_before_reset: { int: 1 },
			direction: { text: direction },
		},
	);
	return graph.node('Squeeze', [output, graph.integers([1])]);
}
