/**
 * Sets the models up: takes every file of `models/catalogue.json` from a folder or the network,
 * checks it, converts it, and writes what the app loads to `static/models`.
 *
 *     npm run models -- [--offline] [--strict] [--quiet]
 *
 * Files are looked for in `CONFAB_WEIGHTS_DIR`, else `CONFAB_SHARED`/weights, else ../shared/weights;
 * then among earlier downloads (`models/.cache`); then at their address. What is in place and right
 * is left alone. A model that cannot be had is reported, and written into the manifest with the
 * reason, so that the app can say which feature is missing; with `--strict` the exit code is then 1.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { download, isFile } from './lib/fetch-file.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @typedef {{ id: string, role: string, path?: string, url?: string, committed?: string,
 *   bytes: number, sha256: string, licence: string, source: object }} SourceFile
 * @typedef {{ name: string, from: string, build?: string }} Part
 * @typedef {{ id: string, title: string, feature: string, precision: string, providers: string[],
 *   parts: Record<string, Part>, licenceFile?: string, check?: object }} CatalogueModel
 * @typedef {{ version: number, files: SourceFile[], models: CatalogueModel[] }} Catalogue
 */

/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Folder that weights are taken from before the network is asked. */
export function weightsFolder() {
	const shared = process.env['CONFAB_SHARED'] ?? join(root, '../shared');
	return resolve(process.env['CONFAB_WEIGHTS_DIR'] ?? join(shared, 'weights'));
}

/**
 * @param {object} [options]
 * @param {string} [options.catalogue] path of the catalogue
 * @param {string} [options.into] folder to write
 * @param {string} [options.weights] folder to take files from
 * @param {string} [options.cache] folder that keeps downloads
 * @param {boolean} [options.offline] never use the network
 * @param {typeof fetch} [options.fetch]
 * @param {(line: string) => void} [options.log]
 * @returns {Promise<{ ready: string[], missing: { id: string, reason: string }[], written: string[] }>}
 */
export async function setUpModels({
	catalogue: cataloguePath = join(root, 'models/catalogue.json'),
	into = join(root, 'static/models'),
	weights = weightsFolder(),
	cache = join(root, 'models/.cache'),
	offline = false,
	fetch: get = fetch,
	log = () => undefined,
} = {}) {
	/** @type {Catalogue} */
	const catalogue = JSON.parse(await readFile(cataloguePath, 'utf8'));
	await mkdir(into, { recursive: true });
	const manifestPath = join(into, 'manifest.json');
	const before = await readManifest(manifestPath);
	const recipe = await hashOfBuilder();
	/** @type {string[]} */
	const written = [];

	/** @type {Map<string, Promise<string>>} */
	const located = new Map();
	/** @param {string} id */
	const locateOnce = (id) => {
		const file = catalogue.files.find((candidate) => candidate.id === id);
		if (!file) throw new Error(`the catalogue has no file "${id}"`);
		const known = located.get(id) ?? locate(file, { weights, cache, offline, get, log });
		located.set(id, known);
		return known;
	};

	/** Writes one file of the app, unless it is there already. @param {Part} part */
	async function provide({ name, from, build }) {
		const path = join(into, name);
		const source = catalogue.files.find((file) => file.id === from);
		const made = `${source?.sha256}:${build ? `${build}:${recipe}` : 'copy'}`;
		const known = before.get(name);
		if (known?.made === made && (await isFile(path, known))) {
			return { path: name, bytes: known.bytes, sha256: known.sha256, made };
		}
		const input = await readFile(await locateOnce(from));
		const bytes = build ? await convert(build, input) : input;
		const partial = `${path}.${process.pid}.part`;
		await writeFile(partial, bytes);
		await rename(partial, path);
		written.push(name);
		return { path: name, bytes: bytes.byteLength, sha256: sha256(bytes), made };
	}

	/** @type {{ id: string, reason: string }[]} */
	const missing = [];
	const models = [];
	for (const model of catalogue.models) {
		const { parts, licenceFile, ...described } = model;
		const firstPart = Object.values(parts)[0];
		const origin = catalogue.files.find((file) => file.id === firstPart?.from);
		const entry = { ...described, licence: origin?.licence, source: origin?.source };
		try {
			/** @type {Record<string, object>} */
			const files = {};
			for (const [role, part] of Object.entries(parts)) files[role] = await provide(part);
			if (licenceFile) {
				files['licence'] = await provide({ name: `${licenceFile}.txt`, from: licenceFile });
			}
			models.push({ ...entry, status: 'ready', files });
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			missing.push({ id: model.id, reason });
			models.push({ ...entry, status: 'missing', reason, files: {} });
		}
	}

	const manifest = `${JSON.stringify({ version: catalogue.version, models }, null, '\t')}\n`;
	if ((await readFile(manifestPath, 'utf8').catch(() => '')) !== manifest) {
		const partial = `${manifestPath}.${process.pid}.part`;
		await writeFile(partial, manifest);
		await rename(partial, manifestPath);
	}
	await removeStrays(into, models);
	const ready = catalogue.models
		.map(({ id }) => id)
		.filter((id) => !missing.some((model) => model.id === id));
	return { ready, missing, written };
}

