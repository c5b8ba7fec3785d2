import type { ModelUse } from '../domain/result.ts';
import type { Inference } from '../inference/inference.ts';
import type { LoadedModel } from '../inference/loaded-model.ts';
import { ConfabError } from '../support/errors.ts';
import { memo } from '../support/memo.ts';
import type { SpeedLog } from './speed-log.ts';

/** The models that runs have in common: loaded when they are first needed, and told when a run uses them. */
export class RunModels {
	readonly #inference: Inference;
	readonly #speed: SpeedLog;
	/** What a run may still need, once something has to be computed. */
	readonly #needed: () => readonly string[];
	readonly #models = new Map<string, () => Promise<LoadedModel>>();
	/** Where each model runs, by its id. */
	readonly #places = new Map<string, ModelUse>();
	/** Ids of those that this run has used and not told of. */
	readonly #used = new Set<string>();
	/** Models whose files were asked for, loaded or not. */
	readonly #fetched = new Set<string>();
	#onUse: (use: ModelUse) => void = () => undefined;

	constructor(inference: Inference, speed: SpeedLog, needed: () => readonly string[]) {
		this.#inference = inference;
		this.#speed = speed;
		this.#needed = needed;
	}

	/** Begins a run. @param onUse told of each model when it is loaded */
	begin(onUse: (use: ModelUse) => void): void {
		this.#onUse = onUse;
		this.#used.clear();
	}

	/** Those that the run has used since this was last asked, and where. */
	takeUses(): readonly ModelUse[] {
		const uses = [...this.#used].flatMap((id) => this.#places.get(id) ?? []);
		this.#used.clear();
		return uses;
	}

	/** The run uses it, however it was loaded. */
	used(id: string): void {
		this.#used.add(id);
	}

	/** A model was loaded. */
	loaded(use: ModelUse): void {
		this.#places.set(use.id, use);
		this.#onUse(use);
	}

	/** A model of the inference. */
	get(id: string): Promise<LoadedModel> {
		this.#used.add(id);
		const known = this.#models.get(id);
		if (known) return known();
		const load = memo(async () => {
			this.fetchAhead();
			const model = this.#speed.timed(await this.#inference.load(id));
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
		const wanted = this.#needed().filter((id) => !this.#fetched.has(id) && !this.#models.has(id));
		for (const id of wanted) this.#fetched.add(id);
		// A list of models that cannot be had is told by whoever needs one of them.
		this.#inference.fetchAhead(wanted).catch(() => undefined);
	}

	/**
	 * The work's result. A model on a GPU that goes away is loaded anew, which is elsewhere then, and the
	 * work begun again.
	 */
	async evenIfLost<T>(work: () => Promise<T>): Promise<T> {
		try {
			return await work();
		} catch (error) {
			if (!(error instanceof ConfabError) || error.code !== 'DeviceLost') throw error;
			for (const { id, provider } of this.#places.values()) {
				if (provider === 'webgpu') this.#models.delete(id);
			}
			return work();
		}
	}
}
