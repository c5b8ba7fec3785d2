import * as v from 'valibot';
import {
	providers,
	type ModelFile,
	type Provider,
	type ReadyModel,
	type TensorFormula,
} from '../../inference/manifest.ts';
import type { ModelSource } from '../../inference/model-source.ts';
import { remedy } from '../../inference/served-models.ts';
import type { WhisperTextFiles } from '../../inference/transformers.ts';
import type { ModelShelf } from '../../store/shelf/model-shelf.ts';
import type { ShelfFile } from '../../store/shelf/shelf-entry.ts';
import { ConfabError, messageOf } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { type HubPrecision, parseAddedModel } from '../added-model.ts';
import { cacheNames } from './graphs.ts';
import { whisperGraphs, whisperOffer, whisperOffers } from './offers.ts';
import { readRules, type WhisperRules } from './rules.ts';
import type { ServedWhispers, WhisperEntry } from './served-whispers.ts';
import { withShortWindows } from './short-windows.ts';

export const graphParts = ['encoder', 'decoder'] as const;

export type GraphPart = (typeof graphParts)[number];

/** Id of a graph as the inference knows it: a model for each provider that it is run on. */
export function graphId(entry: string, part: GraphPart, provider: Provider): string {
	return [entry, part, provider].join('/');
}

const idSchema = v.pipe(
	v.string(),
	v.transform((id) => id.split('/')),
	v.strictTuple([v.string(), v.picklist(graphParts), v.picklist(providers)]),
);

/**
 * Largest difference from what the CPU makes of the same weights, as a fraction of the larger of 1 and the
 * largest value. A GPU may multiply 4-bit matrices with activations in 8 bits.
 */
const tolerances: Readonly<Record<HubPrecision, number>> = {
	fp32: 2e-3,
	fp16: 5e-2,
	q8: 5e-2,
	q4: 5e-2,
	q4f16: 5e-2,
};

/** The Whispers that are here: what a person has added, else what comes with the app. */
export class WhisperShelf implements ModelSource {
	readonly local = true;
	readonly #shelf: Pick<ModelShelf, 'get' | 'file'>;
	readonly #served: ServedWhispers | null;

	constructor(shelf: Pick<ModelShelf, 'get' | 'file'>, served: ServedWhispers | null = null) {
		this.#shelf = shelf;
		this.#served = served;
	}