/**
 * Path of a source file that has the catalogue's content.
 *
 * @param {SourceFile} file
 * @param {{ weights: string, cache: string, offline: boolean, get: typeof fetch,
 *   log: (line: string) => void }} options
 */
async function locate(file, { weights, cache, offline, get, log }) {
	if (file.committed) {
		const path = join(root, file.committed);
		if (await isFile(path, file)) return path;
		throw new Error(`${file.committed} is not there, or not the one the catalogue describes`);
	}
	const inFolder = join(weights, file.path ?? '');
	if (await isFile(inFolder, file)) return inFolder;
	const wrong = await stat(inFolder).catch(() => null);
	if (wrong) log(`${inFolder} is not the expected file (checksum differs) and is not used`);

	const cached = join(cache, file.path ?? '');
	if (await isFile(cached, file)) return cached;
	if (offline) throw new Error(`${file.path} is not in ${weights}, and the network is not used`);
	if (!file.url) throw new Error(`${file.path} is not in ${weights}`);
	log(`fetching ${file.path} (${(file.bytes / 1e6).toFixed(1)} MB)`);
	try {
		await download({ ...file, url: file.url }, cached, { fetch: get });
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new Error(`${file.path} is not in ${weights}, and cannot be fetched (${why})`, {
			cause: error,
		});
	}
	return cached;
}

/**
 * The converters are TypeScript, and only loaded when something has to be converted.
 *
 * @param {string} name
 * @param {Uint8Array} input
 * @returns {Promise<Uint8Array>}
 */
async function convert(name, input) {
	const { tsImport } = await import('tsx/esm/api');
	const { conversions } = await tsImport('../models/builder/conversions.ts', import.meta.url);
	const conversion = conversions[name];
	if (!conversion) throw new Error(`there is no conversion "${name}"`);
	return conversion(input);
}

/** Changes when the converters change, so that what they made is made anew. */
async function hashOfBuilder() {
	const folder = join(root, 'models/builder');
	const names = (await readdir(folder)).filter(
		(name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
	);
	const hash = createHash('sha256');
	for (const name of names.sort()) hash.update(await readFile(join(folder, name)));
	return hash.digest('hex').slice(0, 16);
}

/**
 * What an earlier run made, by file name.
 *
 * @param {string} path
 * @returns {Promise<Map<string, { bytes: number, sha256: string, made: string }>>}
 */
async function readManifest(path) {
	try {
		const { models } = JSON.parse(await readFile(path, 'utf8'));
		return new Map(
			models.flatMap((/** @type {{ files: Record<string, { path: string }> }} */ model) =>
				Object.values(model.files).map((file) => [file.path, file]),
			),
		);
	} catch {
		// None yet, or not ours: everything is made anew.
		return new Map();
	}
}

/** A file is written in seconds: one that is still half-written after this long was given up. */
const givenUpMilliseconds = 60 * 60 * 1000;

/**
 * Removes what no model uses (any more), and what a set-up that was killed left half-written; another may
 * be writing just now.
 *
 * @param {string} into
 * @param {{ files: Record<string, any> }[]} models
 */
async function removeStrays(into, models) {
	const used = new Set(['manifest.json']);
	for (const { files } of models) {
		for (const { path } of Object.values(files)) used.add(path);
	}
	for (const name of await readdir(into)) {
		if (used.has(name)) continue;
		const path = join(into, name);
		if (name.endsWith('.part')) {
			const written = await stat(path).catch(() => null);
			if (!written || Date.now() - written.mtimeMs < givenUpMilliseconds) continue;
		}
		await rm(path, { force: true });
	}
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const flags = new Set(process.argv.slice(2));
	const quiet = flags.has('--quiet');
	const { ready, missing, written } = await setUpModels({
		offline: flags.has('--offline'),
		log: (line) => console.error(line),
	});
	if (!quiet) {
		console.log(
			`Models: ${ready.length} ready${written.length > 0 ? ` (${written.length} files written)` : ''}`,
		);
	}
	for (const { id, reason } of missing) console.error(`Model ${id} is missing: ${reason}`);
	if (flags.has('--strict') && missing.length > 0) process.exitCode = 1;
}
