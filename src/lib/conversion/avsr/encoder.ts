import { lipSide, soundWidth } from '../../recognisers/avsr/graphs.ts';
import type { LinearPart, NetworkWriter } from '../network-writer.ts';
import type { Value } from '../onnx-graph.ts';
import { batchNormScale } from '../layers.ts';
import type { AvsrNetwork } from './network.ts';

/** Of every normalisation in the encoder. */
const epsilon = 1e-5;

/** Frames that the 3-D convolution sees at once. */
const stackedFrames = 5;

/** Added to the scores of padding: far below any score, and within half precision. */
const maskedScore = 30_000;

/** Shows a value inside the graph under a name, for comparison with a reference; usually nothing. */
export type Tap = (name: string, value: Value) => void;

/**
 * Writes the encoder with its CTC head (see `src/lib/recognisers/avsr/graphs.ts` for its inputs and
 * outputs): the lips through a 3-D convolution and a ResNet-18, one frame at a time after the first
 * layer; sound and lips side by side; a positional convolution; pre-norm transformer layers.
 */
export function writeEncoder(writer: NetworkWriter, network: AvsrNetwork, tap: Tap): void {
	const { graph } = writer;
	const { width, units } = network;
	const name = (rest: string): string => `${network.prefix}${rest}`;
	const lips = graph.input('lips', 'float32', ['B', 'T', lipSide, lipSide]);
	const audio = graph.input('audio', 'float32', ['B', 'T', soundWidth]);
	const mask = graph.input('mask', 'float32', ['B', 'T']);
	const present = writer.fromSingle(graph.node('Unsqueeze', [mask, graph.integers([2])]));

	const sound = writer.linear(writer.fromSingle(audio), 'audio_proj', soundWidth, [
		linearPart(name('encoder.feature_extractor_audio.proj'), width),
	]);
	tap('audio_proj', sound);
	const pictures = writeFrontEnd(writer, network, lips, mask, tap);
	const seen = writer.linear(pictures, 'video_proj', network.stages[3], [
		linearPart(name('encoder.feature_extractor_video.proj'), width),
	]);
	tap('video_proj', seen);

	const both = graph.node('Concat', [sound, seen], { axis: { int: 2 } });
	const fused = writer.layerNorm(both, name('encoder.layer_norm'), 2 * width, epsilon);
	tap('fused_ln', fused);
	const projected = writer.linear(fused, 'post_extract_proj', 2 * width, [
		linearPart(name('encoder.post_extract_proj'), width),
	]);
	tap('post_extract_proj', projected);
	// Padding must be what lies beyond the end of a segment for the convolution: zeros.
	const x = graph.node('Mul', [projected, present]);
	const position = writePosition(writer, network, x);
	tap('pos_conv_gelu', position);

	let state = graph.node('Add', [x, position]);
	tap('enc_layer0_input', state);
	const bias = writeMaskBias(writer, mask);
	for (let layer = 0; layer < network.encoderLayers; layer++) {
		state = writeLayer(writer, network, layer, state, bias);
		tap(`enc_layer${layer}_out`, state);
	}
	const last = writer.layerNorm(state, name('encoder.encoder.layer_norm'), width, epsilon);
	graph.output('encoded', writer.toSingle(last), 'float32', ['B', 'T', width]);
	const logits = writer.linear(last, 'ctc', width, [linearPart(name('ctc.ctc_lo'), units)]);
	graph.output('log_probs', writer.logSoftmax(logits), 'float32', ['B', 'T', units]);
}

/** Both tensors of a linear layer, as PyTorch names them. */
export function linearPart(name: string, rows: number, scale = 1): LinearPart {
	return { weight: `${name}.weight`, bias: `${name}.bias`, rows, scale };
}

/** What is added to attention scores [B, heads, queries, T]: 0, or far less than any score. */
export function writeMaskBias(writer: NetworkWriter, mask: Value): Value {
	const { graph } = writer;
	const missing = graph.node('Sub', [mask, graph.scalar(1)]);
	const scores = graph.node('Mul', [missing, graph.scalar(maskedScore)]);
	return writer.fromSingle(graph.node('Unsqueeze', [scores, graph.integers([1, 2])]));
}

/**
 * The lips [B, T, 88, 88] as features [B, T, channels]. The 3-D convolution over one grey picture and
 * its two neighbours on either side is a 2-D one over five channels.
 */
