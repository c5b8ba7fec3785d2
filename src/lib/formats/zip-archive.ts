import { BlobReader, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js';
import type { FileEntry } from '@zip.js/zip.js/lib/zip-core-native.js';
import { isAbort } from '../support/abort.ts';
import { ConfabError, messageOf } from '../support/errors.ts';
import type { Problem } from '../support/errors.ts';
import { readBlobRanges } from './listed-file.ts';
import type { ListedFile } from './listed-file.ts';
import { maxFiles } from './limits.ts';
import { checkPath, isSystemLitter } from './paths.ts';
import { capProblems } from './problems.ts';
import { entryPath } from './zip-names.ts';

/** The files of an archive. */
export interface ZipListing {
	readonly files: readonly ListedFile[];
	readonly problems: readonly Problem[];
}

/**
 * How much smaller than its content a compressed entry may be. Deflate goes to 1,032 at most; the most
 * repetitive files of a session, the boxes of a face that hardly moves, reach about 30.
 */
const maxRatio = 200;
/** Entries below this may have any ratio: they fit into memory whatever they hold. */
const ratioFreeBytes = 16 * 1024 * 1024;

/** ZIP specification (APPNOTE), section 4.3.7. */
const localHeader = { signature: 0x04034b50, bytes: 30, nameLengthAt: 26, extraLengthAt: 28 };
const stored = 0;
const deflated = 8;

function damaged(archive: string, path: string, reason: string, cause?: unknown): ConfabError {
	const problem = { file: path, message: `is damaged inside ${archive}: ${reason}` };
	return new ConfabError('InvalidSession', `${path} ${problem.message}`, {
		cause,
		problems: [problem],
	});
}

/** Where an entry's bytes lie. The local header repeats the name and may have its own extra field. */
async function entryData(archive: File, entry: FileEntry): Promise<Blob> {
	const headerEnd = entry.offset + localHeader.bytes;
	const bytes = await archive.slice(entry.offset, headerEnd).arrayBuffer();
	const header = new DataView(bytes);
	if (bytes.byteLength < localHeader.bytes || header.getUint32(0, true) !== localHeader.signature) {
		throw damaged(archive.name, entry.filename, 'its header is not where the directory says');
	}
	const start =
		headerEnd +
		header.getUint16(localHeader.nameLengthAt, true) +
		header.getUint16(localHeader.extraLengthAt, true);
	const end = start + entry.compressedSize;
	if (end > archive.size) {
		throw damaged(archive.name, entry.filename, 'the archive ends before it does');
	}
	return archive.slice(start, end);
}

/**
 * Unpacks an entry into `write`, checking its size as it grows and its checksum at the end.
 * `write` returns false when it has had enough.
 */
async function inflate(
	archive: File,
	entry: FileEntry,
	write: (chunk: Uint8Array) => boolean,
	signal?: AbortSignal,
): Promise<void> {
	const enough = new AbortController();
	let written = 0;
	const failures: ConfabError[] = [];
	const sink = new WritableStream<Uint8Array>({
		write(chunk) {
			written += chunk.byteLength;
			if (written > entry.uncompressedSize) {
				const declared = `${entry.uncompressedSize} bytes`;
				const failure = damaged(archive.name, entry.filename, `it is larger than its ${declared}`);
				failures.push(failure);
				throw failure;
			}
			if (!write(chunk)) enough.abort();
		},
	});
	try {
		await entry.getData(sink, {
			signal: signal ? AbortSignal.any([signal, enough.signal]) : enough.signal,
			checkCrc32: true,
			useWebWorkers: false,
		});
	} catch (error) {
		signal?.throwIfAborted();
		if (enough.signal.aborted) return;
		const [failure] = failures;
		if (failure) throw failure;
		if (error instanceof ConfabError || isAbort(error)) throw error;
		throw damaged(archive.name, entry.filename, messageOf(error), error);
	}
	if (!enough.signal.aborted && written !== entry.uncompressedSize) {
		const reason = `it has ${written} bytes, its directory says ${entry.uncompressedSize}`;
		throw damaged(archive.name, entry.filename, reason);
	}
}

function storedFile(path: string, archive: File, entry: FileEntry): ListedFile {
	const open = async (signal?: AbortSignal): Promise<Blob> => {
		signal?.throwIfAborted();
		return entryData(archive, entry);
	};
	return {
		path,
		size: entry.uncompressedSize,
		open,
		read: async (ranges, signal) => readBlobRanges(await open(signal), ranges, signal),
	};
}

function deflatedFile(path: string, archive: File, entry: FileEntry): ListedFile {
	// Opened again while somebody still holds it, it need not be unpacked again.
	let opened: WeakRef<Blob> | null = null;
	return {
		path,
		size: entry.uncompressedSize,
		async open(signal) {
			signal?.throwIfAborted();
			const alive = opened?.deref();
			if (alive) return alive;
			// Small blobs make up the large one, so that the browser may move them out of memory.
			const parts: Blob[] = [];
			await inflate(
				archive,
				entry,
				(chunk) => {
					parts.push(new Blob([chunk.slice()]));
					return true;
				},
				signal,
			);
			const blob = new Blob(parts);
			opened = new WeakRef(blob);
			return blob;
		},
		async read(ranges, signal) {
			const parts = ranges.map(({ start, end }) => new Uint8Array(Math.max(0, end - start)));
			const last = Math.max(0, ...ranges.map(({ end }) => end));
			let at = 0;
			await inflate(
				archive,
				entry,
				(chunk) => {
					for (const [index, { start, end }] of ranges.entries()) {
						const from = Math.max(start, at);
						const to = Math.min(end, at + chunk.byteLength);
						if (from < to) parts[index]?.set(chunk.subarray(from - at, to - at), from - start);
					}
					at += chunk.byteLength;
					return at < last;
				},
				signal,
			);
			return parts;
		},
	};
}

/** Why an entry is not taken, or null. */
function refusal(entry: FileEntry): string | null {
	if (entry.symlink) return 'is a link, expected a file';
	if (entry.encrypted) return 'is encrypted: unpack the archive first';
	if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated) {
		return `is packed with method ${entry.compressionMethod}, expected stored (0) or deflate (8)`;
	}
	if (entry.compressionMethod === stored && entry.compressedSize !== entry.uncompressedSize) {
		return 'is stored, but its two sizes differ';
	}
	if (
		entry.uncompressedSize > ratioFreeBytes &&
		entry.uncompressedSize > maxRatio * entry.compressedSize
	) {
		return (
			`would unpack from ${entry.compressedSize} to ${entry.uncompressedSize} bytes, ` +
			`expected at most ${maxRatio} times its packed size`
		);
	}
	return null;
}

