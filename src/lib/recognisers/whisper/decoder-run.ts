import type { ChainOutputs, Feeds, HeldTensor, Tensor } from '../../inference/model.ts';
import { ConfabError } from '../../support/errors.ts';
import { attentionName, cacheNames, encodedName, type WhisperGraphs } from './graphs.ts';
import type { WhisperRules } from './rules.ts';
import type { HeadAttention } from './token-times.ts';

/** Sound as the encoder left it. */
export interface EncodedWindow {
	readonly encoded: HeldTensor;
	/** Its length, 50 a second, padding counted. */
	readonly frames: number;
}

/** What one step of the decoder says. */
export interface DecoderStep {
	/** One for each entry of the vocabulary, after the first token of the step and after the last. */
	readonly first: Float32Array;
	readonly last: Float32Array;
}

/**
 * Steps of the decoder over one encoded chunk, with the keys and values of the tokens so far. Those stay
 * where they were computed; `dispose` frees them. Keys and values of the sound are computed once and
 * not asked for again: the graph would hand out a copy with every step.
 */
export class DecoderRun {
	readonly #graphs: WhisperGraphs;
	readonly #rules: WhisperRules;
	readonly #window: EncodedWindow;
	readonly #frames: number;
	/** Of the decoder's own tokens; null before the first step. */
	#own: Readonly<Record<string, HeldTensor>> | null = null;
	/** Of the sound. */
	#sound: Readonly<Record<string, HeldTensor>> = {};
	/** For each alignment head, a row for each token. */
	readonly #attention: Float32Array[][];

	/** @param frames of the window that are sound, not padding */
	constructor(graphs: WhisperGraphs, rules: WhisperRules, window: EncodedWindow, frames: number) {
		this.#graphs = graphs;
		this.#rules = rules;
		this.#window = window;
		this.#frames = frames;
		this.#attention = rules.alignmentHeads.map(() => []);
	}

	/** Reads tokens: at first all that comes before the text, then one at a time. */
	async step(tokens: readonly number[], signal?: AbortSignal): Promise<DecoderStep> {
		const { decoder } = this.#graphs;
		const { layers, alignmentHeads } = this.#rules;
		const begins = this.#own === null;
		const attention = [...new Set(alignmentHeads.map(({ layer }) => attentionName(layer)))];
		const names = [
			...cacheNames(layers, 'decoder'),
			...(begins ? cacheNames(layers, 'encoder') : []),
		].map((name) => `present.${name}`);
		const feeds = this.#feeds(tokens);
		const wanted = ['logits', ...attention, ...names];
		const { tensors, held }: ChainOutputs = await decoder.runChain(feeds, signal, wanted);
		this.#keep(held, begins);
		for (const [i, { layer, head }] of alignmentHeads.entries()) {
			this.#look(this.#attention[i]!, tensors[attentionName(layer)], head, tokens.length);
		}
		const size = this.#rules.vocabularySize;
		const logits = numbersOf(tensors['logits'], tokens.length * size, 'logits');
		return { first: logits.subarray(0, size), last: logits.subarray(logits.length - size) };
	}

