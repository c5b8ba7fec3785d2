import type { DroppedFile } from '../../formats/index.ts';
import type { AddedModel } from '../../recognisers/added-model.ts';
import {
	type AvsrFile,
	type AvsrKind,
	type AvsrManifest,
	type AvsrShape,
	parseAvsrManifest,
} from '../../recognisers/avsr/manifest.ts';
import { avsrFolders, avsrOffers, unitsFiles, unitsName } from '../../recognisers/avsr/offers.ts';
import { parseUnits } from '../../recognisers/decoding/units.ts';
import { withJobLock } from '../../store/index.ts';
import type { ByteSource } from '../../store/shelf/copy-file.ts';
import type { ModelShelf } from '../../store/shelf/model-shelf.ts';
import type { ShelfEntry, ShelfFile } from '../../store/shelf/shelf-entry.ts';
import { asStorageFull } from '../../store/shelf/shelf-errors.ts';
import { ConfabError } from '../../support/errors.ts';
import type { SlowOptions } from '../../support/progress.ts';
import { damaged } from '../checkpoint.ts';
import { DirectoryStore } from '../directory-store.ts';
import {
	checkpointFolders,
	filesOfZip,
	openPretrained,
	type PretrainedCheckpoint,
	removeUnpacked,
	type SourceFile,
	unpackedBytesOf,
} from '../hugging-face.ts';
import { blobAccess, type FileStore, type RandomAccess } from '../random-access.ts';
import { sha256Of, writeFile } from '../weight-plan.ts';
import { convertAvsr, manifestPath } from './convert.ts';
import { readNetwork } from './network.ts';

/** Where the baseline has its units. */
const unitsPlace =
	'https://github.com/MCoRec/mcorec_baseline, src/tokenizer/spm/unigram/unigram5000_units.txt';

export interface AddAvsrOptions extends SlowOptions {
	/** One of `avsrOffers`. */
	readonly offer: string;
	/** Which artefacts to make, each a model of its own on the shelf. */
	readonly kinds: readonly AvsrKind[];
	/** Told how much is going to be unpacked beside the model, before anything is written. */
	readonly beforeUnpacking?: (bytes: number) => Promise<void>;
}

/**
 * Puts the recogniser on the shelf from what a person has: the archive `model-bin.zip` or its folders
 * (a checkpoint, which is converted), or artefacts that were built elsewhere (`manifest-<kind>.json` and
 * its files, which are copied and checked). The units, which no checkpoint holds, are a file
 * `unigram5000_units.txt` among the rest: by itself, in the checkpoint's folder, or in the archive of the
 * baseline's source code.
 *
 * Everything goes straight to the model's folder on the shelf. What was broken off goes on when the
 * same is added again. It runs in a dedicated worker.
 *
 * @returns ids of the models on the shelf, `<offer>.<kind>`, in the order of `kinds`
 * @throws ConfabError `ModelUnavailable` when something is missing in the files or they are damaged,
 * `ModelMismatch` when they do not belong together, `StorageFull`, `Busy` when another tab adds the
 * same; the signal's reason when aborted.
 */
export async function addAvsr(
	shelf: ModelShelf,
	source: readonly DroppedFile[],
	options: AddAvsrOptions,
): Promise<readonly string[]> {
	const { offer, kinds, signal } = options;
	if (!avsrOffers.includes(offer)) throw new TypeError(`There is no offer "${offer}"`);
	const ids: string[] = [];
	for (const kind of kinds) {
		signal?.throwIfAborted();
		const id = `${offer}.${kind}`;
		await withJobLock(`model ${id}`, () => addKind(shelf, source, id, kind, options));
		ids.push(id);
	}
	return ids;
}

async function addKind(
	shelf: ModelShelf,
	source: readonly DroppedFile[],
	id: string,
	kind: AvsrKind,
	options: AddAvsrOptions,
): Promise<void> {
	const about: AddedModel = { family: 'avsr-cocktail', offer: options.offer, kind };
	const target: Target = { shelf, kind, entry: { version: 1, id, files: [], about } };
	const before = await shelf.get(id);
	try {
		const store = new DirectoryStore(await shelf.folderOf(id));
		const sources = await openSources(source, store);
		const files = sources.flatMap((one) => one.files);
		// What is wrong with the files as a whole is known before anything is written.
		const units = await readUnits(files, options);
		const built = await findBuilt(files, kind, options);
		const folder = built ? null : chooseCheckpoint(files, kind, options);
		await options.beforeUnpacking?.(unpackedFor(built, files, folder));
		// Entered from the start, so that what is left of an attempt can be seen and deleted.
		if (!before) await shelf.enter({ ...target.entry, unfinished: true });
		try {
			if (built) await copyBuilt(target, built, units, options);
			else if (folder !== null) {
				const checkpoint = await openPretrained(files, folder, options);
				await convertHere(target, store, checkpoint, units, options);
			}
		} finally {
			for (const { files: unpacked, stem } of sources) await removeUnpacked(unpacked, store, stem);
		}
	} catch (error) {
		options.signal?.throwIfAborted();
		const wrongFiles =
			error instanceof ConfabError &&
			(error.code === 'ModelUnavailable' || error.code === 'ModelMismatch');
		if (wrongFiles && !before) await shelf.remove(id);
		throw asStorageFull(error);
	}
}

