import { SvelteMap } from 'svelte/reactivity';
import * as v from 'valibot';
import type { DroppedFile } from '../formats/index.ts';
import { isAbort } from '../support/abort.ts';
import type { Progress, SlowOptions } from '../support/progress.ts';
import type { ConfabClient } from './client.ts';
import type { ListFiles } from './intake.svelte.ts';
import type { MachineState } from './machine.svelte.ts';
import type { ModelInfo, PlanInfo } from './models-client.ts';
import { recommend, type Recommendation } from './recommendation.ts';
import type { KeptText } from './settings.svelte.ts';

/** What is being done with a model, or was done last. */
export interface ModelTask {
	readonly kind: 'download' | 'add' | 'verify' | 'check';
	/** `paused`: aborted, to be gone on with. */
	readonly status: 'running' | 'paused' | 'failed' | 'done';
	readonly progress: Progress | null;
	/** What was thrown, when it failed. */
	readonly error: unknown;
	/** Files that were found damaged, when it looked at them. */
	readonly damaged: readonly string[];
}

/** A task and how to end it and take it up again. */
interface Work {
	readonly task: ModelTask;
	readonly stop: AbortController;
	readonly again: () => Promise<void>;
}

const key = 'confab.models';

const keptSchema = v.object({
	neverAsk: v.fallback(v.boolean(), false),
	accepted: v.fallback(v.array(v.string()), []),
});

type Kept = v.InferOutput<typeof keptSchema>;

/** The models page: what there is, what it is good for here, and what is being done with it. */
export class ModelsState {
	readonly #client: ConfabClient;
	readonly #machine: MachineState;
	readonly #storage: KeptText | null;
	readonly #work = new SvelteMap<string, Work>();
	#plans = $state.raw<ReadonlyMap<string, PlanInfo>>(new SvelteMap());
	#planError = $state.raw<unknown>(null);
	#kept = $state.raw<Kept>({ neverAsk: false, accepted: [] });

	constructor(client: ConfabClient, machine: MachineState, storage: KeptText | null) {
		this.#client = client;
		this.#machine = machine;
		this.#storage = storage;
		this.#kept = read(storage);
	}

	/** Where each model is going to run, by its id; empty until it is known. */
	get plans(): ReadonlyMap<string, PlanInfo> {
		return this.#plans;
	}

	/** Why the plans could not be had, or null. */
	get planError(): unknown {
		return this.#planError;
	}

	/** Which recogniser suits this machine; null until that is known. */
	get recommendation(): Recommendation | null {
		const { machine, models } = this.#machine;
		return machine && models ? recommend(machine, models, this.#plans) : null;
	}

	/** What goes on with a model, or went on last and was not dismissed. */
	task(id: string): ModelTask | null {
		return this.#work.get(id)?.task ?? null;
	}

	/** Whether anything is under way, so that the page should not be closed. */
	get busy(): boolean {
		return [...this.#work.values()].some(({ task }) => task.status === 'running');
	}

	/** Whether no other server is ever to be asked; remembered. */
	get neverAsk(): boolean {
		return this.#kept.neverAsk;
	}

	/** Switching it on pauses the downloads that are under way. */
	setNeverAsk(neverAsk: boolean): void {
		this.#keep({ ...this.#kept, neverAsk });
		if (!neverAsk) return;
		for (const { task, stop } of this.#work.values()) {
			if (task.kind === 'download' && task.status === 'running') stop.abort();
		}
	}

	/** Whether the terms of a model were accepted, or need not be. */
	accepted(model: ModelInfo): boolean {
		return !model.offer?.mustAccept || this.#kept.accepted.includes(termsOf(model));
	}

	/** Accepts the terms of a model, and of every other under the same; remembered. */
	accept(model: ModelInfo): void {
		if (this.accepted(model)) return;
		this.#keep({ ...this.#kept, accepted: [...this.#kept.accepted, termsOf(model)] });
	}

	/** What the browser's storage has left for this page, in bytes; null while it is not known. */
	get freeBytes(): number | null {
		const storage = this.#machine.machine?.storage;
		return storage ? Math.max(0, storage.quotaBytes - storage.usedBytes) : null;
	}

	/** Asks where everything is going to run; never rejects. */
	async refresh(): Promise<void> {
		try {
			this.#plans = await this.#client.plans();
			this.#planError = null;
		} catch (thrown) {
			this.#planError = thrown;
		}
	}

	/** Downloads a kind of an offered model, or goes on with it; never rejects. */
	async download(model: ModelInfo, kind: string): Promise<void> {
		if (this.neverAsk) throw new TypeError('Other servers are not to be asked');
		this.#assertAccepted(model);
		await this.#run(model.id, 'download', async (options) => {
			// It may have been switched off since the download was paused.
			if (this.neverAsk) throw new DOMException('Other servers are not to be asked', 'AbortError');
			await this.#client.downloadModel(model.id, kind, options);
			return [];
		});
	}

