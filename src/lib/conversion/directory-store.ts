import { blobAccess, type FileSink, type FileStore, type RandomAccess } from './random-access.ts';

/**
 * A directory of the browser's own storage (or one that a person has picked) to build into. Works in
 * workers and pages. Files have plain names; there are no folders in it.
 */
export class DirectoryStore implements FileStore {
	readonly #directory: FileSystemDirectoryHandle;

	constructor(directory: FileSystemDirectoryHandle) {
		this.#directory = directory;
	}

	async open(path: string): Promise<RandomAccess | null> {
		try {
			return blobAccess(await (await this.#directory.getFileHandle(path)).getFile());
		} catch (error) {
			if (isNotFound(error)) return null;
			throw error;
		}
	}

	async create(path: string): Promise<FileSink> {
		const handle = await this.#directory.getFileHandle(path, { create: true });
		// What is written goes beside the file and takes its place when it is closed.
		const stream = await handle.createWritable();
		return {
			write: (bytes) => stream.write(bytes),
			close: () => stream.close(),
			discard: async () => {
				// It may have failed and closed itself, as it does when storage is full.
				await stream.abort().catch(() => undefined);
				if ((await handle.getFile()).size === 0) await this.remove(path);
			},
		};
	}

	async remove(path: string): Promise<void> {
		try {
			await this.#directory.removeEntry(path);
		} catch (error) {
			if (!isNotFound(error)) throw error;
		}
	}
}

function isNotFound(error: unknown): boolean {
	return error instanceof DOMException && error.name === 'NotFoundError';
}
