import { offerOf, type HubSource } from '../recognisers/offers.ts';
import { download } from '../store/shelf/download.ts';
import { askHub, hubFileAddress, type HubFiles } from '../store/shelf/hub.ts';
import type { ModelShelf } from '../store/shelf/model-shelf.ts';
import { assertRoom } from '../store/shelf/room.ts';
import type { ShelfFile } from '../store/shelf/shelf-entry.ts';
import type { SlowOptions } from '../support/progress.ts';

export interface DownloadOfferOptions extends SlowOptions {
	readonly fetch?: typeof fetch;
	readonly estimate?: () => Promise<StorageEstimate>;
	/** Waits before another attempt; tests do not. */
	readonly wait?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * Downloads a kind of an offer from the hub onto the shelf, from where an earlier attempt ended.
 *
 * @returns its id on the shelf
 * @throws ConfabError `ModelUnavailable`, `ModelMismatch`, `StorageFull` (before anything is fetched when
 * it cannot fit), `Busy`; the signal's reason. TypeError for what is not offered there.
 */
export async function downloadOffer(
	shelf: ModelShelf,
	offerId: string,
	kind: string,
	{ fetch: get = fetch, estimate, wait, signal, onProgress }: DownloadOfferOptions = {},
): Promise<string> {
	const offer = offerOf(offerId);
	const { hub } = offer;
	if (!hub || !offer.kinds.some((known) => known.kind === kind)) {
		throw new TypeError(`The hub has no "${kind}" of ${offerId}`);
	}
	const id = offer.shelfId(kind);
	const { commit, files } = await filesOf(hub, kind, get, signal);
	const there = await shelf.get(id);
	const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
	// What is there of another commit is replaced, file by file.
	await assertRoom(total - (there?.presentBytes ?? 0), estimate);
	await download(
		shelf,
		{ version: 1, id, files: [...files], about: offer.about(kind, commit) },
		(name) => hubFileAddress(hub.repository, commit, name),
		{ fetch: get, signal, onProgress, ...(wait && { wait }) },
	);
	await shelf.prune(id);
	return id;
}

/** The files with sizes and checksums: as they are known here, else as the hub tells. */
async function filesOf(
	hub: HubSource,
	kind: string,
	get: typeof fetch,
	signal: AbortSignal | undefined,
): Promise<HubFiles> {
	const wanted = hub.files(kind);
	const known = wanted.filter((file): file is ShelfFile => typeof file !== 'string');
	if (known.length === wanted.length) return { commit: hub.revision, files: known };
	const names = wanted.map((file) => (typeof file === 'string' ? file : file.name));
	return askHub(hub.repository, hub.revision, names, get, signal);
}
