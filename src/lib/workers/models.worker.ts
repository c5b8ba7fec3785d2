import { expose, releaseProxy, type Remote } from 'comlink';
import { addAvsr } from '../../../models/avsr-cocktail/add.ts';
import type { DroppedFile } from '../formats/index.ts';
import type { AvsrKind } from '../recognisers/avsr/manifest.ts';
import { addWhisperFolder } from '../recognisers/whisper/add-folder.ts';
import { whisperOffer } from '../recognisers/whisper/offers.ts';
import { ModelShelf } from '../store/shelf/model-shelf.ts';
import type { OnProgress } from '../support/progress.ts';
import { installTransferHandlers } from './rpc/transfer-handlers.ts';

/** What the models worker answers to. It reaches the app's own origin alone. */
export interface ModelsApi {
	/** See `addAvsr` and, for its offers, `addWhisperFolder`, which knows no kinds. */
	add(
		offer: string,
		kinds: readonly AvsrKind[],
		files: readonly DroppedFile[],
		onProgress: OnProgress,
		signal: AbortSignal,
	): Promise<void>;
}

class ModelsService implements ModelsApi {
	readonly #shelf = new ModelShelf();

	async add(
		...[offer, kinds, files, onProgress, signal]: Parameters<ModelsApi['add']>
	): Promise<void> {
		try {
			if (whisperOffer(offer)) {
				await addWhisperFolder(this.#shelf, files, { offer, onProgress, signal });
			} else await addAvsr(this.#shelf, files, { offer, kinds, onProgress, signal });
		} finally {
			(onProgress as unknown as Remote<() => void>)[releaseProxy]();
		}
	}
}

installTransferHandlers();
expose(new ModelsService());
