/** One tensor, row-major. */
export type Tensor =
	| { readonly type: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
	| { readonly type: 'uint8'; readonly dims: readonly number[]; readonly data: Uint8Array }
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
