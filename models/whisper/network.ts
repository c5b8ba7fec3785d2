import { present } from '../../src/lib/support/assert.ts';
import { GraphBuilder, type Value } from '../../src/lib/conversion/onnx-graph.ts';
import {
	lookUp,
	type MakeNumbers,
	type Matrix,
	multiply,
	type Table,
	Weights,
	type WhisperStorage,
} from './layers.ts';

/** The measures of a Whisper. */
export interface WhisperShape {
	readonly mels: number;
	readonly width: number;
	readonly inner: number;
	readonly heads: number;
	readonly encoderLayers: number;
	readonly decoderLayers: number;
	readonly vocabulary: number;
	/** Frames that come out of the encoder; twice as many go in. */
	readonly frames: number;
	/** Tokens at most. */
	readonly tokens: number;
}

interface Norm {
	readonly gain: Value;
	readonly bias: Value;
}

interface Attention {
	readonly norm: Norm;
	readonly query: readonly [Matrix, Value];
	/** Whisper's keys have no bias. */
	readonly key: Matrix;
	readonly value: readonly [Matrix, Value];
	readonly out: readonly [Matrix, Value];
}

interface Inner {
	readonly norm: Norm;
	readonly up: readonly [Matrix, Value];
	readonly down: readonly [Matrix, Value];
}

const opset = 17;

/** Parts of the network, with their weights in the outermost graph. */
class Parts {
	readonly shape: WhisperShape;
	readonly weights: Weights;

	constructor(shape: WhisperShape, weights: Weights) {
		this.shape = shape;
		this.weights = weights;
	}

	norm(name: string): Norm {
		const { width } = this.shape;
		return {
			gain: this.weights.plain(`${name}.weight`, [width]),
			bias: this.weights.plain(`${name}.bias`, [width]),
		};
	}

	attention(name: string, norm: string): Attention {
		const { width } = this.shape;
		const linear = (part: string): readonly [Matrix, Value] => [
			this.weights.matrix(`${name}.${part}.weight`, width, width),
			this.weights.plain(`${name}.${part}.bias`, [width]),
		];
		return {
			norm: this.norm(norm),
			query: linear('q_proj'),
			key: this.weights.matrix(`${name}.k_proj.weight`, width, width),
			value: linear('v_proj'),
			out: linear('out_proj'),
		};
	}

	inner(name: string): Inner {
		const { width, inner } = this.shape;
		return {
			norm: this.norm(`${name}.final_layer_norm`),
			up: [
				this.weights.matrix(`${name}.fc1.weight`, inner, width),
				this.weights.plain(`${name}.fc1.bias`, [inner]),
			],
			down: [
				this.weights.matrix(`${name}.fc2.weight`, width, inner),
				this.weights.plain(`${name}.fc2.bias`, [width]),
			],
		};
	}
}

/** Nodes of the network in one graph, be it the outermost or one side of an `If`. */
class Nodes {
	readonly #graph: GraphBuilder;
	readonly #shape: WhisperShape;

	constructor(graph: GraphBuilder, shape: WhisperShape) {
		this.#graph = graph;
		this.#shape = shape;
	}

