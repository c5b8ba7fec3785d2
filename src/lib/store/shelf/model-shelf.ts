import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ConfabError } from '../../support/errors.ts';
import { memo } from '../../support/memo.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { sha256Of } from './file-checksum.ts';
import { parseShelfEntry, type ShelfEntry, type ShelfFile } from './shelf-entry.ts';
import { asStorageFull, busy, isNamed, mismatch, storageFull } from './shelf-errors.ts';

/** A model on the shelf, and how much of it is there. */
export interface ShelvedModel extends ShelfEntry {
	/** Bytes that are here. They are checked once `complete` is true. */
	readonly presentBytes: number;
	readonly totalBytes: number;
	readonly complete: boolean;
}

/** A file that is to be written; what is not known beforehand is not checked. */
export type WantedFile = Pick<ShelfFile, 'name'> & Partial<Pick<ShelfFile, 'bytes' | 'sha256'>>;

/** Where the bytes of a file come from. */
export interface ByteSource {
	/** Position of the first byte of `stream`: the one that was asked for, or 0. */
	readonly startByte: number;
	readonly stream: ReadableStream<Uint8Array>;
}

const entryName = 'entry.json';

/** Marks a file whose checksum was right when it was written. */
const verifiedSuffix = '.verified';

/** A model's folder is flat: what is a folder in a file's name is a part of its name on disk. */
function diskName(name: string): string {
	return name.replaceAll('/', '!');
}

function markName(name: string): string {
	return `${diskName(name)}${verifiedSuffix}`;
}

const rereadBytes = 4 * 1024 * 1024;

/** The page's private folder in the browser, which no other site and no other program sees. */
async function browserFolder(): Promise<FileSystemDirectoryHandle> {
	const root = await navigator.storage.getDirectory();
	return root.getDirectoryHandle('models', { create: true });
}

/**
 * Models that were added in the browser, in the origin private file system: a folder a model with its
 * files and an entry that says what they should be. Bytes go straight to disk and through the
 * checksum, never through memory as a whole. A file that was cut short goes on where it ends.
 *
 * Writing works in dedicated workers alone.
 */
export class ModelShelf {
	readonly #folder: () => Promise<FileSystemDirectoryHandle>;

	constructor(folder: () => Promise<FileSystemDirectoryHandle> = browserFolder) {
		this.#folder = memo(folder);
	}

	/** Everything on the shelf, incomplete models too, by id. */
	async list(): Promise<readonly ShelvedModel[]> {
		const models: ShelvedModel[] = [];
		const root = await this.#folder();
		for await (const [name, handle] of root.entries()) {
			if (handle.kind !== 'directory') continue;
			const model = await this.get(name);
			if (model) models.push(model);
		}
		return models.sort((a, b) => a.id.localeCompare(b.id));
	}

	/** One model, or null when it is not on the shelf. */
	async get(id: string): Promise<ShelvedModel | null> {
		const folder = await this.#modelFolder(id);
		if (!folder) return null;
		const entry = parseShelfEntry(await textOf(folder, entryName));
		if (entry?.id !== id) return null;
		let presentBytes = 0;
		let complete = entry.unfinished !== true;
		for (const file of entry.files) {
			const bytes = (await existing(folder, diskName(file.name)))?.size ?? 0;
			presentBytes += Math.min(bytes, file.bytes);
			complete &&= bytes === file.bytes && (await isVerified(folder, file.name));
		}
		const totalBytes = entry.files.reduce((sum, file) => sum + file.bytes, 0);
		return { ...entry, presentBytes, totalBytes, complete };
	}

	/**
	 * Says what a model is made of. Files that are there already and belong to it stay.
	 * @throws ConfabError `StorageFull`.
	 */
	async enter(entry: ShelfEntry): Promise<void> {
		const folder = await this.#modelFolder(entry.id, true);
		await storing(async () => {
			const handle = await folder.getFileHandle(entryName, { create: true });
			const writable = await handle.createWritable();
			await writable.write(JSON.stringify(entry));
			await writable.close();
		});
	}

	/** The bytes of a file, or null when it is not here in full. The blob reads from disk. */
	async file(id: string, { name, bytes }: ShelfFile): Promise<Blob | null> {
		const folder = await this.#modelFolder(id);
		if (!folder) return null;
		const file = await existing(folder, diskName(name));
		return file?.size === bytes && (await isVerified(folder, name)) ? file : null;
	}

	/**
	 * Writes a file from where an earlier attempt ended, and checks it.
	 *
	 * @param read opens the source at a byte; it may begin at 0 instead.
	 * @returns what was written; nothing is written when the file is here already.
	 * @throws ConfabError `ModelUnavailable` when the source ends early (what came is kept),
	 * `ModelMismatch` when the content is wrong (nothing is kept), `StorageFull` (what came is kept),
	 * `Busy` when another tab writes it; the signal's reason when aborted (what came is kept).
	 */
	async write(
		id: string,
		file: WantedFile,
		read: (startByte: number) => Promise<ByteSource>,
		{ signal, onProgress }: SlowOptions = {},
	): Promise<ShelfFile> {
		const folder = await this.#modelFolder(id, true);
		if (file.bytes !== undefined && file.sha256 !== undefined) {
			const whole = { name: file.name, bytes: file.bytes, sha256: file.sha256 };
			if (await this.file(id, whole)) return whole;
		}
		await folder.removeEntry(markName(file.name)).catch(() => undefined);
		const handle = await storing(() => folder.getFileHandle(diskName(file.name), { create: true }));
		const access = await exclusive(handle, file.name);
		let written: ShelfFile;
		try {
			const tell = (done: number): void =>
				onProgress?.({
					stage: 'model',
					subject: file.name,
					done,
					total: file.bytes ?? done,
					unit: 'bytes',
				});
			written = await copy(access, file, read, tell, signal);
			access.flush();
		} finally {
			access.close();
		}
		await storing(() => folder.getFileHandle(markName(file.name), { create: true }));
		return written;
	}

