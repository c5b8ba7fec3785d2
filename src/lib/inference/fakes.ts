import type * as Ort from 'onnxruntime-web';
import * as ort from 'onnxruntime-web/wasm';
import type { ReadyModel } from './manifest.ts';
import type { Runtime } from './runtime.ts';

/** What a fake session does with its feeds. */
export type FakeRun = (value: number, provider: string) => Promise<number> | number;

/**
 * A runtime whose every model maps the first element of `x` to `y`, as `run` says, and puts out the
 * same as `z`. For tests.
 */
export class FakeRuntime {
	readonly created: string[] = [];
	readonly released: string[] = [];
	/** Outputs that nobody has disposed. */
	readonly live = new Set<Ort.Tensor>();
	/** Where each session was told to leave its outputs. */
	readonly outputLocations: Ort.InferenceSession.SessionOptions['preferredOutputLocation'][] = [];
	/** How far each session was optimised, and the weights that lie beside its graph. */
	readonly optimisations: unknown[] = [];
	readonly weights: unknown[] = [];
	runs = 0;
	run: FakeRun = (value) => value + 1;
	create: (provider: string) => Promise<void> | void = () => undefined;

	/** The runtime's parts that `Inference` uses. Tensors are the real ones. */
	asRuntime(): Runtime {
		const create = async (
			_bytes: unknown,
			options?: Ort.InferenceSession.SessionOptions,
		): Promise<unknown> => {
			const chosen = options?.executionProviders?.[0];
			const provider = typeof chosen === 'string' ? chosen : (chosen?.name ?? '');
			await this.create(provider);
			this.created.push(provider);
			this.outputLocations.push(options?.preferredOutputLocation);
			this.optimisations.push(options?.graphOptimizationLevel);
			this.weights.push(options?.externalData);
			return {
				run: async (feeds: Record<string, Ort.Tensor>) => {
					this.runs += 1;
					const value = Number(feeds['x']?.data[0]);
					const result = await this.run(value, provider);
					return { y: this.#output(result), z: this.#output(result) };
				},
				release: () => {
					this.released.push(provider);
					return Promise.resolve();
				},
			};
		};
		const fake: unknown = { ...ort, InferenceSession: { create } };
		return fake as Runtime;
	}

	#output(value: number): Ort.Tensor {
		const tensor = new ort.Tensor('float32', Float32Array.of(value), [1]);
		const free = tensor.dispose.bind(tensor);
		tensor.dispose = () => {
			if (!this.live.delete(tensor)) throw new Error('A tensor was disposed twice');
			free();
		};
		this.live.add(tensor);
		return tensor;
	}
}

/** A ready model whose reference says that 2 becomes 3. */
export function fakeModel(id: string, changes: Partial<ReadyModel> = {}): ReadyModel {
	return {
		id,
		title: `Model ${id}`,
		feature: 'a feature',
		precision: 'fp32',
		providers: ['webgpu', 'wasm'],
		licence: 'MIT',
		source: { repository: 'https://example.org/r', commit: 'c', path: 'p' },
		status: 'ready',
		data: [],
		files: { graph: { path: `${id}.onnx`, bytes: 3, sha256: graphSha256 } },
		check: {
			inputs: { x: { type: 'float32', dims: [1], offset: 2, amplitude: 0, step: 0 } },
			outputs: { y: { dims: [1], indices: [0], values: [3] } },
			tolerance: 1e-3,
		},
		...changes,
	};
}

/** The content of every fake graph, and its checksum. */
export const graphBytes = Uint8Array.of(1, 2, 3);
const graphSha256 = '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81';

/** Serves a manifest of these models, and `graphBytes` for every other path. */
export function serveModels(
	models: readonly unknown[],
): (path: string, signal?: AbortSignal) => Promise<Response> {
	return (path) =>
		Promise.resolve(
			path === 'manifest.json'
				? Response.json({ version: 1, models })
				: new Response(graphBytes.slice()),
		);
}
