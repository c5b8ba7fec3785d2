import { cacheNames } from '../../recognisers/avsr/graphs.ts';
import type { NetworkWriter } from '../network-writer.ts';
import type { Value } from '../onnx-graph.ts';
import { linearPart, writeMaskBias } from './encoder.ts';
import type { AvsrNetwork } from './network.ts';

/** Of every normalisation in the decoder. */
const epsilon = 1e-12;

/** Units that a hypothesis may have: 40 seconds of frames, more than any segment has. */
export const maxPositions = 1024;

/** Writes the projections of the encoder's output into each decoder layer's keys and values. */
export function writeCross(writer: NetworkWriter, network: AvsrNetwork): void {
	const { graph } = writer;
	const { width, decoderHeads: heads } = network;
	const headWidth = width / heads;
	const encoded = writer.fromSingle(graph.input('encoded', 'float32', ['B', 'T', width]));
	for (let layer = 0; layer < network.decoderLayers; layer++) {
		const name = `${network.prefix}decoder.decoders.${layer}.src_attn`;
		const project = (part: 'k' | 'v', perm: readonly number[]): Value => {
			const all = writer.linear(encoded, `decoders.${layer}.src_${part}`, width, [
				linearPart(`${name}.linear_${part}`, width),
			]);
			const split = graph.node('Reshape', [all, graph.integers([0, 0, heads, headWidth])]);
			return graph.node('Transpose', [split], { perm: { ints: perm } });
		};
		const { crossKey, crossValue } = cacheNames(layer);
		const type = writer.arithmetic;
		graph.output(crossKey, project('k', [0, 2, 3, 1]), type, ['B', heads, headWidth, 'T']);
		graph.output(crossValue, project('v', [0, 2, 1, 3]), type, ['B', heads, 'T', headWidth]);
	}
}

/**
 * Writes one step of the decoder (see `src/lib/recognisers/avsr/graphs.ts` for its inputs and
 * outputs).
 */