function writeFrontEnd(
	writer: NetworkWriter,
	network: AvsrNetwork,
	lips: Value,
	mask: Value,
	tap: Tap,
): Value {
	const { graph } = writer;
	const resnet = `${network.prefix}encoder.feature_extractor_video.resnet`;
	const present = graph.node('Unsqueeze', [mask, graph.integers([2, 3])]);
	const kept = writer.fromSingle(graph.node('Mul', [lips, present]));
	const around = (stackedFrames - 1) / 2;
	const padded = graph.node('Pad', [
		kept,
		graph.integers([0, around, 0, 0, 0, around, 0, 0]),
		writer.scalar(0),
	]);
	const shifted = Array.from({ length: stackedFrames }, (_, k) => {
		const end = k === stackedFrames - 1 ? 2 ** 31 - 1 : k + 1 - stackedFrames;
		const slice = [graph.integers([k]), graph.integers([end]), graph.integers([1])];
		const frames = graph.node('Slice', [padded, ...slice]);
		return graph.node('Unsqueeze', [frames, graph.integers([2])]);
	});
	const stacks = graph.node('Reshape', [
		graph.node('Concat', shifted, { axis: { int: 2 } }),
		graph.integers([-1, stackedFrames, lipSide, lipSide]),
	]);

	const stem = convolve(writer, stacks, {
		conv: `${resnet}.frontend3D.0`,
		norm: `${resnet}.frontend3D.1`,
		shape: [network.stem, stackedFrames, 7, 7],
		stride: 2,
	});
	tap('frontend3D.1_bn', stem);
	const active = writer.prelu(stem, `${resnet}.frontend3D.2.weight`, network.stem);
	tap('frontend3D.2_prelu', active);
	let x = graph.node('MaxPool', [active], {
		kernel_shape: { ints: [3, 3] },
		pads: { ints: [1, 1, 1, 1] },
		strides: { ints: [2, 2] },
	});
	tap('frontend3D.3_maxpool', x);

	let inputs = network.stem;
	network.stages.forEach((channels, index) => {
		for (const block of [0, 1]) {
			const stride = block === 0 && index > 0 ? 2 : 1;
			x = writeBlock(writer, x, `${resnet}.trunk.layer${index + 1}.${block}`, {
				inputs,
				channels,
				stride,
			});
			inputs = channels;
		}
		tap(`trunk.layer${index + 1}`, x);
	});
	const mean = graph.node('GlobalAveragePool', [x]);
	const shape = graph.node('Concat', [graph.node('Shape', [mask]), graph.integers([inputs])], {
		axis: { int: 0 },
	});
	const features = graph.node('Reshape', [mean, shape]);
	tap('trunk_avg', features);
	return features;
}

function writeBlock(
	writer: NetworkWriter,
	x: Value,
	name: string,
	{ inputs, channels, stride }: { inputs: number; channels: number; stride: number },
): Value {
	const first = convolve(writer, x, {
		conv: `${name}.conv1`,
		norm: `${name}.bn1`,
		shape: [channels, inputs, 3, 3],
		stride,
	});
	const second = convolve(writer, writer.prelu(first, `${name}.relu1.weight`, channels), {
		conv: `${name}.conv2`,
		norm: `${name}.bn2`,
		shape: [channels, channels, 3, 3],
		stride: 1,
	});
	const shortcut =
		stride === 1
			? x
			: convolve(writer, x, {
					conv: `${name}.downsample.0`,
					norm: `${name}.downsample.1`,
					shape: [channels, inputs, 1, 1],
					stride,
				});
	const sum = writer.graph.node('Add', [second, shortcut]);
	return writer.prelu(sum, `${name}.relu2.weight`, channels);
}

/** A convolution without bias and the batch normalisation after it, as one 2-D convolution. */
function convolve(
	writer: NetworkWriter,
	x: Value,
	{
		conv,
		norm,
		shape,
		stride,
	}: { conv: string; norm: string; shape: [number, number, number, number]; stride: number },
): Value {
	const [outputs, inputs, height, width] = shape;
	const perOutput = inputs * height * width;
	const gainAndSpread = [`${norm}.weight`, `${norm}.running_var`];
	const weights = writer.weights(
		`${conv}.weight`,
		shape,
		[`${conv}.weight`, ...gainAndSpread],
		(kernel, gain, variance) => {
			const scale = batchNormScale(gain, variance, epsilon);
			return kernel.map((value, i) => value * (scale[Math.floor(i / perOutput)] ?? 0));
		},
	);
	const bias = writer.weights(
		`${conv}.bias`,
		[outputs],
		[`${norm}.bias`, `${norm}.running_mean`, ...gainAndSpread],
		(beta, mean, gain, variance) => {
			const scale = batchNormScale(gain, variance, epsilon);
			return beta.map((value, i) => value - (mean[i] ?? 0) * (scale[i] ?? 0));
		},
	);
	const pads = [(height - 1) / 2, (width - 1) / 2];
	return writer.graph.node('Conv', [x, weights, bias], {
		kernel_shape: { ints: [height, width] },
		pads: { ints: [...pads, ...pads] },
		strides: { ints: [stride, stride] },
	});
}

