import type * as Ort from 'onnxruntime-web';
import type { Feeds, HeldTensor, Tensor } from './model.ts';
import type { Runtime } from './runtime.ts';
import { toRuntime } from './tensors.ts';

/** An output that its run has left where it was. */
export class HeldOutput implements HeldTensor {
	readonly dims: readonly number[];
	readonly #tensor: Ort.Tensor;
	#users = 0;
	#disposed = false;

	constructor(tensor: Ort.Tensor) {
		this.dims = tensor.dims;
		this.#tensor = tensor;
	}

	/** The tensor, for a run; given back with `release`. @throws TypeError when it is disposed. */
	take(): Ort.Tensor {
		if (this.#disposed) throw new TypeError('This tensor is disposed');
		this.#users += 1;
		return this.#tensor;
	}

	release(): void {
		this.#users -= 1;
		if (this.#disposed && this.#users === 0) this.#tensor.dispose();
	}

	dispose(): void {
		if (this.#disposed) return;
		this.#disposed = true;
		if (this.#users === 0) this.#tensor.dispose();
	}
}

/** Inputs of one run. What is held is taken at once, so that nobody frees it before the run's turn. */
export class RunFeeds {
	readonly #plain: Record<string, Tensor> = {};
	readonly #held: Record<string, Ort.Tensor> = {};
	readonly #taken: HeldOutput[] = [];

	/** @throws TypeError for an input that has been disposed, or that is not of `Inference`. */
	constructor(inputs: Feeds) {
		try {
			for (const [name, input] of Object.entries(inputs)) {
				if ('data' in input) {
					this.#plain[name] = input;
					continue;
				}
				if (!(input instanceof HeldOutput)) throw new TypeError(`"${name}" is not a tensor`);
				this.#held[name] = input.take();
				this.#taken.push(input);
			}
		} catch (error) {
			this.release();
			throw error;
		}
	}

	/**
	 * The tensors as the runtime wants them. Those in `own` are made for this run; the caller disposes
	 * them after it. What lies on the GPU is copied for a model that does not run there.
	 */
	async toRuntime(
		runtime: Runtime,
		onGpu: boolean,
	): Promise<{ feeds: Record<string, Ort.Tensor>; own: Record<string, Ort.Tensor> }> {
		const own: Record<string, Ort.Tensor> = {};
		const feeds: Record<string, Ort.Tensor> = {};
		for (const [name, tensor] of Object.entries(this.#held)) {
			if (onGpu || tensor.location !== 'gpu-buffer') feeds[name] = tensor;
			else own[name] = new runtime.Tensor(tensor.type, await tensor.getData(), tensor.dims);
		}
		Object.assign(own, toRuntime(runtime, this.#plain));
		return { feeds: Object.assign(feeds, own), own };
	}

	/** Gives back what is held. */
	release(): void {
		for (const output of this.#taken.splice(0)) output.release();
	}
}
