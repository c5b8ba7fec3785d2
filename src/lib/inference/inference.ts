import type * as Ort from 'onnxruntime-web';
import type { ModelUse } from '../domain/result.ts';
import { untilAborted } from '../support/abort.ts';
import { ConfabError, messageOf } from '../support/errors.ts';
import { memo } from '../support/memo.ts';
import type { SlowOptions } from '../support/progress.ts';
import { SerialQueue } from '../support/serial-queue.ts';
import { cpuReference, runReference, sessionOptions } from './cpu-reference.ts';
import { DeviceWatch } from './device-watch.ts';
import type { Gpu } from './gpu.ts';
import type { InferenceOptions } from './inference-options.ts';
import type { Provider, ReadyModel } from './manifest.ts';
import type {
	LibraryGraph,
	LoadedModel,
	LoadOptions,
	ModelContent,
	OpenModel,
	UncheckedModel,
} from './loaded-model.ts';
import type { ChainOutputs, Feeds } from './model.ts';
import { planProviders, type ProviderPolicy } from './provider-plan.ts';
import type { Runtime } from './runtime.ts';
import { ModelChecks, placeOf } from './model-checks.ts';
import { mismatchWords } from './self-check.ts';
import { RunFeeds } from './run-feeds.ts';
import { runSession, type SessionRun } from './run-session.ts';

/**
 * Loads models and runs them. The one place that knows ONNX Runtime.
 *
 * Each model runs on the first provider of its plan on which it can be created and gives its
 * reference output; why an earlier one was passed over is said in `uses()`. Creation and runs of all
 * models take turns in one lane, which a failed run does not disturb. When the GPU goes away, what
 * ran on it fails with `DeviceLost`, and models loaded afterwards run on WebAssembly.
 *
 * The owner closes it. It belongs into a worker: a run blocks its thread.
 */
export class Inference {
	readonly #options: InferenceOptions;
	readonly #policy: ProviderPolicy;
	readonly #checks: ModelChecks;
	readonly #lane = new SerialQueue();
	readonly #opened = new Map<string, OpenModel>();
	readonly #uses = new Map<string, ModelUse>();
	readonly #probe: () => Promise<Gpu>;
	/** Every session of a page comes from one build of the runtime. */
	readonly #runtime: () => Promise<{ runtime: Runtime; gpu: Gpu }>;
	/** Models that are kept off the GPU, and why. */
	readonly #offGpu = new Map<string, string>();
	#watch: DeviceWatch | null = null;
	#closed = false;

