import type { ModelUse } from '../domain/result.ts';
import type { Inference } from '../inference/inference.ts';
import type { LoadedModel } from '../inference/loaded-model.ts';
import type { ModelsPort } from '../pipeline/ports.ts';
import type { Work } from '../pipeline/work.ts';
import { AssertionError } from '../support/assert.ts';
import { ConfabError, messageOf, type Problem } from '../support/errors.ts';
import { memo } from '../support/memo.ts';
import type { AddedVoices } from './added-voices.ts';
import type { SpeedLog } from './speed-log.ts';

/** The models that runs have in common: loaded when they are first needed, and noted when a run uses them. */
export class RunModels implements ModelsPort {
	readonly #inference: Inference;
	readonly #speed: SpeedLog;
	readonly #added: AddedVoices;
	/** What a run may still need, once something has to be computed. */
	#needed: readonly string[] = [];
	readonly #models = new Map<string, () => Promise<LoadedModel>>();
	/** Where each model runs, by its id. */
	readonly #places = new Map<string, ModelUse>();
	readonly #usedInRun = new Set<string>();
	/** Models whose files were asked for, loaded or not. */
	readonly #fetched = new Set<string>();
	/** Why models that ran on the GPU do so no more, by id. */
	readonly #failures = new Map<string, string>();
	/** How many runs on the GPU have failed. */
	#failedRuns = 0;
	#onUse: (use: ModelUse) => void = () => undefined;

	constructor(inference: Inference, speed: SpeedLog, added: AddedVoices) {
		this.#inference = inference;
		this.#speed = speed;
		this.#added = added;
	}

	/** Begins a run. @param onUse called for each model when it is loaded */
	begin(needed: readonly string[], onUse: (use: ModelUse) => void): void {
		this.#needed = needed;
		this.#onUse = onUse;
		this.#usedInRun.clear();
	}

	version(id: string): Promise<string> {
		return this.#inference.version(id);
	}

	async isAdded(id: string): Promise<boolean> {
		return (await this.#added.find(id)) !== null;
	}

	count(id: string, amount: number, unit: 'seconds' | 'frames'): void {
		this.#speed.count(id, amount, unit);
	}

	/** What has failed of those that the run has used. */
	problems(): readonly Problem[] {
		return [...this.#failures]
			.filter(([id]) => this.#usedInRun.has(id))
			.map(([file, why]) => ({
				file,
				message: `The model ${why} on the graphics processor. It runs without one now, which is slower.`,
			}));
	}

	/** The run uses it, however it was loaded: where is noted with the work. */
	used(id: string, work: Pick<Work, 'used'>): void {
		this.#usedInRun.add(id);
		const place = this.#places.get(id);
		if (place) work.used(place);
	}

	/** A model was loaded. */
	loaded(use: ModelUse): void {
		this.#places.set(use.id, use);
		this.#onUse(use);
	}

	/** A model of the inference. */
	async get(id: string, work: Pick<Work, 'used'>): Promise<LoadedModel> {
		this.#usedInRun.add(id);
		const model = await this.#load(id);
		this.used(id, work);
		return model;
	}

	#load(id: string): Promise<LoadedModel> {
		const known = this.#models.get(id);
		if (known) return known();
		const load = memo(async () => {
			this.fetchAhead();
			const model = this.#speed.timed(this.#watched(await this.#inference.load(id)));
			const use = this.#inference.uses().find((candidate) => candidate.id === id);
			if (use) this.loaded(use);
			return model;
		});
		this.#models.set(id, load);
		return load();
	}

	/**
	 * Once something has to be computed, all that the run may still need is fetched: hours may pass until
	 * it is, and the network with them.
	 */
	fetchAhead(): void {
		const wanted = this.#needed.filter((id) => !this.#fetched.has(id) && !this.#models.has(id));
		for (const id of wanted) this.#fetched.add(id);
		// A list of models that cannot be had is told by whoever needs one of them.
		this.#inference.fetchAhead(wanted).catch(() => undefined);
	}

	/**
	 * The work's result. A model that fails on a GPU, or whose GPU goes away, is loaded again, which is
	 * elsewhere then, and the work begins again.
	 */
	async evenIfLost<T>(work: () => Promise<T>): Promise<T> {
		for (;;) {
			const before = this.#failedRuns;
			try {
				return await work();
			} catch (error) {
				if (isLost(error)) {
					for (const { id, provider } of this.#places.values()) {
						if (provider === 'webgpu') this.#models.delete(id);
					}
					return work();
				}
				if (this.#failedRuns === before || !mayPass(error)) throw error;
			}
		}
	}

	/** The model, which is given up on the GPU when a run of it fails there. */
	#watched(model: LoadedModel): LoadedModel {
		if (model.provider !== 'webgpu') return model;
		return {
			...model,
			run: async (inputs, signal) => {
				try {
					return await model.run(inputs, signal);
				} catch (error) {
					if (signal?.aborted !== true && !isLost(error) && mayPass(error)) {
						this.#giveUp(model.id, error);
					}
					throw error;
				}
			},
		};
	}

	#giveUp(id: string, error: unknown): void {
		this.#failedRuns += 1;
		if (this.#failures.has(id)) return;
		const why = `has failed there (${messageOf(error)})`;
		this.#failures.set(id, `has failed (${messageOf(error)})`);
		this.#inference.keepOffGpu(id, why);
		this.#models.delete(id);
	}
}

function isLost(error: unknown): boolean {
	return error instanceof ConfabError && error.code === 'DeviceLost';
}

/** Whether it may be the GPU's fault: what a runtime throws is of many kinds, but none of these. */
function mayPass(error: unknown): boolean {
	const aborted = error instanceof DOMException && error.name === 'AbortError';
	const ours =
		error instanceof TypeError || error instanceof AssertionError || error instanceof ConfabError;
	return !aborted && !ours;
}
