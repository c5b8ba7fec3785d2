import type { SlowOptions } from '../support/progress.ts';
import { damaged } from './checkpoint.ts';
import {
	blobAccess,
	checkRange,
	type FileStore,
	type RandomAccess,
	sectionOf,
} from './random-access.ts';

/** One file of a zip archive. */
export interface ZipEntry {
	readonly path: string;
	readonly compressed: boolean;
	/** In the archive. */
	readonly storedBytes: number;
	/** As a file of its own. */
	readonly bytes: number;
	/** Of the local header, from the start of the archive. */
	readonly headerOffset: number;
}

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const end64LocatorSignature = 0x07064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;

/** The 32-bit value that says: the real one is among the 64-bit ones. */
const elsewhere = 0xffffffff;

const viewOf = (bytes: Uint8Array): DataView =>
	new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A 64-bit length or offset; those beyond 2^53 belong to no file that exists. */
function wide(view: DataView, at: number): number {
	return Number(view.getBigUint64(at, true));
}

/**
 * The table of contents of a zip archive of any size (PKWARE APPNOTE 6.3, zip64 included). Only the
 * table is read.
 *
 * @throws ConfabError `ModelUnavailable` when it is no archive, or is damaged, encrypted, or packed by
 * another method than deflate.
 */
export async function readZipDirectory(archive: RandomAccess): Promise<ZipEntry[]> {
	const { count, offset, length } = await findDirectory(archive);
	const table = await archive.read(offset, length);
	const view = viewOf(table);
	const entries: ZipEntry[] = [];
	let at = 0;
	for (let i = 0; i < count; i++) {
		checkRange(length, at, 46);
		if (view.getUint32(at, true) !== entrySignature) {
			throw damaged('its table of contents is broken');
		}
		const nameLength = view.getUint16(at + 28, true);
		const extraLength = view.getUint16(at + 30, true);
		const commentLength = view.getUint16(at + 32, true);
		checkRange(length, at + 46, nameLength + extraLength + commentLength);
		const path = new TextDecoder().decode(table.subarray(at + 46, at + 46 + nameLength));
		const method = view.getUint16(at + 10, true);
		if (view.getUint16(at + 8, true) & 1) throw damaged(`its entry "${path}" is encrypted`);
		if (method !== 0 && method !== 8) {
			throw damaged(`its entry "${path}" is compressed by a method that is not known (${method})`);
		}
		const extra = table.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
		const [bytes = 0, storedBytes = 0, headerOffset = 0] = wideFields(extra, [
			view.getUint32(at + 24, true),
			view.getUint32(at + 20, true),
			view.getUint32(at + 42, true),
		]);
		entries.push({ path, compressed: method === 8, storedBytes, bytes, headerOffset });
		at += 46 + nameLength + extraLength + commentLength;
	}
	return entries;
}

async function findDirectory(
	archive: RandomAccess,
): Promise<{ count: number; offset: number; length: number }> {
	// The end record is the last 22 bytes, or more where a comment follows it.
	const tailStart = Math.max(0, archive.size - 22 - 0xffff);
	const tail = await archive.read(tailStart, archive.size - tailStart);
	const view = viewOf(tail);
	let end = tail.byteLength - 22;
	while (end >= 0 && view.getUint32(end, true) !== endSignature) end--;
	if (end < 0) throw damaged('it is not a zip archive, or it is cut short');
	const locator = end - 20;
	if (locator >= 0 && view.getUint32(locator, true) === end64LocatorSignature) {
		const record = viewOf(await archive.read(wide(view, locator + 8), 56));
		if (record.getUint32(0, true) !== end64Signature) {
			throw damaged('its table of contents is broken');
		}
		return { count: wide(record, 32), length: wide(record, 40), offset: wide(record, 48) };
	}
	return {
		count: view.getUint16(end + 10, true),
		length: view.getUint32(end + 12, true),
		offset: view.getUint32(end + 16, true),
	};
}

/** Those 32-bit fields that stand among the 64-bit ones (extra field 1) are taken from there, in order. */
function wideFields(extra: Uint8Array, fields: readonly number[]): number[] {
	const view = viewOf(extra);
	let at = 0;
	while (at + 4 <= extra.byteLength) {
		const size = view.getUint16(at + 2, true);
		if (view.getUint16(at, true) === 1) {
			let next = at + 4;
			return fields.map((value) => {
				if (value !== elsewhere) return value;
				checkRange(extra.byteLength, next, 8);
				next += 8;
				return wide(view, next - 8);
			});
		}
		at += 4 + size;
	}
	return [...fields];
}

/** The bytes of an entry as they lie in the archive: after its local header, whose length only it knows. */
export async function contentOf(archive: RandomAccess, entry: ZipEntry): Promise<RandomAccess> {
	const header = viewOf(await archive.read(entry.headerOffset, 30));
	if (header.getUint32(0, true) !== localSignature) {
		throw damaged(`its entry "${entry.path}" is not where it should be`);
	}
	const start = entry.headerOffset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
	return sectionOf(archive, start, entry.storedBytes);
}

/** Bytes that opening an entry takes in `scratch`. */
export function unpackedBytes({ compressed, bytes }: ZipEntry): number {
	return compressed && bytes >= pieceBytes ? bytes : 0;
}

/**
 * An entry as a file to read at any place. One that is stored is read where it lies. One that is
 * compressed cannot be, so it is unpacked, piece by piece, into `scratch` first (or into memory when
 * it is below 1 MiB); the caller removes it there.
 *
 * @throws ConfabError `ModelUnavailable` when it is damaged.
 */
export async function openZipEntry(
	archive: RandomAccess,
	entry: ZipEntry,
	scratch: { readonly store: FileStore; readonly path: string },
	options: SlowOptions = {},
): Promise<RandomAccess> {
	const content = await contentOf(archive, entry);
	if (!entry.compressed) return content;
	if (unpackedBytes(entry) === 0) {
		const pieces: Uint8Array<ArrayBuffer>[] = [];
		for await (const piece of inflated(content, entry.path)) pieces.push(piece);
		return blobAccess(new Blob(pieces));
	}
	const sink = await scratch.store.create(scratch.path);
	try {
		let done = 0;
		for await (const piece of inflated(content, entry.path)) {
			options.signal?.throwIfAborted();
			await sink.write(piece);
			done += piece.byteLength;
			options.onProgress?.({
				stage: 'unpack',
				subject: entry.path,
				done,
				total: entry.bytes,
				unit: 'bytes',
			});
		}
		if (done !== entry.bytes) throw damaged(`its entry "${entry.path}" has another length`);
		await sink.close();
	} catch (error) {
		await sink.discard();
		throw error;
	}
	const file = await scratch.store.open(scratch.path);
	if (!file) throw damaged(`"${entry.path}" was not kept`);
	return file;
}

const pieceBytes = 1 << 20;

async function* inflated(
	content: RandomAccess,
	path: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
	let at = 0;
	const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
		async pull(controller) {
			const length = Math.min(pieceBytes, content.size - at);
			if (length > 0) controller.enqueue(await content.read(at, length));
			at += length;
			if (at >= content.size) controller.close();
		},
	});
	const reader = packed.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			yield value;
		}
	} catch (error) {
		throw damaged(`its entry "${path}" cannot be unpacked (${String(error)})`);
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}
