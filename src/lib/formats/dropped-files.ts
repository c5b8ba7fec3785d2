import { ConfabError, messageOf } from '../support/errors.ts';
import type { Problem } from '../support/errors.ts';
import { maxFiles } from './limits.ts';
import { isSystemLitter } from './paths.ts';

/** A file somebody chose or dropped. */
export interface DroppedFile {
	/** Path from what was dropped on, its own name first: `session_01/metadata.json`. */
	readonly path: string;
	readonly file: File;
}

export interface DroppedFiles {
	readonly files: readonly DroppedFile[];
	/** What could not be read. */
	readonly problems: readonly Problem[];
}

/** @throws ConfabError `InvalidSession` once there are too many files. */
function checkCount(count: number): void {
	if (count <= maxFiles) return;
	const message = `More than ${maxFiles.toLocaleString('en')} files: drop the sessions alone`;
	throw new ConfabError('InvalidSession', message);
}

/**
 * The files of a file or folder picker.
 * @throws ConfabError `InvalidSession` for more files than any set of sessions has.
 */
export function pickedFiles(files: Iterable<File>): readonly DroppedFile[] {
	const picked: DroppedFile[] = [];
	for (const file of files) {
		// Empty for the file picker.
		const path = file.webkitRelativePath || file.name;
		if (!isSystemLitter(path)) picked.push({ path, file });
		checkCount(picked.length);
	}
	return picked;
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
	return entry.isFile;
}

function isFolderEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
	return entry.isDirectory;
}

/** All entries of a folder: the reader hands out a hundred at a time, then an empty list. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
	const reader = folder.createReader();
	const all: FileSystemEntry[] = [];
	for (;;) {
		const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
			reader.readEntries(resolve, reject);
		});
		if (batch.length === 0) return all;
		all.push(...batch);
		checkCount(all.length);
	}
}

/**
 * All files below what was dropped. The caller takes the entries from the drop event
 * (`DataTransferItem.webkitGetAsEntry`) before its handler returns: afterwards they are gone.
 * @throws ConfabError `InvalidSession` for more files than any set of sessions has.
 */
export async function droppedFiles(
	entries: readonly FileSystemEntry[],
	signal?: AbortSignal,
): Promise<DroppedFiles> {
	const files: DroppedFile[] = [];
	const problems: Problem[] = [];
	let level = [...entries];
	while (level.length > 0) {
		const below = await Promise.all(
			level.map(async (entry): Promise<FileSystemEntry[]> => {
				signal?.throwIfAborted();
				const path = entry.fullPath.replace(/^\//, '');
				if (isSystemLitter(path)) return [];
				try {
					if (isFolderEntry(entry)) return await entriesOf(entry);
					if (!isFileEntry(entry)) return [];
					const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
					files.push({ path, file });
					checkCount(files.length);
				} catch (error) {
					if (error instanceof ConfabError) throw error;
					problems.push({ file: path, message: `cannot be read: ${messageOf(error)}` });
				}
				return [];
			}),
		);
		level = below.flat();
	}
	// The order in which callbacks came back says nothing; the same drop, the same list.
	files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
	return { files, problems };
}