/**
 * The positional convolution over x [B, T, width] and its GELU. Its padding of half the taps on both
 * sides gives one frame too many, the last of which is dropped: that is one less padding at the end.
 */
function writePosition(writer: NetworkWriter, network: AvsrNetwork, x: Value): Value {
	const { graph } = writer;
	const { taps, groups, gain, direction } = network.position;
	const conv = `${network.prefix}encoder.encoder.pos_conv_embed.conv`;
	const weights = writer.weights(
		`${conv}.weight`,
		[network.width, network.width / groups, taps],
		[`${conv}.${gain}`, `${conv}.${direction}`],
		foldWeightNorm,
	);
	const bias = writer.weights(`${conv}.bias`, [network.width], [`${conv}.bias`]);
	const columns = graph.node('Transpose', [x], { perm: { ints: [0, 2, 1] } });
	const convolved = graph.node('Conv', [columns, weights, bias], {
		kernel_shape: { ints: [taps] },
		pads: { ints: [taps / 2, taps / 2 - 1] },
		group: { int: groups },
	});
	return writer.gelu(graph.node('Transpose', [convolved], { perm: { ints: [0, 2, 1] } }));
}

/**
 * Weight normalisation over the last axis: w[o][i][k] = v[o][i][k] g[k] / |v[., ., k]|.
 *
 * @param gain g, one for each tap
 * @param direction v
 */
function foldWeightNorm(gain: Float32Array, direction: Float32Array): Float32Array {
	const taps = gain.length;
	const squares = new Float64Array(taps);
	for (let i = 0; i < direction.length; i++) squares[i % taps]! += direction[i]! ** 2;
	const scale = squares.map((square, tap) => gain[tap]! / Math.sqrt(square));
	return direction.map((value, i) => value * scale[i % taps]!);
}

/** One pre-norm transformer layer over [B, T, width]. */
function writeLayer(
	writer: NetworkWriter,
	{ prefix, width, encoderHeads: heads, encoderInner }: AvsrNetwork,
	layer: number,
	x: Value,
	bias: Value,
): Value {
	const { graph } = writer;
	const name = `${prefix}encoder.encoder.layers.${layer}`;
	const label = `layers.${layer}`;
	const headWidth = width / heads;
	const normed = writer.layerNorm(x, `${name}.layer_norm`, width, epsilon);
	const joined = writer.linear(normed, `${label}.qkv`, width, [
		linearPart(`${name}.attention.q_proj`, width, headWidth ** -0.5),
		linearPart(`${name}.attention.k_proj`, width),
		linearPart(`${name}.attention.v_proj`, width),
	]);
	const [q, k, v] = graph.nodes(
		'Split',
		[joined, graph.integers([width, width, width])],
		['query', 'key', 'value'] as const,
		{ axis: { int: -1 } },
	);
	const perHead = (value: Value, perm: readonly number[]): Value => {
		const split = graph.node('Reshape', [value, graph.integers([0, 0, heads, headWidth])]);
		return graph.node('Transpose', [split], { perm: { ints: perm } });
	};
	const scores = graph.node('MatMul', [perHead(q, [0, 2, 1, 3]), perHead(k, [0, 2, 3, 1])]);
	const shares = graph.node('Softmax', [graph.node('Add', [scores, bias])], { axis: { int: -1 } });
	const context = graph.node('MatMul', [shares, perHead(v, [0, 2, 1, 3])]);
	const merged = graph.node('Reshape', [
		graph.node('Transpose', [context], { perm: { ints: [0, 2, 1, 3] } }),
		graph.integers([0, 0, width]),
	]);
	const attended = graph.node('Add', [
		x,
		writer.linear(merged, `${label}.out`, width, [linearPart(`${name}.attention.out_proj`, width)]),
	]);
	const inner = writer.gelu(
		writer.linear(
			writer.layerNorm(attended, `${name}.final_layer_norm`, width, epsilon),
			`${label}.inner`,
			width,
			[linearPart(`${name}.feed_forward.intermediate_dense`, encoderInner)],
		),
	);
	return graph.node('Add', [
		attended,
		writer.linear(inner, `${label}.outer`, encoderInner, [
			linearPart(`${name}.feed_forward.output_dense`, width),
		]),
	]);
}
