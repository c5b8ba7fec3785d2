import type { SlowOptions } from '../support/progress.ts';
import type { ModelEntry, ModelFile, ReadyModel } from './manifest.ts';

/** A place that models come from: what the set-up has left beside the app, what a person has added. */
export interface ModelSource {
	/**
	 * Whether its files lie on this machine, so that nothing is gained by getting them before they are
	 * needed.
	 */
	readonly local: boolean;
	/** One of its models, one that could not be had too; null for an id that is not its own. */
	find(id: string): Promise<ModelEntry | null>;
	/**
	 * A file of one of its models, with the content that the model's entry says.
	 *
	 * @throws ConfabError `ModelUnavailable` when it cannot be had, `ModelMismatch` when its content is
	 * another one.
	 */
	open(model: ReadyModel, file: ModelFile, options: SlowOptions): Promise<Blob>;
}
