import type { ServedModels } from '../../inference/served-models.ts';
import type { ShelvedModel } from '../../store/shelf/model-shelf.ts';
import type { ShelfFile } from '../../store/shelf/shelf-entry.ts';
import { ConfabError } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { type WhisperAbout, whisperAbout, whisperFiles, whisperOffer } from './offers.ts';

/** A Whisper of which all files are here. */
export interface WhisperEntry {
	readonly model: ShelvedModel;
	readonly about: WhisperAbout;
	/** Whether it comes with the app; the shelf has it else. */
	readonly served: boolean;
}

/** The Whispers that the set-up has left beside the app: for the CPU, in the hub's layout. */
export class ServedWhispers {
	readonly #models: Pick<ServedModels, 'recognisers' | 'file'>;

	constructor(models: Pick<ServedModels, 'recognisers' | 'file'>) {
		this.#models = models;
	}

	/** Null for one that is not served whole. */
	async entry(id: string): Promise<WhisperEntry | null> {
		const precisions = whisperOffer(id)?.variants.wasm;
		const files = precisions ? await this.#filesOf(id) : [];
		if (
			!precisions ||
			!whisperFiles(precisions).every((name) => files.some((one) => one.name === name))
		)
			return null;
		const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
		const about = whisperAbout(id, precisions, null);
		const model: ShelvedModel = {
			version: 1,
			id,
			files: files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
			about,
			presentBytes: totalBytes,
			totalBytes,
			complete: true,
		};
		return { model, about, served: true };
	}

	/**
	 * @returns null for a file that the Whisper does not have
	 * @throws ConfabError as `ServedModels.file`.
	 */
	async file(id: string, { name }: ShelfFile, options: SlowOptions): Promise<Blob | null> {
		const found = (await this.#filesOf(id)).find((file) => file.name === name);
		if (!found) return null;
		const { file: path, bytes, sha256 } = found;
		return this.#models.file({ path, bytes, sha256 }, options);
	}

	async #filesOf(id: string): ReturnType<typeof filesIn> {
		try {
			return await filesIn(this.#models, id);
		} catch (error) {
			// Without any list of models nothing is served; whoever asks for the others says so.
			if (error instanceof ConfabError && error.code === 'ModelUnavailable') return [];
			throw error;
		}
	}
}

async function filesIn(models: Pick<ServedModels, 'recognisers'>, id: string) {
	return (await models.recognisers()).find((one) => one.id === id)?.files ?? [];
}
