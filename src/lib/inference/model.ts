/** One tensor, row-major. The numbers of `float16` are bit patterns. */
export type Tensor =
	| { readonly type: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
	| { readonly type: 'float16'; readonly dims: readonly number[]; readonly data: Uint16Array }
	| { readonly type: 'uint8'; readonly dims: readonly number[]; readonly data: Uint8Array }
	| { readonly type: 'bool'; readonly dims: readonly number[]; readonly data: Uint8Array }
	| { readonly type: 'int32'; readonly dims: readonly number[]; readonly data: Int32Array }
	| { readonly type: 'int64'; readonly dims: readonly number[]; readonly data: BigInt64Array };

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A loaded model. What the rooms above know of inference: they take one of these, so they run with
 * any runtime, and with fakes.
 */
export interface Model {
	/** Id in the model catalogue. */
	readonly id: string;
	readonly provider: 'webgpu' | 'wasm';
	readonly precision: string;
	/**
	 * Outputs by name. Runs of all models that share a runtime take turns.
	 * @throws ConfabError `DeviceLost` when the device went away; the model is then unusable.
	 */
	run(inputs: Tensors, signal?: AbortSignal): Promise<Tensors>;
}

/**
 * A tensor that stays where a run has left it, on the GPU for a model that runs there. Whoever has got
 * it disposes it; a run that still uses it is waited for.
 */
export interface HeldTensor {
	readonly dims: readonly number[];
	dispose(): void;
}

/** Inputs: tensors, and what earlier runs have left. */
export type Feeds = Readonly<Record<string, Tensor | HeldTensor>>;

export interface ChainOutputs {
	/** Outputs that were read back. */
	readonly tensors: Tensors;
	/** Outputs that were not; the caller disposes them. */
	readonly held: Readonly<Record<string, HeldTensor>>;
}

/** A model that hands some of its outputs, named when it was loaded, to other models or to itself. */
export interface ChainModel extends Model {
	/**
	 * @param wanted the outputs to compute; all by default
	 * @throws ConfabError `DeviceLost`, as `run`. TypeError for an input that has been disposed.
	 */
	runChain(inputs: Feeds, signal?: AbortSignal, wanted?: readonly string[]): Promise<ChainOutputs>;
}
