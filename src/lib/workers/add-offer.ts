import { addAvsr } from '../conversion/avsr/add.ts';
import type { DroppedFile } from '../formats/index.ts';
import { offerOf, type Offer } from '../recognisers/offers.ts';
import { addWhisperFolder } from '../recognisers/whisper/add-folder.ts';
import { importFiles } from '../store/shelf/import-files.ts';
import type { ModelShelf } from '../store/shelf/model-shelf.ts';
import { assertRoom } from '../store/shelf/room.ts';
import type { ShelfFile } from '../store/shelf/shelf-entry.ts';
import { AssertionError } from '../support/assert.ts';
import type { SlowOptions } from '../support/progress.ts';

export interface AddOptions extends SlowOptions {
	/** Finds out beforehand what the first run of a model on the shelf would have to. */
	readonly check: (shelfId: string, options: SlowOptions) => Promise<void>;
	readonly estimate?: () => Promise<StorageEstimate>;
}

/**
 * Puts kinds of an offer onto the shelf from files that a person has. Aborted and called again with the
 * same, it goes on.
 *
 * @throws ConfabError `ModelUnavailable` when something is missing in them, `ModelMismatch` for wrong
 * files, `StorageFull` (before anything is begun when what it takes cannot fit), `Busy`; the signal's
 * reason.
 */
export async function addOffer(
	shelf: ModelShelf,
	offerId: string,
	kinds: readonly string[],
	files: readonly DroppedFile[],
	{ check, estimate, ...options }: AddOptions,
): Promise<void> {
	const offer = offerOf(offerId);
	for (const kind of kinds) {
		const id = offer.shelfId(kind);
		const about = offer.about(kind, offer.commit);
		const bytes = offer.kinds.find((form) => form.kind === kind)?.bytes ?? 0;
		const lacking = bytes - ((await shelf.get(id))?.presentBytes ?? 0);
		await assertRoom(lacking, estimate);
		switch (about.family) {
			case 'avsr-cocktail':
				await addAvsr(shelf, files, {
					...options,
					offer: offerId,
					kinds: [about.kind],
					beforeUnpacking: (unpacked) => assertRoom(lacking + unpacked, estimate),
				});
				await checkIfPossible(() => check(id, options), options.signal);
				break;
			case 'whisper': {
				const prefer = kind === 'webgpu' ? 'webgpu' : 'wasm';
				await addWhisperFolder(shelf, files, { ...options, offer: offerId, prefer });
				await shelf.prune(id);
				break;
			}
			case 'wespeaker':
			case 'segmentation':
				await importFiles(
					shelf,
					{ version: 1, id, files: knownFiles(offer, kind), about },
					files,
					options,
					estimate,
				);
		}
	}
}

/** A model that cannot be checked here is on the shelf all the same: its first run tries again, and tells. */
async function checkIfPossible(
	check: () => Promise<void>,
	signal: AbortSignal | undefined,
): Promise<void> {
	try {
		await check();
	} catch (error) {
		signal?.throwIfAborted();
		if (error instanceof TypeError || error instanceof AssertionError) throw error;
	}
}

function knownFiles({ hub }: Offer, kind: string): ShelfFile[] {
	return (hub?.files(kind) ?? []).filter((file): file is ShelfFile => typeof file !== 'string');
}
