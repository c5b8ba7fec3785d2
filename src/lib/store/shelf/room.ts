import { ConfabError } from '../../support/errors.ts';

/**
 * Makes sure that as much as this fits into the browser's storage, before any of it is fetched.
 *
 * @param estimate what the browser says of its storage
 * @throws ConfabError `StorageFull` when it does not; nothing was begun.
 */
export async function assertRoom(
	neededBytes: number,
	estimate: () => Promise<StorageEstimate> = () => navigator.storage.estimate(),
): Promise<void> {
	const { quota, usage = 0 } = await estimate();
	// A browser that does not tell how much it gives is taken at what it stores.
	if (quota === undefined) return;
	const free = Math.max(0, quota - usage);
	if (neededBytes <= free) return;
	throw new ConfabError(
		'StorageFull',
		`This needs ${megabytes(neededBytes)}, and the browser has ${megabytes(free)} left for this page. ` +
			'Nothing was begun: delete models or past sessions, or free disk space, then try again.',
	);
}

function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(bytes < 9.5e6 ? 1 : 0)} MB`;
}
