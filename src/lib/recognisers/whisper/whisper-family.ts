import { detectLanguage } from '../../domain/languages.ts';
import type { ModelUse } from '../../domain/result.ts';
import type { RunSettings } from '../../domain/settings.ts';
import type { Inference } from '../../inference/inference.ts';
import type { LoadedModel } from '../../inference/loaded-model.ts';
import type { Provider } from '../../inference/manifest.ts';
import { remedy } from '../../inference/served-models.ts';
import { loadWhisperText } from '../../inference/transformers.ts';
import type { ShelvedModel } from '../../store/shelf/model-shelf.ts';
import { ConfabError, messageOf } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import type { OpenRecogniser, RecogniserCandidate, RecogniserFamily } from '../family.ts';
import { heldOutputs, missingOutputs } from './graphs.ts';
import { placesOf, shippedWhisper, whisperOffer } from './offers.ts';
import type { WhisperEntry } from './served-whispers.ts';
import { joining, WhisperRecogniser } from './whisper-recogniser.ts';
import { type GraphPart, graphId, graphParts, type WhisperShelf } from './whisper-shelf.ts';

/** Raised when the same weights give other words. */
const codeVersion = 3;

/** Whispers: what a person has added or, where that is none, what comes with the app. */
export class WhisperFamily implements RecogniserFamily {
	readonly needsLips = false;
	readonly joining = joining;
	readonly #shelf: WhisperShelf;
	readonly #inference: Inference;

	/** @param inference has the shelf among its sources */
	constructor(shelf: WhisperShelf, inference: Inference) {
		this.#shelf = shelf;
		this.#inference = inference;
	}

	knows(id: string): boolean {
		return whisperOffer(id) !== null;
	}

	async candidates({
		recogniser: offer,
		language,
	}: RunSettings): Promise<readonly RecogniserCandidate[]> {
		const entry = await this.#shelf.entry(offer);
		if (!entry) {
			throw new ConfabError(
				'ModelUnavailable',
				offer === shippedWhisper
					? `"${offer}" is not here. ${remedy}, or add it on the page of models.`
					: `"${offer}" is not on this machine: it is not part of Confab. Add it on the page of models.`,
			);
		}
		const { model, about } = entry;
		const gpu = await this.#inference.gpu();
		const spoken = language === detectLanguage ? null : language;
		const version = `${await hashOf(model)}-${language}-${codeVersion}`;
		const name =
			about.encoder === about.decoder ? about.encoder : `${about.encoder} and ${about.decoder}`;
		return placesOf(about, gpu).map((provider) => ({
			name: `${name} on ${provider}`,
			version: `${version}-${provider}`,
			open: (options) => this.#open(entry, provider, spoken, options),
		}));
	}

	async #open(
		entry: WhisperEntry,
		provider: Provider,
		language: string | null,
		options: SlowOptions,
	): Promise<OpenRecogniser> {
		const { model, about } = entry;
		const rules = await this.#shelf.rules(entry);
		const files = await this.#shelf.texts(entry);
		const text = await loadWhisperText(this.#inference, files).catch((error: unknown) => {
			throw new ConfabError(
				'ModelUnavailable',
				`The vocabulary of "${about.offer}" cannot be read (${messageOf(error)}). Add the model again.`,
				{ cause: error },
			);
		});
		const loaded: LoadedModel[] = [];
		const close = async (): Promise<void> => {
			for (const one of loaded.splice(0)) await one.close();
		};
		const held = heldOutputs(rules);
		const load = async (part: GraphPart): Promise<LoadedModel> => {
			const one = await this.#inference.load(graphId(model.id, part, provider), {
				...options,
				held: held[part],
				unchecked: provider === 'wasm',
			});
			loaded.push(one);
			return one;
		};
		try {
			const encoder = await load('encoder');
			const decoder = await load('decoder');
			const missing = missingOutputs(decoder, rules);
			if (missing.length > 0) {
				throw new ConfabError(
					'ModelUnavailable',
					`"${about.offer}" has no word times: its decoder does not put out ${missing.join(', ')}. ` +
						'Take one of the hub’s "…_timestamped" repositories.',
				);
			}
			const recogniser = new WhisperRecogniser({
				id: about.offer,
				graphs: { encoder, decoder },
				rules,
				...text,
				language,
			});
			const precision = graphParts.map((part) => about[part]).join('+');
			const use: ModelUse = { id: about.offer, provider, precision };
			return { recogniser, use, close };
		} catch (error) {
			await close();
			throw error;
		}
	}
}

/** Names all that the words come from. */
async function hashOf({ files }: ShelvedModel): Promise<string> {
	const names = files.map(({ name, sha256 }) => `${name} ${sha256}`).sort();
	const bytes = new TextEncoder().encode(names.join('\n'));
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