	norm(x: Value, { gain, bias }: Norm): Value {
		return this.#graph.node('LayerNormalization', [x, gain, bias], {
			axis: { int: -1 },
			epsilon: { float: 1e-5 },
		});
	}

	inner(x: Value, { norm, up, down }: Inner): Value {
		const wide = multiply(this.#graph, this.norm(x, norm), ...up);
		const active = this.#graph.node('com.microsoft.Gelu', [wide]);
		return this.#graph.node('Add', [x, multiply(this.#graph, active, ...down)]);
	}

	/** [1, T, width] to [1, heads, T, width / heads]. */
	split(x: Value): Value {
		const { heads, width } = this.#shape;
		const shape = this.#graph.integers([1, -1, heads, width / heads]);
		return this.#graph.node('Transpose', [this.#graph.node('Reshape', [x, shape])], {
			perm: { ints: [0, 2, 1, 3] },
		});
	}

	keysAndValues(x: Value, attention: Attention): { key: Value; value: Value } {
		return {
			key: this.split(multiply(this.#graph, x, attention.key, null)),
			value: this.split(multiply(this.#graph, x, ...attention.value)),
		};
	}

	/** @param mask added to the weights before softmax; null for none */
	attend(
		x: Value,
		attention: Attention,
		{ key, value }: { key: Value; value: Value },
		mask: Value | null,
	): { out: Value; weights: Value } {
		const graph = this.#graph;
		const { heads, width } = this.#shape;
		const query = this.split(multiply(graph, x, ...attention.query));
		const scaled = graph.node('Mul', [query, graph.scalar((width / heads) ** -0.5)]);
		const turned = graph.node('Transpose', [key], { perm: { ints: [0, 1, 3, 2] } });
		const scores = graph.node('MatMul', [scaled, turned]);
		const weights = graph.node('Softmax', [mask ? graph.node('Add', [scores, mask]) : scores], {
			axis: { int: -1 },
		});
		const mixed = graph.node('Transpose', [graph.node('MatMul', [weights, value])], {
			perm: { ints: [0, 2, 1, 3] },
		});
		const joined = graph.node('Reshape', [mixed, graph.integers([1, -1, width])]);
		return { out: multiply(graph, joined, ...attention.out), weights };
	}
}

/** `input_features` [1, mels, 2 frames] to `last_hidden_state` [1, frames, width]. */
export function whisperEncoder(
	shape: WhisperShape,
	make: MakeNumbers,
	storage: WhisperStorage,
): Uint8Array<ArrayBuffer> {
	const { mels, width, frames, encoderLayers } = shape;
	const graph = new GraphBuilder('whisper-encoder', opset);
	const weights = new Weights(graph, make, storage);
	const parts = new Parts(shape, weights);
	const nodes = new Nodes(graph, shape);
	const convolve = (x: Value, name: string, inputs: number, stride: number): Value => {
		const kernel = weights.plain(`${name}.weight`, [width, inputs, 3]);
		const out = graph.node('Conv', [x, kernel, weights.plain(`${name}.bias`, [width])], {
			kernel_shape: { ints: [3] },
			pads: { ints: [1, 1] },
			strides: { ints: [stride] },
		});
		return graph.node('com.microsoft.Gelu', [out]);
	};
	const input = graph.input('input_features', 'float32', [1, mels, 'twice_frames']);
	const heard = convolve(convolve(input, 'conv1', mels, 1), 'conv2', width, 2);
	const turned = graph.node('Transpose', [heard], { perm: { ints: [0, 2, 1] } });
	let x = graph.node('Add', [turned, weights.plain('embed_positions', [frames, width])]);
	for (let layer = 0; layer < encoderLayers; layer++) {
		const name = `layers.${layer}`;
		const attention = parts.attention(`${name}.self_attn`, `${name}.self_attn_layer_norm`);
		const normed = nodes.norm(x, attention.norm);
		const { out } = nodes.attend(normed, attention, nodes.keysAndValues(normed, attention), null);
		x = nodes.inner(graph.node('Add', [x, out]), parts.inner(name));
	}
	const last = nodes.norm(x, parts.norm('layer_norm'));
	graph.output('last_hidden_state', last, 'float32', [1, 'frames', width]);
	return graph.toBytes();
}

interface DecoderLayer {
	readonly own: Attention;
	readonly sound: Attention;
	readonly inner: Inner;
}

interface Cache {
	readonly key: Value;
	readonly value: Value;
}

const sides = ['decoder', 'encoder'] as const;
const kinds = ['key', 'value'] as const;

/**
 * The decoder as the hub has it: one graph whose `If` does the first step, or a later one with the keys
 * and values of those before.
 */
export function whisperDecoder(
	shape: WhisperShape,
	make: MakeNumbers,
	storage: WhisperStorage,
): Uint8Array<ArrayBuffer> {
	const { width, heads, decoderLayers, vocabulary, tokens } = shape;
	const graph = new GraphBuilder('whisper-decoder', opset);
	const weights = new Weights(graph, make, storage);
	const parts = new Parts(shape, weights);
	const ids = graph.input('input_ids', 'int64', [1, 'tokens']);
	const encoded = graph.input('encoder_hidden_states', 'float32', [1, 'frames', width]);
	const names = sides.flatMap((side) =>
		Array.from({ length: decoderLayers }, (_, layer) =>
			kinds.map((kind) => ({ side, layer, kind, name: `${layer}.${side}.${kind}` })),
		).flat(),
	);
	const pasts = new Map(
		names.map(({ name, side }) => [
			name,
			graph.input(`past_key_values.${name}`, 'float32', [1, heads, `past_${side}`, width / heads]),
		]),
	);
	const past = (layer: number, side: string): Cache => {
		const of = (kind: string): Value =>
			present(pasts.get(`${layer}.${side}.${kind}`), 'past_key_values');
		return { key: of('key'), value: of('value') };
	};
	const cached = graph.input('use_cache_branch', 'bool', [1]);
	const { table, head } = weights.tied('embed_tokens', vocabulary, width);
	const positions = weights.plain('embed_positions', [tokens, width]);
	const layers = Array.from({ length: decoderLayers }, (_, layer): DecoderLayer => {
		const name = `layers.${layer}`;
		return {
			own: parts.attention(`${name}.self_attn`, `${name}.self_attn_layer_norm`),
			sound: parts.attention(`${name}.encoder_attn`, `${name}.encoder_attn_layer_norm`),
			inner: parts.inner(name),
		};
	});
	const lastNorm = parts.norm('last_layer_norm');
	const outputs = [
		'logits',
		...names.map(({ name }) => `present.${name}`),
		...layers.map((_, layer) => `cross_attentions.${layer}`),
	];
	const branch = (name: string, goesOn: boolean): GraphBuilder => {
		const inner = graph.branch(name);
		const made = decoderStep(inner, shape, {
			ids,
			encoded,
			table,
			positions,
			head,
			layers,
			lastNorm,
			past: goesOn ? past : null,
		});
		for (const output of outputs)
			inner.output(`${name}_${output}`, present(made.get(output), output), 'float32', null);
		return inner;
	};
	const chosen = graph.nodes('If', [cached], outputs, {
		then_branch: { graph: branch('later', true) },
		else_branch: { graph: branch('first', false) },
	});
	for (const [i, output] of outputs.entries()) graph.output(output, chosen[i]!, 'float32', null);
	return graph.toBytes();
}

function decoderStep(
	graph: GraphBuilder,
	shape: WhisperShape,
	parts: {
		readonly ids: Value;
		readonly encoded: Value;
		readonly table: Table;
		readonly positions: Value;
		readonly head: Matrix;
		readonly layers: readonly DecoderLayer[];
		readonly lastNorm: Norm;
		readonly past: ((layer: number, side: string) => Cache) | null;
	},
): ReadonlyMap<string, Value> {
	const nodes = new Nodes(graph, shape);
	const { past } = parts;
	const made = new Map<string, Value>();
	const lengthOf = (value: Value, axis: number): Value =>
		graph.node('Gather', [graph.node('Shape', [value]), graph.integers([axis])]);
	const count = lengthOf(parts.ids, 1);
	const start = past ? lengthOf(past(0, 'decoder').key, 2) : graph.integers([0]);
	const end = graph.node('Add', [start, count]);
	const place = graph.node('Slice', [parts.positions, start, end, graph.integers([0])]);
	// A token sees those before it: minus 1e9 above the diagonal.
	const zero = graph.node('Squeeze', [graph.integers([0]), graph.integers([0])]);
	const one = graph.node('Squeeze', [graph.integers([1]), graph.integers([0])]);
	const scalar = (value: Value): Value => graph.node('Squeeze', [value, graph.integers([0])]);
	const rows = graph.node('Range', [scalar(start), scalar(end), one]);
	const columns = graph.node('Range', [zero, scalar(end), one]);
	const later = graph.node('Less', [graph.node('Unsqueeze', [rows, graph.integers([1])]), columns]);
	const mask = graph.node('Mul', [
		graph.node('Cast', [later], { to: { int: 1 } }),
		graph.scalar(-1e9),
	]);
	let x = graph.node('Add', [lookUp(graph, parts.table, parts.ids), place]);
	for (const [layer, { own, sound, inner }] of parts.layers.entries()) {
		const normed = nodes.norm(x, own.norm);
		const fresh = nodes.keysAndValues(normed, own);
		const before = past?.(layer, 'decoder');
		const join = (kind: 'key' | 'value'): Value =>
			before
				? graph.node('Concat', [before[kind], fresh[kind]], { axis: { int: 2 } })
				: fresh[kind];
		const cache = { key: join('key'), value: join('value') };
		x = graph.node('Add', [x, nodes.attend(normed, own, cache, mask).out]);
		const heard = past?.(layer, 'encoder') ?? nodes.keysAndValues(parts.encoded, sound);
		const { out, weights } = nodes.attend(nodes.norm(x, sound.norm), sound, heard, null);
		x = nodes.inner(graph.node('Add', [x, out]), inner);
		for (const kind of kinds) {
			made.set(`present.${layer}.decoder.${kind}`, cache[kind]);
			made.set(`present.${layer}.encoder.${kind}`, heard[kind]);
		}
		made.set(`cross_attentions.${layer}`, weights);
	}
	made.set('logits', multiply(graph, nodes.norm(x, parts.lastNorm), parts.head, null));
	return made;
}
