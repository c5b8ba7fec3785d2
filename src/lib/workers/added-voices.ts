import type { ModelFile, ReadyModel } from '../inference/manifest.ts';
import type { ModelSource } from '../inference/model-source.ts';
import { wespeakerId } from '../perception/voice/wespeaker-voice.ts';
import { parseAddedModel } from '../recognisers/added-model.ts';
import { offers } from '../recognisers/offers.ts';
import type { ModelShelf, ShelvedModel } from '../store/shelf/model-shelf.ts';
import { present } from '../support/assert.ts';
import { ConfabError } from '../support/errors.ts';

/** The voice embedding that a person may add, in the place of the small one that comes with the app. */
export class AddedVoices implements ModelSource {
	readonly local = true;
	readonly #shelf: Pick<ModelShelf, 'get' | 'file'>;
	readonly #entryId: string;

	constructor(shelf: Pick<ModelShelf, 'get' | 'file'>) {
		this.#shelf = shelf;
		const offer = present(
			offers.find(({ id }) => id === wespeakerId),
			'offer',
		);
		this.#entryId = offer.shelfId('fp32');
	}

	async find(id: string): Promise<ReadyModel | null> {
		if (id !== wespeakerId) return null;
		const model = await this.#shelf.get(this.#entryId);
		const file = graphOf(model);
		if (!file) return null;
		return {
			id,
			title: 'WeSpeaker ResNet34-LM',
			feature: 'telling voices apart',
			precision: 'fp32',
			providers: ['webgpu', 'wasm'],
			licence: 'CC BY 4.0',
			source: { repository: 'Wespeaker/wespeaker-voxceleb-resnet34-LM', path: file.path },
			status: 'ready',
			files: { graph: file },
			data: [],
			// Two seconds of what filterbanks look like; the right answer is the CPU's, found at the first load.
			check: {
				inputs: {
					feats: { type: 'float32', dims: [1, 200, 80], offset: 0, amplitude: 3, step: 0.13 },
				},
				tolerance: 2e-3,
			},
		};
	}

	async open(_model: ReadyModel, { path, bytes, sha256 }: ModelFile): Promise<Blob> {
		const blob = await this.#shelf.file(this.#entryId, { name: path, bytes, sha256 });
		if (blob) return blob;
		throw new ConfabError(
			'ModelUnavailable',
			`The voice embedding cannot be used: "${path}" is not there in full. Delete it and add it again.`,
		);
	}
}

/** The one graph of a whole model of this family; null for anything else. */
function graphOf(model: ShelvedModel | null): ModelFile | null {
	const about = model?.complete ? parseAddedModel(model.about) : null;
	if (about?.family !== 'wespeaker') return null;
	const file = model?.files.find(({ name }) => name === about.graph);
	return file ? { path: file.name, bytes: file.bytes, sha256: file.sha256 } : null;
}
