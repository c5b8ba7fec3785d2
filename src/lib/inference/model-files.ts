import { untilAborted } from '../support/abort.ts';
import { ConfabError } from '../support/errors.ts';
import type { SlowOptions } from '../support/progress.ts';
import type { ModelFile, ReadyModel } from './manifest.ts';
import type { ModelSource } from './model-source.ts';
import { remedy } from './served-models.ts';

/** Larger files are not held in memory before they are needed. */
const aheadLimitBytes = 64 * 1024 * 1024;

/** A file of weights, by the name that a graph refers to it with. */
export interface WeightFile {
	readonly path: string;
	readonly data: Blob;
}

/** The models' files from all places that models come from, by model and role. */
export class ModelFiles {
	readonly #sources: readonly ModelSource[];
	/** Files that were asked for ahead of their first reading, by path; null for what failed. */
	readonly #ahead = new Map<string, Promise<Blob | null>>();

	/** @param sources an id that several of them know is the first one's */
	constructor(sources: readonly ModelSource[]) {
		this.#sources = sources;
	}

	/**
	 * One model.
	 *
	 * @throws ConfabError `ModelUnavailable` when it could not be had; the message says why and what
	 * cannot be done without it. TypeError for an id that no source knows.
	 */
	async ready(id: string): Promise<ReadyModel> {
		return (await this.#find(id)).model;
	}

	/**
	 * The bytes of one file of a model: its `graph`, or another role such as `units`.
	 *
	 * @throws ConfabError `ModelUnavailable` when it cannot be loaded, `ModelMismatch` when its
	 * content is not what it should be. TypeError for a role that the model does not have.
	 */
	async read(
		id: string,
		role: string,
		options: SlowOptions = {},
	): Promise<Uint8Array<ArrayBuffer>> {
		const { model, source } = await this.#find(id);
		const file: ModelFile | undefined = model.files[role];
		if (!file) throw new TypeError(`Model "${id}" has no file "${role}"`);
		const ahead = this.#ahead.get(file.path);
		if (ahead) {
			const blob = await untilAborted(ahead, options.signal);
			this.#ahead.delete(file.path);
			if (blob) return bytesOf(blob);
		}
		return bytesOf(await source.open(model, file, options));
	}

	/**
	 * The weights that lie beside a model's graph; none for a graph that holds its own. Those on disk
	 * are not read.
	 *
	 * @throws ConfabError as `read`.
	 */
	async weights(id: string, options: SlowOptions = {}): Promise<WeightFile[]> {
		const { model, source } = await this.#find(id);
		const weights: WeightFile[] = [];
		for (const file of model.data) {
			const path = file.path.slice(file.path.lastIndexOf('/') + 1);
			weights.push({ path, data: await source.open(model, file, options) });
		}
		return weights;
	}

	/**
	 * Gets the files of a model now and holds them until they are read, so that a network that goes
	 * away meanwhile does no harm. What cannot be had is told when it is read. Large files are not held,
	 * and those on this machine need not be.
	 */
	async fetchAhead(id: string): Promise<void> {
		for (const source of this.#sources) {
			const entry = await source.find(id);
			if (!entry) continue;
			if (source.local || entry.status !== 'ready') return;
			// What stands in for another is not needed where that one is here.
			const preferred = entry.standsInFor && (await source.find(entry.standsInFor));
			if (preferred && preferred.status === 'ready') return;
			for (const file of Object.values(entry.files)) {
				if (file.bytes > aheadLimitBytes || this.#ahead.has(file.path)) continue;
				this.#ahead.set(
					file.path,
					source.open(entry, file, {}).catch(() => null),
				);
			}
			return;
		}
	}

	async #find(id: string): Promise<{ model: ReadyModel; source: ModelSource }> {
		for (const source of this.#sources) {
			const model = await source.find(id);
			if (!model) continue;
			if (model.status === 'ready') return { model, source };
			throw new ConfabError(
				'ModelUnavailable',
				`${model.title} is not here, so ${model.feature} does not work: ${model.reason}. ${remedy}.`,
			);
		}
		throw new TypeError(`There is no model "${id}"`);
	}
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
	return new Uint8Array(await blob.arrayBuffer());
}
