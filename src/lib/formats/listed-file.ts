import type { SourceFile } from '../domain/session.ts';

/** A stretch of bytes, end exclusive. */
export interface ByteRange {
	readonly start: number;
	readonly end: number;
}

/** A file in a dropped folder or archive, before anybody knows what it is. */
export interface ListedFile extends SourceFile {
	/** Path inside what was dropped. */
	readonly path: string;
	/** As the operating system names it, such as `audio/mpeg`; empty or absent where it does not. */
	readonly type?: string;
	/**
	 * Some of the bytes; ranges in rising order inside the file. Of a compressed archive entry no more
	 * is unpacked than reaching the last range takes, and nothing is kept.
	 * @throws ConfabError `InvalidSession` when an archive entry is damaged.
	 */
	read(
		ranges: readonly ByteRange[],
		signal?: AbortSignal,
	): Promise<readonly Uint8Array<ArrayBuffer>[]>;
}

/** Bytes of a blob. */
export async function readBlobRanges(
	blob: Blob,
	ranges: readonly ByteRange[],
	signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>[]> {
	const parts: Uint8Array<ArrayBuffer>[] = [];
	for (const { start, end } of ranges) {
		signal?.throwIfAborted();
		parts.push(new Uint8Array(await blob.slice(start, end).arrayBuffer()));
	}
	return parts;
}

/** A plain file from disk. */
export function listFile(path: string, file: File): ListedFile {
	return {
		path,
		size: file.size,
		type: file.type,
		open: (signal) => {
			signal?.throwIfAborted();
			return Promise.resolve(file);
		},
		read: (ranges, signal) => readBlobRanges(file, ranges, signal),
	};
}
