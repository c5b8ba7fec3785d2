import type { Inference } from './inference.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { Tensor, Tensors } from './model.ts';

/** transformers.js takes the runtime that it finds under this name, and its own where there is none. */
const runtimeSymbol = Symbol.for('onnxruntime');

/** A tensor as transformers.js hands it over and takes it back. */
class HostTensor {
	readonly location = 'cpu';
	readonly type: string;
	/** Changed in place by whoever holds it. */
	dims: readonly number[];
	readonly #data: () => Tensor['data'];

	constructor(type: string, dims: readonly number[], data: () => Tensor['data']) {
		this.type = type;
		this.dims = dims;
		this.#data = data;
	}

	get data(): Tensor['data'] {
		return this.#data();
	}
}

/**
 * What transformers.js takes for ONNX Runtime: its small graphs (the bands of a spectrogram) are loaded
 * and run by `Inference`, on the one runtime and in the one lane. There is one in a worker.
 */
export class TransformersRuntime {
	/** Whose runtime and lane it is. */
	inference: Inference | null = null;
	/** Nothing here is for transformers.js to configure. */
	readonly env = {};
	readonly Tensor = HostTensor;
	readonly InferenceSession = {
		create: (graph: Uint8Array<ArrayBuffer>): Promise<HostSession> =>
			Promise.resolve(new HostSession(this, graph, `transformers.js/${this.#count++}`)),
	};
	#count = 0;

	/** The one of this worker; transformers.js must not have been loaded before. */
	static install(): TransformersRuntime {
		const found: unknown = Reflect.get(globalThis, runtimeSymbol);
		if (found instanceof TransformersRuntime) return found;
		const made = new TransformersRuntime();
		Object.defineProperty(globalThis, runtimeSymbol, { value: made });
		return made;
	}
}

/** A graph that transformers.js holds for as long as the worker lives. */
class HostSession {
	readonly #runtime: TransformersRuntime;
	readonly #graph: Uint8Array<ArrayBuffer>;
	readonly #id: string;
	/** Whoever closes an `Inference` frees what it has loaded. */
	readonly #models = new WeakMap<Inference, Promise<LoadedModel>>();

	constructor(runtime: TransformersRuntime, graph: Uint8Array<ArrayBuffer>, id: string) {
		this.#runtime = runtime;
		this.#graph = graph;
		this.#id = id;
	}

	/**
	 * Never rejects: transformers.js runs everything in one chain, which a rejection would end for good. An
	 * error is thrown when the output is looked at.
	 */
	async run(feeds: Readonly<Record<string, HostTensor>>): Promise<Record<string, HostTensor>> {
		let outputs: Tensors;
		try {
			const model = await this.#model();
			const inputs = Object.entries(feeds).map(([name, { dims, data }]) => {
				if (!(data instanceof Float32Array)) throw new TypeError(`${name} is of another type`);
				return [name, { type: 'float32', dims, data }] as const;
			});
			outputs = await model.run(Object.fromEntries(inputs));
		} catch (error) {
			const fail = (): never => {
				throw error;
			};
			return new Proxy({}, { get: () => new HostTensor('float32', [0, 0], fail) });
		}
		return Object.fromEntries(
			Object.entries(outputs).map(([name, { type, dims, data }]) => [
				name,
				new HostTensor(type, dims, () => data),
			]),
		);
	}

	#model(): Promise<LoadedModel> {
		const { inference } = this.#runtime;
		if (!inference) throw new TypeError('transformers.js has no runtime');
		const known = this.#models.get(inference);
		if (known) return known;
		const model = inference.loadGraph({
			id: this.#id,
			title: 'A part of transformers.js',
			feature: 'recognising words with Whisper',
			precision: 'fp32',
			providers: ['wasm'],
			bytes: this.#graph,
		});
		this.#models.set(inference, model);
		model.catch(() => this.#models.delete(inference));
		return model;
	}
}