/** Whether two entries share bytes of the archive, which only archives made to overwhelm do. */
function haveOverlap(entries: readonly FileEntry[]): boolean {
	const inOrder = entries.toSorted((a, b) => a.offset - b.offset);
	return inOrder.some((entry, index) => {
		const next = inOrder[index + 1];
		const leastEnd = entry.offset + localHeader.bytes + entry.compressedSize;
		return next !== undefined && leastEnd > next.offset;
	});
}

function refused(archive: File, message: string): ZipListing {
	return { files: [], problems: [{ file: archive.name, message }] };
}

/**
 * Lists an archive by its directory, which is all that is read. Its files are then read in place: a
 * stored one is a slice of the archive, a compressed one is unpacked when it is opened.
 */
export async function listZip(archive: File, signal?: AbortSignal): Promise<ZipListing> {
	const reader = new ZipReader(new BlobReader(archive), {
		useWebWorkers: false,
		// Names are checked below, where one bad name does not cost the whole archive.
		filenameValidation: 'tolerant',
	});
	const entries: FileEntry[] = [];
	try {
		for await (const entry of reader.getEntriesGenerator()) {
			signal?.throwIfAborted();
			if (entry.directory || isSystemLitter(entry.filename)) continue;
			if (entries.length === maxFiles) {
				return refused(archive, `holds more than ${maxFiles} files, which no set of sessions does`);
			}
			entries.push(entry);
		}
	} catch (error) {
		signal?.throwIfAborted();
		const reason = messageOf(error);
		return refused(
			archive,
			archive.size === 0
				? 'is empty (0 bytes)'
				: `cannot be read as a zip archive, or was cut short: ${reason}`,
		);
	} finally {
		await reader.close();
	}
	if (haveOverlap(entries)) {
		return refused(archive, 'holds entries that overlap each other: refused as a zip bomb');
	}
	const unpackedBytes = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
	if (unpackedBytes > 64 * ratioFreeBytes && unpackedBytes > maxRatio * archive.size) {
		const sizes = `${archive.size} to ${unpackedBytes} bytes`;
		return refused(archive, `would unpack from ${sizes}: refused as a zip bomb`);
	}
	const files = new Map<string, ListedFile>();
	const problems: Problem[] = [];
	// Of entries of one name the last is the file: archivers replace one by appending another.
	const last = new Map(entries.map((entry) => [entryPath(entry), entry]));
	for (const [name, entry] of last) {
		const file = `${archive.name}: ${name}`;
		const checked = checkPath(name);
		if (!checked.ok) {
			problems.push({ file, message: `is refused: ${checked.reason}` });
			continue;
		}
		const { path } = checked;
		const reason = files.has(path) ? 'is in the archive twice' : refusal(entry);
		if (reason) problems.push({ file, message: reason });
		else if (entry.compressionMethod === stored) files.set(path, storedFile(path, archive, entry));
		else files.set(path, deflatedFile(path, archive, entry));
	}
	return { files: [...files.values()], problems: capProblems(problems) };
}
