import { ConfabError } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import type { ModelShelf } from './model-shelf.ts';
import { assertRoom } from './room.ts';
import type { ShelfEntry, ShelfFile } from './shelf-entry.ts';

/** A file that a person has chosen: its path from what was chosen on, and its bytes. */
export interface ImportedFile {
	readonly path: string;
	readonly file: Blob;
}

/**
 * Puts a model whose files are known onto the shelf from files that a person has. Called again after it
 * was broken off, it goes on.
 *
 * @throws ConfabError `ModelUnavailable` naming all files that are missing, `ModelMismatch` for one with
 * other content, `StorageFull` before anything is written when it cannot fit.
 */
export async function importFiles(
	shelf: ModelShelf,
	entry: ShelfEntry,
	chosen: readonly ImportedFile[],
	{ signal, onProgress }: SlowOptions = {},
	estimate?: () => Promise<StorageEstimate>,
): Promise<void> {
	const pairs = entry.files.map((file) => ({ file, source: find(chosen, file) }));
	const missing = pairs.flatMap(({ file, source }) => (source ? [] : [file.name]));
	if (missing.length > 0) {
		throw new ConfabError(
			'ModelUnavailable',
			`Among what was chosen there is no ${missing.join(', no ')}. Nothing was added.`,
		);
	}
	const total = entry.files.reduce((sum, { bytes }) => sum + bytes, 0);
	const there = (await shelf.get(entry.id))?.presentBytes ?? 0;
	await assertRoom(total - there, estimate);
	await shelf.enter(entry);
	let before = 0;
	for (const { file, source } of pairs) {
		await shelf.write(
			entry.id,
			file,
			(startByte) =>
				Promise.resolve({
					startByte,
					stream: (source ?? new Blob()).slice(startByte).stream(),
				}),
			{
				signal,
				onProgress: ({ done }) =>
					onProgress?.({
						stage: 'import',
						subject: file.name,
						done: before + done,
						total,
						unit: 'bytes',
					}),
			},
		);
		before += file.bytes;
	}
}

/** The file of that name, wherever it lies; one of the right size before others. */
function find(chosen: readonly ImportedFile[], { name, bytes }: ShelfFile): Blob | undefined {
	const named = chosen.filter(({ path }) => path === name || path.endsWith(`/${name}`));
	return (named.find(({ file }) => file.size === bytes) ?? named[0])?.file;
}
