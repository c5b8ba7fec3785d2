import { ConfabError } from '../../support/errors.ts';
import { memo } from '../../support/memo.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { type ByteSource, copyInto, type WantedFile } from './copy-file.ts';
import { sha256Of } from './file-checksum.ts';
import { parseShelfEntry, type ShelfEntry, type ShelfFile } from './shelf-entry.ts';
import { asStorageFull, busy, isNamed } from './shelf-errors.ts';

/** A model on the shelf, and how much of it is there. */
export interface ShelvedModel extends ShelfEntry {
	/** Bytes that are here. They are checked once `complete` is true. */
	readonly presentBytes: number;
	readonly totalBytes: number;
	readonly complete: boolean;
}

const entryName = 'entry.json';

/**
 * Marks a file whose checksum was right when it was written, and holds that checksum. Marks of earlier
 * versions are empty: which checksum it was, the file itself has to tell.
 */
const verifiedSuffix = '.verified';

/** A model's folder is flat: what is a folder in a file's name is a part of its name on disk. */
function diskName(name: string): string {
	return name.replaceAll('/', '!');
}

function markName(name: string): string {
	return `${diskName(name)}${verifiedSuffix}`;
}

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
		const entry = await entryIn(folder, id);
		if (!entry) return null;
		let presentBytes = 0;
		let complete = entry.unfinished !== true;
		for (const file of entry.files) {
			const bytes = (await existing(folder, diskName(file.name)))?.size ?? 0;
			presentBytes += Math.min(bytes, file.bytes);
			complete &&= bytes === file.bytes && (await isVerified(folder, file));
		}
		const totalBytes = entry.files.reduce((sum, file) => sum + file.bytes, 0);
		return { ...entry, presentBytes, totalBytes, complete };
	}

	/**
	 * Says what a model is made of. Files that are there already and belong to it stay; those of one that is
	 * unfinished are looked at again before they pass for whole, for they may be made anew in their places.
	 * @throws ConfabError `StorageFull`.
	 */
	async enter(entry: ShelfEntry): Promise<void> {
		const folder = await this.#modelFolder(entry.id, true);
		if (entry.unfinished === true) {
			for (const name of await namesIn(folder)) {
				if (name.endsWith(verifiedSuffix)) await folder.removeEntry(name);
			}
		}
		await storing(() => writeText(folder, entryName, JSON.stringify(entry)));
	}

	/** The bytes of a file, or null when it is not here in full. The blob reads from disk. */
	async file(id: string, wanted: ShelfFile): Promise<Blob | null> {
		const folder = await this.#modelFolder(id);
		if (!folder) return null;
		const file = await existing(folder, diskName(wanted.name));
		return file?.size === wanted.bytes && (await isVerified(folder, wanted)) ? file : null;
	}

	/**
	 * Writes a file from where an earlier attempt ended, and checks it. What is there of another file of
	 * that name is thrown away.
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
		const kept = await markOf(folder, file.name);
		const another = kept !== null && kept !== '' && kept !== file.sha256;
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
			if (another) access.truncate(0);
			written = await copyInto(access, file, read, tell, signal);
			access.flush();
		} finally {
			access.close();
		}
		await mark(folder, written);
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
		for (const file of entry.files) {
			const { name, bytes } = file;
			if ((await existing(folder, diskName(name)))?.size !== bytes) {
				throw new ConfabError(
					'ModelUnavailable',
					`${name} was not kept in full. Add the model again; what is there is kept.`,
				);
			}
			await mark(folder, file);
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
		const model = folder && (await entryIn(folder, id));
		if (!model) return null;
		const total = model.files.reduce((sum, { bytes }) => sum + bytes, 0);
		const damaged: string[] = [];
		let before = 0;
		for (const file of model.files) {
			const found = await existing(folder, diskName(file.name));
			if (found && (await markOf(folder, file.name)) !== null) {
				const tell = (done: number): void =>
					onProgress?.({
						stage: 'verify',
						subject: file.name,
						done: before + done,
						total,
						unit: 'bytes',
					});
				const right =
					found.size === file.bytes && (await sha256Of(found, tell, signal)) === file.sha256;
				if (right) await mark(folder, file);
				else {
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
		const model = folder && (await entryIn(folder, id));
		if (!model) return;
		const own = model.files.flatMap(({ name }) => [diskName(name), markName(name)]);
		const kept = new Set([entryName, ...own]);
		for (const name of await namesIn(folder)) {
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

/** What a mark says; null without one. */
function markOf(folder: FileSystemDirectoryHandle, name: string): Promise<string | null> {
	return textOf(folder, markName(name));
}

function mark(folder: FileSystemDirectoryHandle, { name, sha256 }: ShelfFile): Promise<void> {
	return storing(() => writeText(folder, markName(name), sha256));
}

/** Whether the file, which is of the right size, is this one and not another of its name. */
async function isVerified(folder: FileSystemDirectoryHandle, file: ShelfFile): Promise<boolean> {
	const kept = await markOf(folder, file.name);
	if (kept !== '') return kept === file.sha256;
	const bytes = await existing(folder, diskName(file.name));
	if (!bytes || (await sha256Of(bytes, () => undefined, undefined)) !== file.sha256) return false;
	// Where it cannot be kept, it is only found out again.
	await mark(folder, file).catch(() => undefined);
	return true;
}

async function namesIn(folder: FileSystemDirectoryHandle): Promise<readonly string[]> {
	const names: string[] = [];
	for await (const [name] of folder.entries()) names.push(name);
	return names;
}

async function entryIn(folder: FileSystemDirectoryHandle, id: string): Promise<ShelfEntry | null> {
	const entry = parseShelfEntry(await textOf(folder, entryName));
	return entry?.id === id ? entry : null;
}

async function textOf(folder: FileSystemDirectoryHandle, name: string): Promise<string | null> {
	return (await existing(folder, name))?.text() ?? null;
}

async function writeText(
	folder: FileSystemDirectoryHandle,
	name: string,
	text: string,
): Promise<void> {
	const handle = await folder.getFileHandle(name, { create: true });
	const writable = await handle.createWritable();
	await writable.write(text);
	await writable.close();
}

async function storing<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw asStorageFull(error);
	}
}