export function writeDecoder(writer: NetworkWriter, network: AvsrNetwork): void {
	const { graph } = writer;
	const { width, units, decoderHeads: heads, decoderInner } = network;
	const headWidth = width / heads;
	const type = writer.arithmetic;
	const tokens = graph.input('tokens', 'int32', ['B', 'W']);
	const parents = graph.input('parents', 'int32', ['N']);
	const position = graph.input('position', 'int32', [1]);
	const mask = graph.input('mask', 'float32', ['B', 'T']);
	const bias = writeMaskBias(writer, mask);
	const hypotheses = graph.node('Shape', [tokens]);
	/** [B W, heads, 1, headWidth], or what else has as many elements, as [B, W, width]. */
	const perHypothesis = (x: Value): Value =>
		graph.node('Reshape', [
			x,
			graph.node('Concat', [hypotheses, graph.integers([width])], { axis: { int: 0 } }),
		]);

	let x = writeEmbedding(writer, network, tokens, position);
	for (let layer = 0; layer < network.decoderLayers; layer++) {
		const name = `${network.prefix}decoder.decoders.${layer}`;
		const label = `decoders.${layer}`;
		const names = cacheNames(layer);
		const scale = headWidth ** -0.5;
		const norm = (value: Value, number: 1 | 2 | 3): Value =>
			writer.layerNorm(value, `${name}.norm${number}`, width, epsilon);

		const joined = writer.linear(norm(x, 1), `${label}.qkv`, width, [
			linearPart(`${name}.self_attn.linear_q`, width, scale),
			linearPart(`${name}.self_attn.linear_k`, width),
			linearPart(`${name}.self_attn.linear_v`, width),
		]);
		const [q, k, v] = graph.nodes(
			'Split',
			[joined, graph.integers([width, width, width])],
			['query', 'key', 'value'] as const,
			{ axis: { int: -1 } },
		);
		const row = (value: Value, shape: readonly [number, number]): Value =>
			graph.node('Reshape', [value, graph.integers([-1, heads, ...shape])]);
		const earlier = (cache: string, shape: readonly (string | number)[]): Value =>
			graph.node('Gather', [graph.input(cache, type, ['M', heads, ...shape]), parents], {
				axis: { int: 0 },
			});
		const keys = graph.node(
			'Concat',
			[earlier(names.selfKey, [headWidth, 'P']), row(k, [headWidth, 1])],
			{ axis: { int: 3 } },
		);
		const values = graph.node(
			'Concat',
			[earlier(names.selfValue, ['P', headWidth]), row(v, [1, headWidth])],
			{ axis: { int: 2 } },
		);
		graph.output(names.newSelfKey, keys, type, ['N', heads, headWidth, 'Q']);
		graph.output(names.newSelfValue, values, type, ['N', heads, 'Q', headWidth]);
		const scores = graph.node('MatMul', [row(q, [1, headWidth]), keys]);
		const shares = graph.node('Softmax', [scores], { axis: { int: -1 } });
		const context = perHypothesis(graph.node('MatMul', [shares, values]));
		x = graph.node('Add', [
			x,
			writer.linear(context, `${label}.self_out`, width, [
				linearPart(`${name}.self_attn.linear_out`, width),
			]),
		]);

		// Hypotheses of one segment are the rows of one query, so that they share its keys and values.
		const query = writer.linear(norm(x, 2), `${label}.src_q`, width, [
			linearPart(`${name}.src_attn.linear_q`, width, scale),
		]);
		const crossShape = {
			key: ['B', heads, headWidth, 'T'] as const,
			value: ['B', heads, 'T', headWidth] as const,
		};
		const split = graph.node('Reshape', [query, graph.integers([0, 0, heads, headWidth])]);
		const crossScores = graph.node('MatMul', [
			graph.node('Transpose', [split], { perm: { ints: [0, 2, 1, 3] } }),
			graph.input(names.crossKey, type, crossShape.key),
		]);
		const crossShares = graph.node('Softmax', [graph.node('Add', [crossScores, bias])], {
			axis: { int: -1 },
		});
		const heard = graph.node('MatMul', [
			crossShares,
			graph.input(names.crossValue, type, crossShape.value),
		]);
		const merged = graph.node('Reshape', [
			graph.node('Transpose', [heard], { perm: { ints: [0, 2, 1, 3] } }),
			graph.integers([0, 0, width]),
		]);
		x = graph.node('Add', [
			x,
			writer.linear(merged, `${label}.src_out`, width, [
				linearPart(`${name}.src_attn.linear_out`, width),
			]),
		]);

		const inner = graph.node('Relu', [
			writer.linear(norm(x, 3), `${label}.inner`, width, [
				linearPart(`${name}.feed_forward.w_1`, decoderInner),
			]),
		]);
		x = graph.node('Add', [
			x,
			writer.linear(inner, `${label}.outer`, decoderInner, [
				linearPart(`${name}.feed_forward.w_2`, width),
			]),
		]);
	}
	const last = writer.layerNorm(x, `${network.prefix}decoder.after_norm`, width, epsilon);
	const logits = writer.linear(last, 'output', width, [
		linearPart(`${network.prefix}decoder.output_layer`, units),
	]);
	graph.output('log_probs', writer.logSoftmax(logits), 'float32', ['B', 'W', units]);
}

/** Units as vectors, times sqrt(width), and their position. [B, W, width] */
function writeEmbedding(
	writer: NetworkWriter,
	{ prefix, width, units }: AvsrNetwork,
	tokens: Value,
	position: Value,
): Value {
	const { graph } = writer;
	const name = `${prefix}decoder.embed.0.weight`;
	const table = writer.weights('embedding', [units, width], [name], (rows) =>
		rows.map((value) => value * Math.sqrt(width)),
	);
	const places = writer.weights('positions', [maxPositions, width], [], () => sinusoids(width));
	const embedded = graph.node('Gather', [table, tokens], { axis: { int: 0 } });
	return graph.node('Add', [
		embedded,
		graph.node('Gather', [places, position], { axis: { int: 0 } }),
	]);
}

/**
 * Sinusoidal positions: sin(p f) and cos(p f) in turn, with f = 10000^(-2i / width). [p][width]. A
 * table, since the sine of a GPU is only right for small angles.
 */
function sinusoids(width: number): Float32Array {
	const table = new Float32Array(maxPositions * width);
	for (let position = 0; position < maxPositions; position++) {
		for (let i = 0; i < width; i += 2) {
			const angle = position * Math.exp((-i * Math.log(10_000)) / width);
			table[position * width + i] = Math.sin(angle);
			table[position * width + i + 1] = Math.cos(angle);
		}
	}
	return table;
}
