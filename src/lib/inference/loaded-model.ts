import type * as Ort from 'onnxruntime-web';
import type { ModelUse } from '../domain/result.ts';
import type { SlowOptions } from '../support/progress.ts';
import type { ReadyModel } from './manifest.ts';
import type { WeightFile } from './model-files.ts';
import type { ChainModel } from './model.ts';
import type { Runtime } from './runtime.ts';

export interface LoadOptions extends SlowOptions {
	/**
	 * Outputs that `runChain` does not read back but leaves where they are. All who load a model that is
	 * loaded already name the same.
	 */
	readonly held?: readonly string[];
	/** Takes it as it is, without its self-check: where nobody but the CPU could say what is right. */
	readonly unchecked?: boolean;
}

/** A model that its loader closes. */
export interface LoadedModel extends ChainModel {
	readonly inputNames: readonly string[];
	readonly outputNames: readonly string[];
	/** Frees the model when nobody else uses it. Runs that wait are still done. */
	close(): Promise<void>;
}

/** A graph that is in no list of models. */
export interface LibraryGraph extends Pick<
	ReadyModel,
	'id' | 'title' | 'feature' | 'precision' | 'providers'
> {
	readonly bytes: Uint8Array;
}

/** What a session is made from. */
export interface ModelContent {
	readonly graph: Uint8Array;
	/** Those on disk are read by the runtime, where it can, and never held here. */
	readonly weights: readonly WeightFile[];
}

/** A model of whose output nothing is known. */
export interface UncheckedModel extends Omit<LibraryGraph, 'bytes'> {
	readonly check: null;
	/** Not told among the models that are used. */
	readonly unlisted?: true;
}

/** A session and who uses it. */
export interface OpenModel {
	readonly session: Ort.InferenceSession;
	readonly runtime: Runtime;
	readonly use: ModelUse;
	/** Outputs that are left where they are. */
	readonly held: readonly string[];
	users: number;
}