	/**
	 * The folder of a model, made if it is not there: for code that makes its files on the shelf, rather
	 * than somewhere else first. Enter it as `unfinished` before, and `adopt` it afterwards.
	 * @throws ConfabError `StorageFull`.
	 */
	folderOf(id: string): Promise<FileSystemDirectoryHandle> {
		return this.#modelFolder(id, true);
	}

	/**
	 * Enters a model whose files were made in its folder, where their checksums were taken as they were
	 * written.
	 * @throws ConfabError `ModelUnavailable` when one of them is not there in full, `StorageFull`.
	 */
	async adopt(entry: ShelfEntry): Promise<void> {
		const folder = await this.#modelFolder(entry.id, true);
		for (const { name, bytes } of entry.files) {
			if ((await existing(folder, diskName(name)))?.size !== bytes) {
				throw new ConfabError(
					'ModelUnavailable',
					`${name} was not kept in full. Add the model again; what is there is kept.`,
				);
			}
			await storing(() => folder.getFileHandle(markName(name), { create: true }));
		}
		await this.enter(entry);
	}

	/**
	 * Reads every file again and checks it. One that is not what it should be counts as absent from then
	 * on, so that the next download or import renews it.
	 *
	 * @returns the files whose content was wrong or that were cut short, by name; null when there is no
	 * such model.
	 */
	async verify(
		id: string,
		{ signal, onProgress }: SlowOptions = {},
	): Promise<readonly string[] | null> {
		const folder = await this.#modelFolder(id);
		const model = folder && (await this.get(id));
		if (!model) return null;
		const damaged: string[] = [];
		let before = 0;
		for (const file of model.files) {
			const found = await existing(folder, diskName(file.name));
			const marked = await isVerified(folder, file.name);
			if (found && marked) {
				const tell = (done: number): void =>
					onProgress?.({
						stage: 'verify',
						subject: file.name,
						done: before + done,
						total: model.totalBytes,
						unit: 'bytes',
					});
				const right =
					found.size === file.bytes && (await sha256Of(found, tell, signal)) === file.sha256;
				if (!right) {
					damaged.push(file.name);
					await folder.removeEntry(markName(file.name));
					// What is there is no beginning of the right file.
					if (found.size >= file.bytes) await folder.removeEntry(diskName(file.name));
				}
			}
			before += file.bytes;
		}
		return damaged;
	}

	/** Removes what lies in a model's folder and is no file of it: what an earlier version of it has left. */
	async prune(id: string): Promise<void> {
		const folder = await this.#modelFolder(id);
		const model = folder && (await this.get(id));
		if (!model) return;
		const own = model.files.flatMap(({ name }) => [diskName(name), markName(name)]);
		const kept = new Set([entryName, ...own]);
		const names: string[] = [];
		for await (const [name] of folder.entries()) names.push(name);
		for (const name of names) {
			if (!kept.has(name)) await folder.removeEntry(name, { recursive: true });
		}
	}

	/** Takes a model off the shelf with all its files. */
	async remove(id: string): Promise<void> {
		const root = await this.#folder();
		try {
			await root.removeEntry(id, { recursive: true });
		} catch (error) {
			if (isNamed(error, 'NotFoundError')) return;
			if (isNamed(error, 'NoModificationAllowedError')) throw busy(id, error);
			throw error;
		}
	}

	#modelFolder(id: string, create: true): Promise<FileSystemDirectoryHandle>;
	#modelFolder(id: string, create?: boolean): Promise<FileSystemDirectoryHandle | null>;
	async #modelFolder(id: string, create = false): Promise<FileSystemDirectoryHandle | null> {
		const root = await this.#folder();
		try {
			return await root.getDirectoryHandle(id, { create });
		} catch (error) {
			if (isNamed(error, 'NotFoundError')) return null;
			throw asStorageFull(error);
		}
	}
}

/** Appends the source to what is there, hashing both. */
async function copy(
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

async function exclusive(
	handle: FileSystemFileHandle,
	name: string,
): Promise<FileSystemSyncAccessHandle> {
	try {
		return await handle.createSyncAccessHandle();
	} catch (error) {
		if (isNamed(error, 'NoModificationAllowedError')) throw busy(name, error);
		throw asStorageFull(error);
	}
}

async function existing(folder: FileSystemDirectoryHandle, name: string): Promise<File | null> {
	try {
		return await (await folder.getFileHandle(name)).getFile();
	} catch (error) {
		if (isNamed(error, 'NotFoundError')) return null;
		throw error;
	}
}

async function isVerified(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
	return (await existing(folder, markName(name))) !== null;
}

async function textOf(folder: FileSystemDirectoryHandle, name: string): Promise<string | null> {
	return (await existing(folder, name))?.text() ?? null;
}

async function storing<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw asStorageFull(error);
	}
}
