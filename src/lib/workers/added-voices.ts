import type { ModelFile, ReadyModel } from '../inference/manifest.ts';
import type { ModelSource } from '../inference/model-source.ts';
import { segmentationId } from '../people/segment-speakers.ts';
import { wespeakerId } from '../perception/voice/wespeaker-voice.ts';
import { parseAddedModel } from '../recognisers/added-model.ts';
import { offerOf } from '../recognisers/offers.ts';
import type { ModelShelf, ShelvedModel } from '../store/shelf/model-shelf.ts';
import { ConfabError } from '../support/errors.ts';

/** What a person may add for voices, by its id: where it runs, and what it is checked by at its first load. */
const known: Readonly<Record<string, Pick<ReadyModel, 'providers' | 'check'>>> = {
	[wespeakerId]: {
		providers: ['webgpu', 'wasm'],
		// Two seconds of what filterbanks look like; the right answer is the CPU's, found at the first load.
		check: {
			inputs: {
				feats: { type: 'float32', dims: [1, 200, 80], offset: 0, amplitude: 3, step: 0.13 },
			},
			tolerance: 2e-3,
		},
	},
	[segmentationId]: {
		// Its LSTMs take a step after the other, which a GPU does no faster.
		providers: ['wasm'],
		check: {
			inputs: {
				x: { type: 'float32', dims: [1, 1, 16_000], offset: 0, amplitude: 0.1, step: 0.13 },
			},
			tolerance: 2e-3,
		},
	},
};

/** The networks for voices that a person may add: in the place of those that come with the app, or beside them. */
export class AddedVoices implements ModelSource {
	readonly local = true;
	readonly #shelf: Pick<ModelShelf, 'get' | 'file'>;

	constructor(shelf: Pick<ModelShelf, 'get' | 'file'>) {
		this.#shelf = shelf;
	}

	async find(id: string): Promise<ReadyModel | null> {
		const own = known[id];
		if (!own) return null;
		const { title, role, terms, hub } = offerOf(id);
		const file = graphOf(id, await this.#shelf.get(entryOf(id)));
		if (!file) return null;
		return {
			...{ id, title, feature: role, precision: 'fp32', ...own },
			licence: terms.map(({ name }) => name).join(', '),
			source: { repository: hub?.repository ?? '', path: file.path },
			status: 'ready',
			files: { graph: file },
			data: [],
		};
	}

	async open({ id, title }: ReadyModel, { path, bytes, sha256 }: ModelFile): Promise<Blob> {
		const blob = await this.#shelf.file(entryOf(id), { name: path, bytes, sha256 });
		if (blob) return blob;
		throw new ConfabError(
			'ModelUnavailable',
			`${title} cannot be used: "${path}" is not there in full. Delete it and add it again.`,
		);
	}
}

function entryOf(id: string): string {
	return offerOf(id).shelfId('fp32');
}

/** The one graph of a whole model that is this offer; null for anything else. */
function graphOf(id: string, model: ShelvedModel | null): ModelFile | null {
	const about = model?.complete ? parseAddedModel(model.about) : null;
	if (!about || !('graph' in about) || about.offer !== id) return null;
	const file = model?.files.find(({ name }) => name === about.graph);
	return file ? { path: file.name, bytes: file.bytes, sha256: file.sha256 } : null;
}
