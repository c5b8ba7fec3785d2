import { damaged } from './checkpoint.ts';

/** Something to read from at any place: a file on disk, one that a person has added, part of either. */
export interface RandomAccess {
	/** In bytes. */
	readonly size: number;
	/**
	 * A copy of some of its bytes.
	 *
	 * @throws ConfabError `ModelUnavailable` when they lie outside.
	 */
	read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Where files are written, and read again later: a folder on disk or in the browser's own storage. */
export interface FileStore {
	/** A file, or null when there is none of that name. */
	open(path: string): Promise<RandomAccess | null>;
	/** A new file, which takes the place of an older one only when it is closed. */
	create(path: string): Promise<FileSink>;
	/** Deletes a file; nothing happens when there is none. */
	remove(path: string): Promise<void>;
}

/** A file that is being written. Ends with `close`, or with `discard`, which leaves nothing. */
export interface FileSink {
	write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
	close(): Promise<void>;
	discard(): Promise<void>;
}

/** A file that a person has added, or any other blob; only what is asked for is read. */
export function blobAccess(blob: Blob): RandomAccess {
	return {
		size: blob.size,
		async read(offset, length) {
			checkRange(blob.size, offset, length);
			return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
		},
	};
}

/** A part of something larger, from `start` on. */
export function sectionOf(source: RandomAccess, start: number, size: number): RandomAccess {
	checkRange(source.size, start, size);
	return {
		size,
		read(offset, length) {
			checkRange(size, offset, length);
			return source.read(start + offset, length);
		},
	};
}

/** @throws ConfabError `ModelUnavailable` for a range that is not within `size`. */
export function checkRange(size: number, offset: number, length: number): void {
	if (offset < 0 || length < 0 || offset + length > size) throw damaged('it is cut short');
}

/** Files in memory: small ones, for tests. */
export class MemoryStore implements FileStore {
	readonly files = new Map<string, Blob>();

	open(path: string): Promise<RandomAccess | null> {
		const blob = this.files.get(path);
		return Promise.resolve(blob ? blobAccess(blob) : null);
	}

	create(path: string): Promise<FileSink> {
		const parts: Uint8Array<ArrayBuffer>[] = [];
		return Promise.resolve({
			write: async (bytes) => void parts.push(bytes.slice()),
			close: async () => void this.files.set(path, new Blob(parts)),
			discard: async () => undefined,
		});
	}

	async remove(path: string): Promise<void> {
		this.files.delete(path);
	}
}