	constructor(options: InferenceOptions) {
		this.#options = options;
		this.#policy = options.policy ?? 'automatic';
		this.#checks = new ModelChecks(options.checks, options.environment);
		this.#probe = memo(() =>
			this.#policy === 'wasm'
				? Promise.resolve<Gpu>({ available: false, reason: 'it is switched off' })
				: options.probeGpu(),
		);
		this.#runtime = memo(() => this.#loadRuntime());
	}

	/**
	 * A model, ready to run. Loading one that is loaded already shares it.
	 *
	 * @throws ConfabError `ModelUnavailable` when its files are not here or no provider can create
	 * it, `ModelMismatch` when its file is damaged or its output is wrong on every provider.
	 * TypeError when it is loaded already with other outputs held.
	 */
	async load(id: string, options: LoadOptions = {}): Promise<LoadedModel> {
		const { held = [], unchecked = false } = options;
		const entry = await untilAborted(this.#options.files.ready(id), options.signal);
		const known = this.#share(id, held);
		if (known) return this.#handle(known);
		const content: ModelContent = {
			graph: await this.#options.files.read(id, 'graph', options),
			weights: await this.#options.files.weights(id, options),
		};
		return this.#open(id, held, options.signal, () =>
			this.#create(unchecked ? { ...entry, check: null } : entry, content, held),
		);
	}

	/**
	 * A graph that a library brings along. Nothing is known of its output, so it is used where it can be
	 * created, and it is not told in `uses()`.
	 *
	 * @throws ConfabError `ModelUnavailable` when no provider can create it.
	 */
	async loadGraph(graph: LibraryGraph, options: SlowOptions = {}): Promise<LoadedModel> {
		const content = { graph: graph.bytes, weights: [] };
		return this.#open(graph.id, [], options.signal, () =>
			this.#create({ ...graph, check: null, unlisted: true }, content, []),
		);
	}

	/** What `create` makes, unless somebody else has opened it meanwhile. */
	async #open(
		id: string,
		held: readonly string[],
		signal: AbortSignal | undefined,
		create: () => Promise<OpenModel>,
	): Promise<LoadedModel> {
		const creation = this.#lane.run(async () => {
			this.#assertOpen();
			const model = this.#share(id, held) ?? (await create());
			this.#opened.set(id, model);
			return model;
		}, signal);
		try {
			return this.#handle(await untilAborted(creation, signal));
		} catch (error) {
			// The creation goes on; what it makes belongs to nobody, so it is freed again.
			if (signal?.aborted) {
				creation.then(
					(model) => this.#release(model),
					() => undefined,
				);
			}
			throw error;
		}
	}

	/** Another file of a model (`units`, `lm`), checked. See `ModelFiles.read`. */
	readFile(id: string, role: string, options: SlowOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
		return this.#options.files.read(id, role, options);
	}

	/** Gets the files of models that will be wanted, while the network is there. See `ModelFiles`. */
	async fetchAhead(ids: readonly string[]): Promise<void> {
		await Promise.all(ids.map((id) => this.#options.files.fetchAhead(id)));
	}

	/**
	 * Names the content of all files of a model: another model, another name.
	 *
	 * @throws ConfabError `ModelUnavailable` when its files are not here.
	 */
	async version(id: string): Promise<string> {
		const { files, data } = await this.#options.files.ready(id);
		const roles = Object.keys(files).sort();
		return [...roles.map((role) => files[role]), ...data]
			.map((file) => file?.sha256.slice(0, 16))
			.join('-');
	}

	/** The GPU that models may run on, or why none may. */
	async gpu(): Promise<Gpu> {
		if (this.#watch?.lost) return { available: false, reason: 'it went away earlier' };
		return this.#probe();
	}

	/** Every model loaded so far: where it runs, and why not where it would rather. */
	uses(): ModelUse[] {
		return [...this.#uses.values()];
	}

	/**
	 * Keeps a model off the GPU from its next loading on, whoever has it loaded now; the note of its use
	 * says why.
	 */
	keepOffGpu(id: string, why: string): void {
		this.#offGpu.set(id, why);
	}

	/** Frees all models and the GPU device, once the lane is idle. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.#lane.idle();
		for (const model of this.#opened.values()) await this.#free(model);
		this.#opened.clear();
		this.#watch?.close();
		this.#watch = null;
	}

	#assertOpen(): void {
		if (this.#closed) throw new TypeError('This Inference is closed');
	}

	async #loadRuntime(): Promise<{ runtime: Runtime; gpu: Gpu }> {
		const gpu = await this.#probe();
		if (gpu.available) {
			try {
				return { runtime: await this.#options.loadRuntime('webgpu'), gpu };
			} catch (error) {
				const reason = `its runtime could not be loaded (${messageOf(error)})`;
				const runtime = await this.#cpuRuntime();
				return { runtime, gpu: { available: false, reason } };
			}
		}
		return { runtime: await this.#cpuRuntime(), gpu };
	}

	async #cpuRuntime(): Promise<Runtime> {
		try {
			return await this.#options.loadRuntime('wasm');
		} catch (error) {
			throw new ConfabError(
				'ModelUnavailable',
				`The runtime for models could not be loaded (${messageOf(error)}). Reload the page.`,
				{ cause: error },
			);
		}
	}

	/** Runs in the lane. */
	async #create(
		entry: ReadyModel | UncheckedModel,
		content: ModelContent,
		held: readonly string[],
	): Promise<OpenModel> {
		const { runtime, gpu } = await this.#runtime();
		const plan =
			'unlisted' in entry
				? { providers: entry.providers, note: null }
				: planProviders(entry, gpu, this.#policy);
		const expected =
			entry.check === null
				? null
				: await this.#checks.reference(entry, () => cpuReference(entry, runtime, content));
		const notes = plan.note === null ? [] : [plan.note];
		let cause: unknown;
		let mismatched = false;
		for (const provider of plan.providers) {
			if (provider === 'webgpu' && this.#watch?.lost) {
				notes.push('not on the GPU: it went away earlier');
				continue;
			}
			const obstacle = this.#offGpu.get(entry.id);
			if (provider === 'webgpu' && obstacle !== undefined) {
				notes.push(`not on the GPU: ${obstacle}`);
				continue;
			}
			let session: Ort.InferenceSession;
			try {
				session = await this.#createSession(runtime, gpu, provider, content, held);
			} catch (error) {
				cause = error;
				notes.push(`cannot be created on ${provider} (${messageOf(error)})`);
				continue;
			}
			const created = session;
			const place = placeOf(provider, gpu);
			const outcome =
				entry.check === null || expected === null
					? null
					: await this.#checks.outcome(entry, place, expected, () => {
							const onGpu = provider === 'webgpu';
							return runReference(
								entry,
								{ runtime, session: created, onGpu },
								this.#guard(provider),
							);
						});
			if (entry.check === null || outcome === null || outcome.passed) {
				const note = notes.join('; ');
				const use: ModelUse = {
					id: entry.id,
					provider,
					precision: entry.precision,
					...(note === '' ? {} : { note }),
				};
				if (!('unlisted' in entry)) this.#uses.set(entry.id, use);
				return { session, runtime, use, held, users: 1 };
			}
			mismatched = true;
			notes.push(mismatchWords(provider, outcome, entry.check.tolerance));
			await session.release();
		}
		throw new ConfabError(
			mismatched ? 'ModelMismatch' : 'ModelUnavailable',
			`${entry.title} does not run here, so ${entry.feature} does not work: ${notes.join('; ')}. ` +
				'Another browser, or a newer version of this one, may run it.',
			{ cause },
		);
	}

	async #createSession(
		runtime: Runtime,
		gpu: Gpu,
		provider: Provider,
		content: ModelContent,
		held: readonly string[],
	): Promise<Ort.InferenceSession> {
		const common = { graphOptimizationLevel: 'all', ...sessionOptions(content) } as const;
		if (provider === 'wasm' || !gpu.available) {
			return runtime.InferenceSession.create(content.graph, {
				...common,
				executionProviders: ['wasm'],
			});
		}
		this.#watch ??= new DeviceWatch(await gpu.requestDevice());
		const { device } = this.#watch;
		return this.#watch.guard(
			runtime.InferenceSession.create(content.graph, {
				...common,
				executionProviders: [{ name: 'webgpu', device }],
				...(held.length > 0 && {
					preferredOutputLocation: Object.fromEntries(
						held.map((name) => [name, 'gpu-buffer'] as const),
					),
				}),
			}),
		);
	}

	/** Runs in the lane. */
	#runSession(provider: Provider, run: SessionRun): Promise<ChainOutputs> {
		return runSession(run, this.#guard(provider));
	}

	/** What runs are waited for with: on a GPU they may wait for a device that is lost. */
	#guard(provider: Provider): <T>(work: Promise<T>) => Promise<T> {
		const watch = provider === 'webgpu' ? this.#watch : null;
		return (work) => (watch ? watch.guard(work) : work);
	}

	#share(id: string, held: readonly string[]): OpenModel | null {
		const model = this.#opened.get(id);
		const offGpu = this.#watch?.lost === true || this.#offGpu.has(id);
		if (!model || (model.use.provider === 'webgpu' && offGpu)) return null;
		if (model.held.join() !== held.join()) {
			throw new TypeError(`"${id}" is loaded with other outputs held: ${model.held.join(', ')}`);
		}
		model.users += 1;
		return model;
	}

	#handle(model: OpenModel): LoadedModel {
		let open = true;
		const run = async (
			inputs: Feeds,
			held: readonly string[],
			signal?: AbortSignal,
			wanted?: readonly string[],
		): Promise<ChainOutputs> => {
			if (!open) throw new TypeError(`Model "${model.use.id}" is closed`);
			const feeds = new RunFeeds(inputs);
			const { runtime, session, use } = model;
			const work = this.#lane.run(() => {
				this.#assertOpen();
				const onGpu = use.provider === 'webgpu';
				return this.#runSession(use.provider, { runtime, session, onGpu, feeds, held, wanted });
			}, signal);
			const settled = work.finally(() => feeds.release());
			try {
				return await untilAborted(settled, signal);
			} catch (error) {
				// A run that was given up may still end, and nobody takes what it leaves.
				settled.then(
					(outputs) => Object.values(outputs.held).forEach((tensor) => tensor.dispose()),
					() => undefined,
				);
				throw error;
			}
		};
		return {
			id: model.use.id,
			provider: model.use.provider,
			precision: model.use.precision,
			inputNames: model.session.inputNames,
			outputNames: model.session.outputNames,
			run: async (inputs, signal) => (await run(inputs, [], signal)).tensors,
			runChain: (inputs, signal, wanted) => run(inputs, model.held, signal, wanted),
			close: async () => {
				if (!open) return;
				open = false;
				await this.#release(model);
			},
		};
	}

	async #release(model: OpenModel): Promise<void> {
		await this.#lane.run(async () => {
			model.users -= 1;
			if (model.users > 0 || this.#closed) return;
			if (this.#opened.get(model.use.id) === model) this.#opened.delete(model.use.id);
			await this.#free(model);
		});
	}

	async #free({ session, use }: OpenModel): Promise<void> {
		// A session on a lost device cannot be released in order; its memory went with the device.
		if (use.provider === 'webgpu' && this.#watch?.lost) return;
		await session.release();
	}
}