	/** Adds kinds of an offered model from files; never rejects. */
	async add(model: ModelInfo, kinds: readonly string[], list: ListFiles): Promise<void> {
		this.#assertAccepted(model);
		let files: readonly DroppedFile[] | null = null;
		await this.#run(model.id, 'add', async (options) => {
			files ??= (await list(options.signal ?? new AbortController().signal)).files;
			await this.#client.addModel(model.id, kinds, files, options);
			return [];
		});
	}

	/**
	 * Reads a model's files again and checks them; never rejects.
	 * @param shelfId one on the shelf; null for those that come with the app
	 */
	async verify(model: ModelInfo, shelfId: string | null): Promise<void> {
		await this.#run(model.id, 'verify', (options) =>
			this.#client.verifyModel(model.id, shelfId, options),
		);
	}

	/** Checks a model against its reference; never rejects. */
	async check(model: ModelInfo): Promise<void> {
		await this.#run(model.id, 'check', async (options) => {
			await this.#client.checkModel(model.id, options);
			return [];
		});
	}

	/** Takes something of a model off the shelf; never rejects. */
	async remove(model: ModelInfo, shelfId: string): Promise<void> {
		this.#work.get(model.id)?.stop.abort();
		this.#work.delete(model.id);
		try {
			await this.#client.deleteModel(shelfId);
		} catch (error) {
			this.#fail(model.id, error, () => this.remove(model, shelfId));
		}
		await this.#refreshAll();
	}

	/** Stops what goes on with a model. What came so far is kept. */
	pause(id: string): void {
		this.#work.get(id)?.stop.abort();
	}

	/** Goes on with what was paused or failed; never rejects. */
	async resume(id: string): Promise<void> {
		const work = this.#work.get(id);
		if (work && work.task.status !== 'running') await work.again();
	}

	/** Forgets what went on last. */
	dismiss(id: string): void {
		if (this.task(id)?.status !== 'running') this.#work.delete(id);
	}

	#assertAccepted(model: ModelInfo): void {
		if (!this.accepted(model)) throw new TypeError(`The terms of ${model.id} were not accepted`);
	}

	async #run(
		id: string,
		kind: ModelTask['kind'],
		work: (options: SlowOptions) => Promise<readonly string[]>,
	): Promise<void> {
		if (this.task(id)?.status === 'running') return;
		const stop = new AbortController();
		const again = (): Promise<void> => this.#run(id, kind, work);
		const fresh = { kind, progress: null, error: null, damaged: [] } as const;
		let task: ModelTask = { ...fresh, status: 'running' };
		const show = (part: Partial<ModelTask>): void => {
			task = { ...task, ...part };
			// A model that was taken away meanwhile stays away.
			if (this.#work.get(id)?.stop === stop) this.#work.set(id, { task, stop, again });
		};
		this.#work.set(id, { task, stop, again });
		try {
			const { signal } = stop;
			const damaged = await work({ signal, onProgress: (progress) => show({ progress }) });
			show({ status: 'done', damaged });
		} catch (error) {
			show(
				isAbort(error) || stop.signal.aborted ? { status: 'paused' } : { status: 'failed', error },
			);
		}
		await this.#refreshAll();
	}

	#fail(id: string, error: unknown, again: () => Promise<void>): void {
		const task = { kind: 'verify', status: 'failed', progress: null, error, damaged: [] } as const;
		this.#work.set(id, { task, stop: new AbortController(), again });
	}

	async #refreshAll(): Promise<void> {
		await Promise.all([this.#machine.refresh(), this.refresh()]);
	}

	#keep(kept: Kept): void {
		this.#kept = kept;
		try {
			this.#storage?.setItem(key, JSON.stringify(kept));
		} catch {
			// Nothing can be remembered here; it holds until the page is closed.
		}
	}
}

/** Names the terms: where they change, they are to be accepted anew. */
function termsOf({ terms }: ModelInfo): string {
	return terms.map(({ name, address }) => `${name} ${address ?? ''}`).join('; ');
}

function read(storage: KeptText | null): Kept {
	const nothing = { neverAsk: false, accepted: [] };
	try {
		const parsed = v.safeParse(keptSchema, JSON.parse(storage?.getItem(key) ?? '{}'));
		return parsed.success ? parsed.output : nothing;
	} catch {
		return nothing;
	}
}
