import type { ModelUse } from '../../domain/result.ts';
import type { RunSettings } from '../../domain/settings.ts';
import type { Inference } from '../../inference/inference.ts';
import type { LoadedModel } from '../../inference/loaded-model.ts';
import { present } from '../../support/assert.ts';
import { ConfabError } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import type { OpenRecogniser, RecogniserCandidate, RecogniserFamily } from '../family.ts';
import { AvsrRecogniser, heldOutputs } from './avsr-recogniser.ts';
import { type AvsrEntry, type AvsrShelf, graphId } from './avsr-shelf.ts';
import { bucketOf } from './graphs.ts';
import { avsrOffers } from './offers.ts';
import { type GraphName, referencesName } from './references.ts';
import { type KindWay, waysOf } from './ways.ts';

/** On the CPU nothing is compiled for a length, so a clip is padded to whole seconds and no further. */
const wholeSeconds = (frames: number): number => Math.ceil(frames / 25) * 25;

/**
 * A step of the decoder takes a GPU as long for one chunk as for eight: nearly all of it is the making of
 * the step, not its arithmetic. So searches run together, four of the longest chunks, whosever they are:
 * six minutes with eight speakers take 38 s so and 101 s one by one, on an H100 in single precision
 * (docs/benchmarks.md; there all clips came in one call, while a run brings as many as fill one batch).
 * Twice as many save five more seconds and take twice the memory, about 6 GB.
 */
const gpuFramesAtOnce = 1500;

/** The AV-HuBERT recognisers that a person has added. */
export class AvsrFamily implements RecogniserFamily {
	readonly needsLips = true;
	readonly joining = null;
	readonly #shelf: AvsrShelf;
	readonly #inference: Inference;
	readonly #onGpu: { readonly frames: number; readonly padTo: (frames: number) => number };

	/**
	 * @param inference has the shelf among its sources
	 * @param gpuLength what clips are padded to on a GPU; tests where that is slow choose less
	 */
	constructor(shelf: AvsrShelf, inference: Inference, gpuLength = bucketOf) {
		this.#shelf = shelf;
		this.#inference = inference;
		this.#onGpu = { frames: gpuFramesAtOnce, padTo: gpuLength };
	}

	knows(id: string): boolean {
		return avsrOffers.includes(id);
	}

	async candidates(settings: RunSettings): Promise<readonly RecogniserCandidate[]> {
		const offer = settings.recogniser;
		const entries = await this.#shelf.entries(offer);
		const gpu = await this.#inference.gpu();
		const candidates: RecogniserCandidate[] = [];
		const kinds = entries.map(({ kind }) => kind);
		for (const way of waysOf(kinds, gpu)) {
			const entry = present(
				entries.find(({ kind }) => kind === way.kind),
				way.kind,
			);
			const half = way.arithmetic === 'float16' ? ' in half precision' : '';
			candidates.push({
				name: `${way.kind} on ${way.provider}${half}`,
				version: `${await versionOf(entry, settings)}-${way.arithmetic}-${way.provider}`,
				...(way.provider === 'webgpu' && { batching: this.#onGpu }),
				open: (options) => this.#open(offer, entry, way, settings, options),
			});
		}
		if (candidates.length > 0) return candidates;
		const [known] = entries;
		throw new ConfabError(
			'ModelUnavailable',
			known
				? `What is here of "${offer}" (${known.kind}) needs a GPU that computes in half precision. Add q8, which runs without one.`
				: `The weights of "${offer}" are not on this machine: they are not part of Confab. Add them on the page of models.`,
		);
	}

	async #open(
		offer: string,
		entry: AvsrEntry,
		way: KindWay,
		settings: RunSettings,
		options: SlowOptions,
	): Promise<OpenRecogniser> {
		const { shape } = await this.#shelf.manifest(entry.model);
		const vocabulary = await this.#shelf.vocabulary(entry.model);
		const held = heldOutputs(shape);
		const loaded: LoadedModel[] = [];
		const close = async (): Promise<void> => {
			for (const model of loaded.splice(0)) await model.close();
		};
		const load = async (graph: GraphName): Promise<LoadedModel> => {
			const id = graphId(entry.model.id, graph, way);
			const model = await this.#inference.load(id, { ...options, held: held[graph] });
			loaded.push(model);
			return model;
		};
		try {
			// Greedily, the decoder is never asked.
			const encoder = await load('encoder');
			const graphs =
				settings.decoding === 'greedy'
					? { encoder, cross: null, decoder: null }
					: { encoder, cross: await load('cross'), decoder: await load('decoder') };
			const recogniser = new AvsrRecogniser({
				id: offer,
				graphs,
				shape,
				arithmetic: way.arithmetic,
				vocabulary,
				...(encoder.provider === 'wasm'
					? { padTo: wholeSeconds }
					: { padTo: this.#onGpu.padTo, framesAtOnce: this.#onGpu.frames }),
			});
			const use: ModelUse = { id: offer, provider: encoder.provider, precision: way.kind };
			return { recogniser, use, close };
		} catch (error) {
			await close();
			throw error;
		}
	}
}

async function versionOf({ model }: AvsrEntry, { decoding }: RunSettings): Promise<string> {
	// What the self-check compares with does not decide any word.
	const deciding = model.files.filter(({ name }) => name !== referencesName);
	const names = deciding.map(({ name, sha256 }) => `${name} ${sha256}`).sort();
	const bytes = new TextEncoder().encode(names.join('\n'));
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	const hash = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
	return `${hash.join('')}-${decoding}`;
}
