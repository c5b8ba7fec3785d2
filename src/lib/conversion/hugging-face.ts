import * as v from 'valibot';
import type { SlowOptions } from '../support/progress.ts';
import { damaged, type StoredCheckpoint, type StoredTensor } from './checkpoint.ts';
import { openPyTorchCheckpoint } from './pytorch.ts';
import type { FileStore, RandomAccess } from './random-access.ts';
import { openSafetensors } from './safetensors.ts';
import { openZipEntry, readZipDirectory, unpackedBytes } from './zip-archive.ts';

/** One file of what a person has downloaded, in a folder or in an archive. */
export interface SourceFile {
	/** With forward slashes. */
	readonly path: string;
	readonly bytes: number;
	/** What opening it takes in the scratch of its archive; nothing for most. */
	readonly unpackedBytes?: number;
	/** To read at any place; unpacks it first where that must be. */
	open(options?: SlowOptions): Promise<RandomAccess>;
}

/** Weight files in the order of preference, as `save_pretrained` names them. */
const weightFiles = [
	'model.safetensors',
	'model.safetensors.index.json',
	'pytorch_model.bin',
	'pytorch_model.bin.index.json',
] as const;

const shardIndexSchema = v.object({ weight_map: v.record(v.string(), v.string()) });

/**
 * The files of a zip archive. Those that are compressed are unpacked into `scratch` when they are
 * opened, under names that start with `stem`; the caller removes them (`removeUnpacked`).
 *
 * @throws ConfabError `ModelUnavailable` when it is no archive, or a damaged one.
 */
export async function filesOfZip(
	archive: RandomAccess,
	scratch: FileStore,
	stem = 'unpacked',
): Promise<SourceFile[]> {
	const entries = await readZipDirectory(archive);
	return entries
		.filter(({ path }) => !path.endsWith('/'))
		.map((entry, index) => ({
			path: entry.path,
			bytes: entry.bytes,
			unpackedBytes: unpackedBytes(entry),
			open: (options = {}) =>
				openZipEntry(archive, entry, { store: scratch, path: `${stem}-${index}` }, options),
		}));
}

/** Deletes what `filesOfZip` has left behind. */
export async function removeUnpacked(
	files: readonly SourceFile[],
	scratch: FileStore,
	stem = 'unpacked',
): Promise<void> {
	for (let index = 0; index < files.length; index++) await scratch.remove(`${stem}-${index}`);
}

/**
 * The folders among these files that hold a checkpoint in the layout of Hugging Face's
 * `save_pretrained`: its path without a slash at its end, '' for the files themselves.
 */
export function checkpointFolders(files: readonly SourceFile[]): string[] {
	const folders = files
		.filter(({ path }) => weightFiles.some((name) => name === nameOf(path)))
		.map(({ path }) => folderOf(path));
	return [...new Set(folders)].sort();
}

/** What opening the checkpoint of a folder unpacks into the scratch of its archive, in bytes. */
export function unpackedBytesOf(files: readonly SourceFile[], folder: string): number {
	const inside = files.filter(({ path }) => folderOf(path) === folder);
	const find = (name: string): SourceFile | undefined =>
		inside.find(({ path }) => nameOf(path) === name);
	const weights = weightFiles.map(find).find((file) => file !== undefined);
	if (!weights) return 0;
	const opened = weights.path.endsWith('.json')
		? inside.filter(({ path }) => /\.(safetensors|bin)$/.test(path))
		: [weights];
	return opened.reduce((sum, file) => sum + (file.unpackedBytes ?? 0), 0);
}

function nameOf(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** A checkpoint in the layout of `save_pretrained`. */
export interface PretrainedCheckpoint {
	readonly tensors: StoredCheckpoint;
	/** Content of `config.json`; null when there is none. */
	readonly config: unknown;
}

/**
 * Opens the checkpoint of one folder: safetensors or PyTorch, one file or several with an index.
 *
 * @param folder one of `checkpointFolders`
 * @throws ConfabError `ModelUnavailable` when files are missing or damaged.
 */
export async function openPretrained(
	files: readonly SourceFile[],
	folder: string,
	options: SlowOptions = {},
): Promise<PretrainedCheckpoint> {
	const find = (name: string): SourceFile | undefined =>
		files.find(({ path }) => path === (folder === '' ? name : `${folder}/${name}`));
	const weights = weightFiles.map(find).find((file) => file !== undefined);
	if (!weights) throw damaged(`the folder "${folder}" holds no weights`);
	const config = find('config.json');
	return {
		tensors: weights.path.endsWith('.json')
			? await openShards(weights, find, options)
			: await openFile(weights, options),
		config: config ? await readJson(config, options) : null,
	};
}

async function openFile(file: SourceFile, options: SlowOptions): Promise<StoredCheckpoint> {
	const source = await file.open(options);
	return file.path.endsWith('.bin') ? openPyTorchCheckpoint(source) : openSafetensors(source);
}

async function openShards(
	index: SourceFile,
	find: (name: string) => SourceFile | undefined,
	options: SlowOptions,
): Promise<StoredCheckpoint> {
	const parsed = v.safeParse(shardIndexSchema, await readJson(index, options));
	if (!parsed.success) throw damaged(`"${index.path}" is no index of weights`);
	const names = [...new Set(Object.values(parsed.output.weight_map))].sort();
	const shards = names.map((name) => ({ name, file: find(name) }));
	const missing = shards.flatMap(({ name, file }) => (file ? [] : [name]));
	if (missing.length > 0) throw damaged(`these parts of it are missing: ${missing.join(', ')}`);
	const tensors = new Map<string, StoredTensor>();
	for (const { file } of shards) {
		if (!file) continue;
		for (const [name, tensor] of await openFile(file, options)) tensors.set(name, tensor);
	}
	return tensors;
}

async function readJson(file: SourceFile, options: SlowOptions): Promise<unknown> {
	const source = await file.open(options);
	try {
		return JSON.parse(new TextDecoder().decode(await source.read(0, source.size)));
	} catch (error) {
		options.signal?.throwIfAborted();
		throw damaged(`"${file.path}" is not JSON (${String(error)})`);
	}
}
