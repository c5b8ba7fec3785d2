import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ConfabError } from '../../support/errors.ts';
import type { ShelfFile } from './shelf-entry.ts';
import { asStorageFull, mismatch, storageFull } from './shelf-errors.ts';

/** A file that is to be written; what is not known beforehand is not checked. */
export type WantedFile = Pick<ShelfFile, 'name'> & Partial<Pick<ShelfFile, 'bytes' | 'sha256'>>;

/** Where the bytes of a file come from. */
export interface ByteSource {
	/** Position of the first byte of `stream`: the one that was asked for, or 0. */
	readonly startByte: number;
	readonly stream: ReadableStream<Uint8Array>;
}

const rereadBytes = 4 * 1024 * 1024;

/**
 * Appends the source to what is there, hashing both, and checks the whole. Where that shows that what was
 * there was no beginning of it but of another file, the source is read once more, as a whole.
 *
 * @throws as `ModelShelf.write`
 */
export async function copyInto(
	access: FileSystemSyncAccessHandle,
	file: WantedFile,
	read: (startByte: number) => Promise<ByteSource>,
	tell: (done: number) => void,
	signal: AbortSignal | undefined,
): Promise<ShelfFile> {
	const begun = access.getSize() > 0;
	try {
		return await copyOnce(access, file, read, tell, signal);
	} catch (error) {
		const mismatched = error instanceof ConfabError && error.code === 'ModelMismatch';
		if (!begun || !mismatched) throw error;
		return copyOnce(access, file, read, tell, signal);
	}
}

/** When the content is wrong, nothing is left in the file. */
async function copyOnce(
	access: FileSystemSyncAccessHandle,
	file: WantedFile,
	read: (startByte: number) => Promise<ByteSource>,
	tell: (done: number) => void,
	signal: AbortSignal | undefined,
): Promise<ShelfFile> {
	const expected = file.bytes ?? Number.POSITIVE_INFINITY;
	// Without a checksum nothing tells whether what is there belongs to it.
	if (access.getSize() > expected || file.sha256 === undefined) access.truncate(0);
	let hash = sha256.create();
	let at = rehash(access, hash, signal);
	if (at < expected) {
		const { startByte, stream } = await read(at);
		if (startByte !== at) {
			access.truncate(startByte);
			hash = sha256.create();
			at = rehash(access, hash, signal);
		}
		const reader = stream.getReader();
		try {
			for (;;) {
				signal?.throwIfAborted();
				const { done, value } = await reader.read();
				if (done) break;
				if (at + value.byteLength > expected) {
					access.truncate(0);
					throw mismatch(file.name, `it is larger than the expected ${expected} bytes`);
				}
				append(access, value, at);
				hash.update(value);
				at += value.byteLength;
				tell(at);
			}
		} catch (error) {
			await reader.cancel().catch(() => undefined);
			throw error;
		}
	}
	if (file.bytes !== undefined && at < file.bytes) {
		throw new ConfabError(
			'ModelUnavailable',
			`${file.name} broke off after ${at} of ${file.bytes} bytes. What came is kept: try again, and it goes on from there.`,
		);
	}
	const found = bytesToHex(hash.digest());
	if (file.sha256 !== undefined && found !== file.sha256) {
		access.truncate(0);
		throw mismatch(
			file.name,
			`its checksum is ${found.slice(0, 8)}…, not ${file.sha256.slice(0, 8)}…`,
		);
	}
	return { name: file.name, bytes: at, sha256: found };
}

function append(access: FileSystemSyncAccessHandle, bytes: Uint8Array, at: number): void {
	let written: number;
	try {
		written = access.write(bytes, { at });
	} catch (error) {
		throw asStorageFull(error);
	}
	if (written < bytes.byteLength) throw storageFull(new Error('not all bytes were written'));
}

/** Feeds what is in the file already to the hash; gives its size. */
function rehash(
	access: FileSystemSyncAccessHandle,
	hash: { update: (bytes: Uint8Array) => unknown },
	signal: AbortSignal | undefined,
): number {
	const size = access.getSize();
	const block = new Uint8Array(Math.min(size, rereadBytes));
	for (let at = 0; at < size;) {
		signal?.throwIfAborted();
		const count = access.read(block, { at });
		if (count === 0) break;
		hash.update(block.subarray(0, count));
		at += count;
	}
	return size;
}
