import type { ChainModel, ChainOutputs, Feeds, HeldTensor, Tensor } from '../../inference/model.ts';
import { assert } from '../../support/assert.ts';
import type { AvsrGraphs } from './avsr-recogniser.ts';
import { cacheNames } from './graphs.ts';
import type { AvsrShape } from './manifest.ts';

/** Sizes of the fake network; its units are those of `parseUnits` for `fakeUnits`. */
export const fakeShape: AvsrShape = {
	width: 8,
	encoderLayers: 1,
	encoderHeads: 2,
	decoderLayers: 2,
	decoderHeads: 2,
	units: 6,
	maxPositions: 500,
};

/** Classes: blank, unknown, two words, an ending, the sentence's bounds. */
export const fakeUnits = '<unk> 1\n\u2581YES 2\n\u2581NO 3\nS 4\n';

const blank = 0;
const boundary = 5;
const classes = 6;

/** What a graph leaves on its device: sentences that only a graph can look into. */
class Left implements HeldTensor {
	readonly dims: readonly number[];
	readonly #content: number[][];
	readonly #live: Set<unknown>;

	constructor(live: Set<unknown>, dims: readonly number[], content: number[][]) {
		this.dims = dims;
		this.#content = content;
		this.#live = live;
		live.add(this);
	}

	/** @throws AssertionError when it has been freed. */
	get content(): number[][] {
		assert(this.#live.has(this), 'A freed tensor is used');
		return this.#content;
	}

	dispose(): void {
		this.#live.delete(this);
	}
}

/**
 * The three graphs in miniature, with the checks that a runtime makes of shapes. The middle pixel of the
 * lips tells what is said in a frame: 255 is unit 2, 0 is unit 3, 30 is unit 4, the rest is silence. CTC
 * hears that; the decoder says the same sentence, but knows that no sentence begins with unit 4.
 */
export class FakeGraphs implements AvsrGraphs {
	/** Tensors that nobody has freed. */
	readonly live = new Set<unknown>();
	/** Runs so far: the graph and the shape of its first input. */
	readonly runs: string[] = [];
	/** Called before each run with its number. */
	onRun: (run: number) => Promise<void> | void = () => undefined;
	readonly encoder = this.#model('encoder', (inputs) => this.#encode(inputs));
	readonly cross = this.#model('cross', (inputs) => this.#cross(inputs));
	readonly decoder = this.#model('decoder', (inputs) => this.#decode(inputs));

	#model(id: string, run: (inputs: Feeds) => ChainOutputs): ChainModel {
		return {
			id,
			provider: 'wasm',
			precision: 'fp32',
			run: () => Promise.reject(new TypeError('Its outputs are to be held')),
			runChain: async (inputs, signal) => {
				signal?.throwIfAborted();
				const first = Object.values(inputs)[0];
				this.runs.push(`${id} ${first?.dims.join('x') ?? ''}`);
				await this.onRun(this.runs.length - 1);
				return run(inputs);
			},
		};
	}