function unpackedFor(
	built: BuiltArtefact | null,
	files: readonly SourceFile[],
	folder: string | null,
): number {
	if (folder !== null) return unpackedBytesOf(files, folder);
	const opened = built ? filesOf(built.manifest).map(({ path }) => built.find(path)) : [];
	return opened.reduce((sum, file) => sum + (file?.unpackedBytes ?? 0), 0);
}

/** The model that is being made. */
interface Target {
	readonly shelf: ModelShelf;
	readonly kind: AvsrKind;
	/** Without its files. */
	readonly entry: ShelfEntry;
}

/** Files of one archive, or all that are none; what is unpacked of it has names that start with the stem. */
interface OpenSource {
	readonly files: readonly SourceFile[];
	readonly stem: string;
}

/** Everything that was given, archives opened. No content is read yet. */
async function openSources(
	source: readonly DroppedFile[],
	scratch: FileStore,
): Promise<OpenSource[]> {
	const isArchive = ({ path }: DroppedFile): boolean => path.toLowerCase().endsWith('.zip');
	const plain = source
		.filter((dropped) => !isArchive(dropped))
		.map(({ path, file }): SourceFile => {
			return { path, bytes: file.size, open: () => Promise.resolve(blobAccess(file)) };
		});
	const sources: OpenSource[] = [{ files: plain, stem: 'plain' }];
	for (const [index, { file }] of source.filter(isArchive).entries()) {
		const stem = `unpacked-${index}`;
		sources.push({ files: await filesOfZip(blobAccess(file), scratch, stem), stem });
	}
	return sources;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The content of the units file, which is small. */
async function readUnits(
	files: readonly SourceFile[],
	options: SlowOptions,
): Promise<Uint8Array<ArrayBuffer>> {
	const found = unitsFiles
		.map((name) => files.find(({ path }) => nameOf(path) === name))
		.find((file) => file !== undefined);
	if (!found) {
		throw new ConfabError(
			'ModelUnavailable',
			`Among what was added, the units that the recogniser writes are missing. Add ${unitsFiles[0]} too: ` +
				`it is in the source code of the baseline, at ${unitsPlace}.`,
		);
	}
	return wholeOf(found, options);
}

/** @throws ConfabError `ModelMismatch` when the units are not those of the network. */
function checkUnits(units: Uint8Array, shape: Pick<AvsrShape, 'units'>): void {
	// Blank is the vocabulary's first, the end of a sentence comes after its last.
	const count = parseUnits(new TextDecoder().decode(units)).units.length + 1;
	if (count === shape.units) return;
	throw new ConfabError(
		'ModelMismatch',
		`The units file has ${count - 2} units, the network puts out ${shape.units - 2}. They are not of one model.`,
	);
}

/** An artefact that was built elsewhere. */
interface BuiltArtefact {
	readonly manifestFile: SourceFile;
	readonly manifest: AvsrManifest;
	/** A file beside the manifest. */
	readonly find: (path: string) => SourceFile | undefined;
}

/** The artefact of this kind among the files, or null when there is none. */
async function findBuilt(
	files: readonly SourceFile[],
	kind: AvsrKind,
	options: AddAvsrOptions,
): Promise<BuiltArtefact | null> {
	const all = files.filter(({ path }) => nameOf(path) === manifestPath(kind));
	const names = [options.offer, avsrFolders[options.offer]];
	const manifestFile =
		all.length > 1 ? all.find(({ path }) => names.includes(nameOf(folderOf(path)))) : all[0];
	if (!manifestFile) {
		if (all.length === 0) return null;
		throw damaged(
			`there are several artefacts (${all.map(({ path }) => path).join(', ')}); add one`,
		);
	}
	const folder = folderOf(manifestFile.path);
	const text = new TextDecoder().decode(await wholeOf(manifestFile, options));
	const manifest = parseAvsrManifest(parseJson(text));
	if (!('graphs' in manifest)) {
		throw damaged(`"${manifestFile.path}" is not of the expected form: ${manifest.join('; ')}`);
	}
	const find = (name: string): SourceFile | undefined =>
		files.find(({ path }) => path === (folder === '' ? name : `${folder}/${name}`));
	const missing = filesOf(manifest).filter(({ path, bytes }) => find(path)?.bytes !== bytes);
	if (missing.length > 0) {
		const names = missing.map(({ path, bytes }) => `${path} (${bytes} bytes)`).join(', ');
		throw damaged(`these files of the artefact are missing or of another size: ${names}`);
	}
	return { manifestFile, manifest, find };
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** All files that a manifest names. */
function filesOf({ graphs }: AvsrManifest): AvsrFile[] {
	return Object.values(graphs).flatMap(({ graphs: variants, data }) => [
		...Object.values(variants).filter((file) => file !== undefined),
		...data,
	]);
}

const shelfFile = ({ path, bytes, sha256 }: AvsrFile): ShelfFile => ({ name: path, bytes, sha256 });

async function copyBuilt(
	{ shelf, kind, entry }: Target,
	{ manifestFile, manifest, find }: BuiltArtefact,
	units: Uint8Array<ArrayBuffer>,
	options: SlowOptions,
): Promise<void> {
	checkUnits(units, manifest.shape);
	const manifestBytes = await wholeOf(manifestFile, options);
	const small = [
		{ name: manifestPath(kind), content: manifestBytes },
		{ name: unitsName, content: units },
	];
	const files = filesOf(manifest).map(shelfFile);
	for (const { name, content } of small) {
		files.push({ name, bytes: content.byteLength, sha256: await sha256Of(content) });
	}
	await shelf.enter({ ...entry, files });
	const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
	let before = 0;
	for (const file of files) {
		const content = small.find(({ name }) => name === file.name)?.content;
		const access = content ? blobAccess(new Blob([content])) : await find(file.name)?.open(options);
		if (!access) throw damaged(`"${file.name}" is gone`);
		await shelf.write(entry.id, file, (start) => Promise.resolve(streamOf(access, start)), {
			signal: options.signal,
			onProgress: ({ done }) =>
				options.onProgress?.({
					stage: 'model',
					subject: file.name,
					done: before + done,
					total,
					unit: 'bytes',
				}),
		});
		before += file.bytes;
	}
}

async function wholeOf(file: SourceFile, options: SlowOptions): Promise<Uint8Array<ArrayBuffer>> {
	const content = await file.open(options);
	return content.read(0, content.size);
}

const pieceBytes = 4 * 1024 * 1024;

/** The bytes from `startByte` on, piece by piece. */
function streamOf(source: RandomAccess, startByte: number): ByteSource {
	let at = startByte;
	const stream = new ReadableStream<Uint8Array>({
		async pull(controller) {
			const length = Math.min(pieceBytes, source.size - at);
			if (length > 0) controller.enqueue(await source.read(at, length));
			at += length;
			if (at >= source.size) controller.close();
		},
	});
	return { startByte, stream };
}

/** The folder of the checkpoint that is meant. */
function chooseCheckpoint(
	files: readonly SourceFile[],
	kind: AvsrKind,
	{ offer }: AddAvsrOptions,
): string {
	const folders = checkpointFolders(files);
	const wanted = avsrFolders[offer];
	const named = folders.find((folder) => nameOf(folder) === wanted);
	if (named !== undefined) return named;
	const others = Object.values(avsrFolders);
	const [only] = folders.filter((folder) => !others.includes(nameOf(folder)));
	if (only !== undefined && folders.length === 1) return only;
	throw damaged(
		folders.length === 0
			? `there are neither weights (model.safetensors, pytorch_model.bin) nor ${manifestPath(kind)} in what was added`
			: `its folder "${wanted}" is not in what was added, only ${folders.map((folder) => `"${nameOf(folder)}"`).join(', ')}`,
	);
}

async function convertHere(
	{ shelf, kind, entry }: Target,
	store: FileStore,
	checkpoint: PretrainedCheckpoint,
	units: Uint8Array<ArrayBuffer>,
	options: SlowOptions,
): Promise<void> {
	const network = readNetwork(checkpoint.tensors, checkpoint.config);
	checkUnits(units, network);
	// From here on files of an earlier model of this id are replaced.
	await shelf.enter({ ...entry, unfinished: true });
	const manifest = await convertAvsr(checkpoint, kind, store, options);
	const written = await writeFile(store, unitsName, units, options);
	const manifestFile = await store.open(manifestPath(kind));
	if (!manifestFile) throw damaged('its manifest was not kept');
	const bytes = await manifestFile.read(0, manifestFile.size);
	const files = [
		...filesOf(manifest),
		written,
		{ path: manifestPath(kind), bytes: bytes.byteLength, sha256: await sha256Of(bytes) },
	];
	await shelf.adopt({ ...entry, files: files.map(shelfFile) });
}