	/** What is there in full of an offer; null for what is not a Whisper, or not whole. */
	async entry(id: string): Promise<WhisperEntry | null> {
		const model = await this.#shelf.get(id);
		const about = model?.complete ? parseAddedModel(model.about) : null;
		if (model && about?.family === 'whisper') return { model, about, served: false };
		return (await this.#served?.entry(id)) ?? null;
	}

	/** @throws ConfabError `ModelUnavailable` when a file is missing or is not that of a Whisper with word times. */
	async rules(entry: WhisperEntry): Promise<WhisperRules> {
		return readRules({
			config: await this.#json(entry, 'config.json'),
			generation: await this.#json(entry, 'generation_config.json'),
			tokenizer: await this.#json(entry, 'tokenizer.json'),
		});
	}

	/** What it hears and writes with. @throws ConfabError `ModelUnavailable`. */
	async texts(entry: WhisperEntry): Promise<WhisperTextFiles> {
		return {
			preprocessor: await this.#json(entry, 'preprocessor_config.json'),
			tokenizer: await this.#json(entry, 'tokenizer.json'),
			tokenizerConfig: await this.#json(entry, 'tokenizer_config.json'),
		};
	}

	async find(id: string): Promise<ReadyModel | null> {
		const parsed = v.safeParse(idSchema, id);
		if (!parsed.success) return null;
		const [entryId, part, provider] = parsed.output;
		const found = await this.entry(entryId);
		if (!found) return null;
		const { model, about } = found;
		const path = whisperGraphs(about)[part];
		const file = model.files.find(({ name }) => name === path);
		if (!file) throw unavailable(found, `"${path}" is missing`);
		const precision = about[part];
		return {
			id,
			title: `${whisperOffer(about.offer)?.title ?? about.offer} (${part})`,
			feature: 'recognising words with it',
			precision: precision === 'q4f16' ? 'fp16' : precision,
			providers: [provider],
			licence: whisperOffers[0]?.licence ?? '',
			source: {
				repository: about.hub?.repository ?? 'a folder',
				...(about.hub && { commit: about.hub.commit }),
				path,
			},
			status: 'ready',
			files: { graph: { path, bytes: file.bytes, sha256: file.sha256 } },
			data: [],
			check: {
				inputs: checkInputs[part](await this.rules(found)),
				tolerance: tolerances[precision],
			},
		};
	}

	async open(
		model: ReadyModel,
		{ path, bytes, sha256 }: ModelFile,
		options: SlowOptions = {},
	): Promise<Blob> {
		const [id = '', part] = model.id.split('/');
		const entry = await this.entry(id);
		const blob = entry && (await this.#file(entry, { name: path, bytes, sha256 }, options));
		if (entry && blob) return part === 'encoder' ? this.#encoder(entry, blob) : blob;
		throw unavailable({ model: { id }, served: false }, `"${path}" is not there in full`);
	}

	/** An encoder, for windows of any length where its graph can be had so. */
	async #encoder(entry: WhisperEntry, blob: Blob): Promise<Blob> {
		const { encodedFrames } = await this.rules(entry);
		const short = withShortWindows(new Uint8Array(await blob.arrayBuffer()), encodedFrames);
		return short ? new Blob([short]) : blob;
	}

	async #json(entry: WhisperEntry, name: string): Promise<Record<string, unknown>> {
		const file = entry.model.files.find((candidate) => candidate.name === name);
		const blob = file ? await this.#file(entry, file) : null;
		if (!blob) throw unavailable(entry, `"${name}" is not there in full`);
		try {
			return v.parse(v.record(v.string(), v.unknown()), JSON.parse(await blob.text()));
		} catch (error) {
			throw unavailable(entry, `"${name}" is damaged (${messageOf(error)})`);
		}
	}

	async #file(
		{ model, served }: WhisperEntry,
		file: ShelfFile,
		options: SlowOptions = {},
	): Promise<Blob | null> {
		if (!served) return this.#shelf.file(model.id, file);
		return (await this.#served?.file(model.id, file, options)) ?? null;
	}
}

function unavailable(
	{ model, served }: { readonly model: { readonly id: string }; readonly served: boolean },
	why: string,
): ConfabError {
	const what = served ? remedy : 'Delete it and add it again';
	return new ConfabError(
		'ModelUnavailable',
		`The recogniser "${model.id}" cannot be used: ${why}. ${what}.`,
	);
}

function wave(
	type: TensorFormula['type'],
	dims: readonly number[],
	[offset, amplitude, step]: readonly [number, number, number],
): TensorFormula {
	return { type, dims: [...dims], offset, amplitude, step };
}

/** Reference inputs: waves of the size that real ones have; the decoder's first step, of two tokens. */
const checkInputs: Readonly<
	Record<GraphPart, (rules: WhisperRules) => Record<string, TensorFormula>>
> = {
	encoder: ({ mels, encodedFrames }) => ({
		input_features: wave('float32', [1, mels, 2 * encodedFrames], [0, 0.8, 0.37]),
	}),
	decoder: ({ layers, heads, headWidth, encodedFrames, startToken, vocabularySize }) => ({
		input_ids: wave('int64', [1, 2], [startToken, vocabularySize - 1 - startToken, 0.1]),
		encoder_hidden_states: wave('float32', [1, encodedFrames, heads * headWidth], [0, 1, 0.23]),
		use_cache_branch: wave('bool', [1], [0, 0, 0]),
		...Object.fromEntries(
			[...cacheNames(layers, 'decoder'), ...cacheNames(layers, 'encoder')].map((name) => [
				`past_key_values.${name}`,
				wave('float32', [1, heads, 0, headWidth], [0, 0, 0]),
			]),
		),
	}),
};
