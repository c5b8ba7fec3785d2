import type { ChainModel, Feeds, HeldTensor, Tensor } from '../../inference/model.ts';
import { assert } from '../../support/assert.ts';
import type { SentenceDecoder, StepRequest } from '../decoding/search-together.ts';
import { cacheNames } from './graphs.ts';
import type { AvsrArithmetic, AvsrShape } from './manifest.ts';

/** What the decoder graph is told of the segments; it belongs to the caller. */
export interface DecoderMemory {
	/** 1 for a frame, 0 for padding, [segments, frames]. */
	readonly mask: Tensor;
	/** Outputs of the cross graph. */
	readonly cross: Readonly<Record<string, HeldTensor>>;
}

/**
 * The decoder graph with its keys and values, which stay where the graph leaves them. Whoever makes it
 * disposes it; it serves one search.
 */
export class CachedDecoder implements SentenceDecoder {
	readonly #model: ChainModel;
	readonly #memory: DecoderMemory;
	readonly #layers: number;
	#caches: Feeds;
	#held: readonly HeldTensor[] = [];

	constructor(
		model: ChainModel,
		{ shape, arithmetic }: { shape: AvsrShape; arithmetic: AvsrArithmetic },
		memory: DecoderMemory,
	) {
		this.#model = model;
		this.#memory = memory;
		this.#layers = shape.decoderLayers;
		const headWidth = shape.width / shape.decoderHeads;
		const empty = (dims: readonly number[]): Tensor =>
			arithmetic === 'float16'
				? { type: 'float16', dims, data: new Uint16Array() }
				: { type: 'float32', dims, data: new Float32Array() };
		const caches: Record<string, Tensor> = {};
		for (let layer = 0; layer < this.#layers; layer++) {
			const { selfKey, selfValue } = cacheNames(layer);
			caches[selfKey] = empty([1, shape.decoderHeads, headWidth, 0]);
			caches[selfValue] = empty([1, shape.decoderHeads, 0, headWidth]);
		}
		this.#caches = caches;
	}

	async step(
		{ units, parents, width, position }: StepRequest,
		signal?: AbortSignal,
	): Promise<Float32Array> {
		const segments = units.length / width;
		const int32 = (dims: readonly number[], data: Int32Array): Tensor => ({
			type: 'int32',
			dims,
			data,
		});
		const { tensors, held } = await this.#model.runChain(
			{
				tokens: int32([segments, width], units),
				parents: int32([parents.length], parents),
				position: int32([1], Int32Array.of(position)),
				mask: this.#memory.mask,
				...this.#memory.cross,
				...this.#caches,
			},
			signal,
		);
		this.dispose();
		this.#held = Object.values(held);
		const caches: Record<string, HeldTensor> = {};
		for (let layer = 0; layer < this.#layers; layer++) {
			const names = cacheNames(layer);
			const [key, value] = [held[names.newSelfKey], held[names.newSelfValue]];
			assert(key && value, `${this.#model.id} held no keys and values of layer ${layer}`);
			caches[names.selfKey] = key;
			caches[names.selfValue] = value;
		}
		this.#caches = caches;
		const { log_probs: output } = tensors;
		assert(output?.type === 'float32', `${this.#model.id} gave no log_probs`);
		return output.data;
	}

	/** Frees the keys and values. */
	dispose(): void {
		for (const tensor of this.#held) tensor.dispose();
		this.#held = [];
	}
}