	/** How much each token that was read looked at each frame. */
	attention(): readonly HeadAttention[] {
		return this.#attention.map((rows) => {
			const data = new Float32Array(rows.length * this.#frames);
			for (const [i, row] of rows.entries()) data.set(row, i * this.#frames);
			return { tokens: rows.length, frames: this.#frames, data };
		});
	}

	dispose(): void {
		for (const tensors of [this.#own, this.#sound]) disposeAll(tensors ?? {});
		this.#own = null;
		this.#sound = {};
	}

	#feeds(tokens: readonly number[]): Feeds {
		const { inputNames } = this.#graphs.decoder;
		const { layers, heads, headWidth } = this.#rules;
		const feeds: Record<string, Tensor | HeldTensor> = {
			input_ids: {
				type: 'int64',
				dims: [1, tokens.length],
				data: BigInt64Array.from(tokens, BigInt),
			},
			encoder_hidden_states: this.#window.encoded,
			use_cache_branch: {
				type: 'bool',
				dims: [1],
				data: Uint8Array.of(this.#own === null ? 0 : 1),
			},
		};
		const nothing: Tensor = {
			type: 'float32',
			dims: [1, heads, 0, headWidth],
			data: new Float32Array(0),
		};
		for (const name of [...cacheNames(layers, 'decoder'), ...cacheNames(layers, 'encoder')]) {
			feeds[`past_key_values.${name}`] = this.#own?.[name] ?? this.#sound[name] ?? nothing;
		}
		return Object.fromEntries(Object.entries(feeds).filter(([name]) => inputNames.includes(name)));
	}

	#keep(held: Readonly<Record<string, HeldTensor>>, begins: boolean): void {
		const present = Object.entries(held).map(
			([name, tensor]) => [name.slice('present.'.length), tensor] as const,
		);
		const of = (side: string): Record<string, HeldTensor> =>
			Object.fromEntries(present.filter(([name]) => name.includes(`.${side}.`)));
		disposeAll(this.#own ?? {});
		this.#own = of('decoder');
		if (begins) this.#sound = of('encoder');
	}

	/** Adds the rows of one head. */
	#look(rows: Float32Array[], tensor: Tensor | undefined, head: number, tokens: number): void {
		const { heads } = this.#rules;
		const { frames } = this.#window;
		const data = numbersOf(tensor, heads * tokens * frames, 'attention');
		for (let token = 0; token < tokens; token++) {
			const start = (head * tokens + token) * frames;
			rows.push(data.slice(start, start + this.#frames));
		}
	}
}

/** The language that a first look at the sound speaks for, by its code. @throws as `DecoderRun.step` */
export async function hearLanguage(
	graphs: WhisperGraphs,
	rules: WhisperRules,
	window: EncodedWindow,
	signal?: AbortSignal,
): Promise<string | null> {
	if (rules.languageTokens.size === 0) return null;
	const run = new DecoderRun(graphs, rules, window, 1);
	try {
		const { last } = await run.step([rules.startToken], signal);
		let best: [string | null, number] = [null, Number.NEGATIVE_INFINITY];
		for (const [code, token] of rules.languageTokens) {
			if ((last[token] ?? Number.NaN) > best[1]) best = [code, last[token]!];
		}
		return best[0];
	} finally {
		run.dispose();
	}
}

/**
 * Encodes the beginning of features; the caller disposes what it gets.
 *
 * @param features [1, mels, T] @param frames of the window, two of features each
 */
export async function encode(
	{ encoder }: WhisperGraphs,
	features: Tensor,
	frames: number,
	signal?: AbortSignal,
): Promise<EncodedWindow> {
	const feeds = { input_features: beginningOf(features, 2 * frames) };
	const { held } = await encoder.runChain(feeds, signal, [encodedName]);
	const encoded = held[encodedName];
	if (!encoded) throw garbage('no output');
	return { encoded, frames };
}

/** The first columns of features. */
function beginningOf(features: Tensor, columns: number): Tensor {
	const [, mels = 0, all = 0] = features.dims;
	if (features.type !== 'float32') throw new TypeError('features of another type');
	if (columns === all) return features;
	const data = new Float32Array(mels * columns);
	for (let mel = 0; mel < mels; mel++) {
		data.set(features.data.subarray(mel * all, mel * all + columns), mel * columns);
	}
	return { type: 'float32', dims: [1, mels, columns], data };
}

function numbersOf(tensor: Tensor | undefined, count: number, what: string): Float32Array {
	if (tensor?.type !== 'float32' || tensor.data.length !== count) {
		throw garbage(`${what} of another form`);
	}
	return tensor.data;
}

/** What a run put out cannot be right. */
export function garbage(what: string): ConfabError {
	return new ConfabError('ModelMismatch', `Whisper gave ${what}.`);
}

function disposeAll(tensors: Readonly<Record<string, HeldTensor>>): void {
	for (const tensor of Object.values(tensors)) tensor.dispose();
}