	#encode(inputs: Feeds): ChainOutputs {
		const [segments = 0, frames = 0] = dimsOf(inputs, 'mask');
		const data = floats(inputs, 'lips');
		expectDims(inputs, 'lips', [segments, frames, 88, 88]);
		expectDims(inputs, 'audio', [segments, frames, 104]);
		const mask = floats(inputs, 'mask');
		const logProbs = new Float32Array(segments * frames * classes);
		const sentences: number[][] = [];
		for (let segment = 0; segment < segments; segment++) {
			const sentence: number[] = [];
			let previous = blank;
			for (let t = 0; t < frames; t++) {
				const at = segment * frames + t;
				const unit = mask[at] === 1 ? unitOf(data[at * 88 * 88 + 44 * 88 + 44]!) : blank;
				if (unit !== blank && unit !== previous) sentence.push(unit);
				previous = unit;
				logProbs.set(peak(unit, 0.9), at * classes);
			}
			sentences.push(sentence[0] === 4 ? [2, ...sentence] : sentence);
		}
		return {
			tensors: { log_probs: tensor([segments, frames, classes], logProbs) },
			held: { encoded: new Left(this.live, [segments, frames, 8], sentences) },
		};
	}

	#cross(inputs: Feeds): ChainOutputs {
		const sentences = left(inputs, 'encoded');
		const [segments = 0, frames = 0] = dimsOf(inputs, 'encoded');
		const held: Record<string, HeldTensor> = {};
		for (const layer of [0, 1]) {
			const { crossKey, crossValue } = cacheNames(layer);
			held[crossKey] = new Left(this.live, [segments, 2, 4, frames], sentences);
			held[crossValue] = new Left(this.live, [segments, 2, frames, 4], sentences);
		}
		return { tensors: {}, held };
	}

	#decode(inputs: Feeds): ChainOutputs {
		const [segments = 0, width = 0] = dimsOf(inputs, 'tokens');
		const position = ints(inputs, 'position')[0]!;
		const parents = ints(inputs, 'parents');
		const tokens = ints(inputs, 'tokens');
		expectDims(inputs, 'parents', [segments * width]);
		expectDims(inputs, 'mask', [segments, dimsOf(inputs, 'cross_key_0').at(-1) ?? 0]);
		const sentences = left(inputs, 'cross_value_1');
		const [rows = 0] = dimsOf(inputs, 'self_key_0');
		for (const layer of [0, 1]) {
			expectDims(inputs, cacheNames(layer).selfKey, [rows, 2, 4, position]);
			expectDims(inputs, cacheNames(layer).selfValue, [rows, 2, position, 4]);
		}
		const known = position === 0 ? [[]] : left(inputs, 'self_value_1');
		const prefixes = Array.from(parents, (parent, row) => {
			assert(parent >= 0 && parent < rows, `There is no row ${parent} of ${rows}`);
			return [...known[parent]!, tokens[row]!];
		});
		const logProbs = new Float32Array(prefixes.length * classes);
		prefixes.forEach((prefix, row) => {
			const sentence = sentences[Math.floor(row / width)]!;
			const said = prefix.slice(1);
			const follows = said.every((unit, i) => unit === sentence[i]);
			logProbs.set(
				peak((follows ? sentence[said.length] : undefined) ?? boundary, 0.95),
				row * classes,
			);
		});
		const held: Record<string, HeldTensor> = {};
		for (const layer of [0, 1]) {
			const { newSelfKey, newSelfValue } = cacheNames(layer);
			const count = prefixes.length;
			held[newSelfKey] = new Left(this.live, [count, 2, 4, position + 1], prefixes);
			held[newSelfValue] = new Left(this.live, [count, 2, position + 1, 4], prefixes);
		}
		return { tensors: { log_probs: tensor([segments, width, classes], logProbs) }, held };
	}
}

function unitOf(pixel: number): number {
	const grey = Math.round((pixel * 0.165 + 0.421) * 255);
	return grey === 255 ? 2 : grey === 0 ? 3 : grey === 30 ? 4 : blank;
}

/** A distribution with most of its mass on one class. */
function peak(unit: number, mass: number): Float32Array {
	const row = new Float32Array(classes).fill(Math.log((1 - mass) / (classes - 1)));
	row[unit] = Math.log(mass);
	return row;
}

function tensor(dims: readonly number[], data: Float32Array): Tensor {
	return { type: 'float32', dims, data };
}

function expectDims(inputs: Feeds, name: string, dims: readonly number[]): void {
	const found = inputs[name]?.dims.join();
	assert(found === dims.join(), `"${name}" is [${found ?? ''}], not [${dims.join()}]`);
}

function floats(inputs: Feeds, name: string): Float32Array {
	const input = inputs[name];
	assert(input && 'data' in input && input.type === 'float32', `"${name}" is not float32`);
	return input.data;
}

function ints(inputs: Feeds, name: string): Int32Array {
	const input = inputs[name];
	assert(input && 'data' in input && input.type === 'int32', `"${name}" is not int32`);
	return input.data;
}

function dimsOf(inputs: Feeds, name: string): readonly number[] {
	return inputs[name]?.dims ?? [];
}

function left(inputs: Feeds, name: string): number[][] {
	const input = inputs[name];
	assert(input instanceof Left, `"${name}" has been read back`);
	return input.content;
}
