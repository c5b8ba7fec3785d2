/**
 * Sets the models up: takes every file of `models/catalogue.json` from a folder, a repository or the npm
 * registry, checks it, converts it, and writes what the app loads to `static/models`.
 *
 *     npm run models -- [--offline] [--strict] [--quiet] [--no-recognisers] [--with ID]...
 *
 * Files of repositories are looked for in `CONFAB_WEIGHTS_DIR`, else `CONFAB_SHARED`/weights, else
 * ../shared/weights; then among earlier downloads (`models/.cache`); then at their address. Files of npm
 * packages are fetched by npm itself. `CONFAB_MODEL_SOURCES` (`folder`, `git`, `npm`, with commas) allows
 * only some of these. What is in place and right is left alone. For a model that cannot be had its
 * stand-in is taken, where it has one; else it is reported, and written into the manifest with the
 * reason, so that the app can say which feature is missing; with `--strict` the exit code is then 1.
 *
 * `--quiet` says only what is fetched, and which recognisers cannot be.
 *
 * Recognisers and models whose packages are large come last: `--no-recognisers` leaves them out. `--with ID` adds a
 * recogniser that is not fetched by default, or has such a model fetched with the others; it stays. Without a
 * recogniser everything but words works, so it is reported, and no more.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import util from 'node:util';
import { isFile } from './lib/fetch-file.mjs';
import {
	entryOf,
	isInPlace,
	readManifest,
	removeStrays,
	writeManifest,
	writeWhole,
} from './lib/model-folder.mjs';
import { ModelSources, sourcesOf } from './lib/model-sources.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @typedef {import('./lib/model-sources.mjs').SourceFile} SourceFile
 * @typedef {import('./lib/model-folder.mjs').MadeFile} MadeFile
 * @typedef {import('./lib/model-folder.mjs').Recogniser} Recogniser
 * @typedef {{ name: string, from: string | string[], build?: string }} Part
 * @typedef {{ parts: Record<string, Part>, licenceFile?: string, title?: string, check?: object }} Variant
 * @typedef {Variant & { id: string, title: string, feature: string, precision: string,
 *   providers: string[], standIn?: Variant, standsInFor?: string, late?: boolean }} CatalogueModel
 * @typedef {{ version: number, files: SourceFile[], models: CatalogueModel[],
 *   recognisers?: Recogniser[] }} Catalogue
 * @typedef {{ id: string, reason: string }} Missing
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
 * @param {ReadonlySet<import('./lib/model-sources.mjs').SourceKind>} [options.sources]
 * @param {boolean} [options.recognisers] whether recognisers that are not in place are fetched
 * @param {readonly string[]} [options.extra] recognisers and models to fetch besides those that come by
 *   default
 * @param {typeof fetch} [options.fetch]
 * @param {import('./lib/npm-package.mjs').PackPackage} [options.pack]
 * @param {(line: string) => void} [options.log]
 * @returns {Promise<{ ready: string[], standingIn: string[], missing: Missing[],
 *   missingRecognisers: Missing[], written: string[] }>} models and recognisers by id; `standingIn`:
 *   those that are ready by their stand-in; `written`: files
 * @throws {Error} for an id of `extra` that the catalogue does not have
 */
export async function setUpModels({
	catalogue: cataloguePath = join(root, 'models/catalogue.json'),
	into = join(root, 'static/models'),
	weights = weightsFolder(),
	cache = join(root, 'models/.cache'),
	offline = false,
	sources = sourcesOf(process.env['CONFAB_MODEL_SOURCES']),
	recognisers: fetchRecognisers = true,
	extra = [],
	fetch: get = fetch,
	pack,
	log = () => undefined,
} = {}) {
	/** @type {Catalogue} */
	const catalogue = JSON.parse(await readFile(cataloguePath, 'utf8'));
	const offered = catalogue.recognisers ?? [];
	const known = [...offered, ...catalogue.models.filter(({ late }) => late)];
	for (const id of extra) {
		if (known.some((one) => one.id === id)) continue;
		throw new Error(`There is no "${id}" to add: ${known.map((one) => one.id).join(', ')}`);
	}
	await mkdir(into, { recursive: true });
	const reader = new ModelSources({ root, weights, cache, offline, sources, get, pack, log });
	const shop = new Workshop(catalogue, into, reader, await readManifest(into));
	await shop.prepare();

	/** @type {Missing[]} */
	const missing = [];
	/** @type {{ id: string, status: string, reason?: string, files: Record<string, MadeFile> }[]} */
	const models = [];
	for (const model of catalogue.models) {
		const { id, late, standsInFor } = model;
		if (late && !extra.includes(id) && !shop.wasMade(model)) continue;
		try {
			models.push(await shop.provideModel(model));
		} catch (error) {
			// Nothing is lost with a stand-in while what it stands in for is there.
			const needed = standsInFor === undefined || missing.some((one) => one.id === standsInFor);
			if (!needed) continue;
			const reason = messageOf(error);
			missing.push({ id, reason });
			models.push({ ...shop.describe(model), status: 'missing', reason, files: {} });
		}
	}

	/** @type {Map<string, object>} */
	const inPlace = new Map();
	const save = () => {
		// Whichever came last: a build stays current when nothing but the order would change.
		const place = new Map(catalogue.models.map(({ id }, index) => [id, index]));
		models.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
		const recognisers = offered.flatMap(({ id }) => inPlace.get(id) ?? []);
		return writeManifest(into, { version: catalogue.version, models, recognisers });
	};
	/** @type {Recogniser[]} */
	const wanted = [];
	for (const recogniser of offered) {
		if (await isInPlace(recogniser, into)) inPlace.set(recogniser.id, entryOf(recogniser));
		else if (recogniser.default || extra.includes(recogniser.id)) wanted.push(recogniser);
	}
	await save();
	await removeStrays(into, models, offered);

	/** @type {Missing[]} */
	const missingRecognisers = [];
	for (const recogniser of fetchRecognisers ? wanted : []) {
		try {
			await shop.provideRecogniser(recogniser);
			inPlace.set(recogniser.id, entryOf(recogniser));
			await save();
			log(`${recogniser.id} is in place`);
		} catch (error) {
			missingRecognisers.push({ id: recogniser.id, reason: messageOf(error) });
		}
	}
	for (const model of fetchRecognisers ? catalogue.models : []) {
		if (models.some(({ id }) => id === model.id) || !model.late) continue;
		try {
			models.push(await shop.provideModel(model));
			await save();
			log(`${model.id} is in place`);
		} catch (error) {
			missingRecognisers.push({ id: model.id, reason: messageOf(error) });
		}
	}
	const lost = new Set(missing.map(({ id }) => id));
	const ready = models.map(({ id }) => id).filter((id) => !lost.has(id));
	const standingIn = models.filter((model) => 'standsIn' in model).map(({ id }) => id);
	return { ready, standingIn, missing, missingRecognisers, written: shop.written };
}

/** Makes what the app loads from the files of the catalogue. */
class Workshop {
	#catalogue;
	#into;
	#reader;
	#before;
	#recipe = '';
	/** Files that were written. @type {string[]} */
	written = [];

	/**
	 * @param {Catalogue} catalogue
	 * @param {string} into
	 * @param {ModelSources} reader
	 * @param {Map<string, MadeFile>} before what an earlier run made, by name
	 */
	constructor(catalogue, into, reader, before) {
		this.#catalogue = catalogue;
		this.#into = into;
		this.#reader = reader;
		this.#before = before;
	}

	async prepare() {
		this.#recipe = await hashOfBuilder();
	}

	/** Source files of a part. @param {Part | undefined} part */
	#filesOf(part) {
		return [part?.from ?? []].flat().map((id) => {
			const file = this.#catalogue.files.find((candidate) => candidate.id === id);
			if (!file) throw new Error(`the catalogue has no file "${id}"`);
			return file;
		});
	}

	/** Whether an earlier run has made a model. @param {CatalogueModel} model */
	wasMade({ parts }) {
		return Object.values(parts).every(({ name }) => this.#before.has(name));
	}

	/**
	 * What the manifest says of a model, whether it is here or not.
	 *
	 * @param {CatalogueModel} model
	 * @param {Variant} [variant] the model itself, or its stand-in
	 */
	describe(model, variant = model) {
		const { parts: _, licenceFile: _file, standIn: _variant, late: _late, ...rest } = model;
		const [origin] = this.#filesOf(Object.values(variant.parts)[0]);
		if (!origin) throw new Error(`the catalogue says nothing of the files of "${model.id}"`);
		return {
			...rest,
			...(variant.title !== undefined && { title: variant.title }),
			...(variant.check !== undefined && { check: variant.check }),
			licence: origin.licence,
			source: { ...origin.source, ...(origin.npm !== undefined && { package: origin.npm }) },
		};
	}

	/**
	 * A model, or its stand-in where the model itself cannot be had.
	 *
	 * @param {CatalogueModel} model
	 */
	async provideModel(model) {
		try {
			return { ...this.describe(model), status: 'ready', files: await this.#provideParts(model) };
		} catch (error) {
			if (!model.standIn) throw error;
			const reason = messageOf(error);
			const files = await this.#provideParts(model.standIn).catch(
				(/** @type {unknown} */ second) => {
					throw new Error(`${reason}; ${messageOf(second)}`, { cause: error });
				},
			);
			// Why the preferred one is not in use.
			return { ...this.describe(model, model.standIn), status: 'ready', standsIn: reason, files };
		}
	}

	/** @param {Variant} variant */
	async #provideParts({ parts, licenceFile }) {
		/** @type {Record<string, MadeFile>} */
		const files = {};
		for (const [role, part] of Object.entries(parts)) files[role] = await this.#provide(part);
		if (licenceFile) {
			files['licence'] = await this.#provide({ name: `${licenceFile}.txt`, from: licenceFile });
		}
		return files;
	}

	/** Writes one file of the app, unless it is there already. @param {Part} part */
	async #provide(part) {
		const { name, build } = part;
		const sources = this.#filesOf(part);
		const from = sources.map((source) => source.sha256).join('+');
		const made = `${from}:${build ? `${build}:${this.#recipe}` : 'copy'}`;
		const known = this.#before.get(name);
		if (known?.made === made && (await isFile(join(this.#into, name), known))) {
			return { path: name, bytes: known.bytes, sha256: known.sha256, made };
		}
		/** @type {Buffer[]} */
		const inputs = [];
		for (const source of sources) inputs.push(await this.#reader.read(source));
		const bytes = build ? await convert(build, inputs) : Buffer.concat(inputs);
		await this.#write(name, bytes);
		return { path: name, bytes: bytes.byteLength, sha256: sha256(bytes), made };
	}

	/** Fetches the files of a recogniser, all of one package. @param {Recogniser} recogniser */
	async provideRecogniser({ id, npm, folder, files }) {
		const inPackage = files.map((file) => ({ ...file, path: `${folder}/${file.name}` }));
		const found = await this.#reader.readPackage(npm, inPackage);
		for (const { name, path } of inPackage) {
			const bytes = found.get(path);
			if (bytes) await this.#write(`${id}/${name}`, bytes);
		}
	}

	/** @param {string} name @param {Uint8Array} bytes */
	async #write(name, bytes) {
		const path = join(this.#into, name);
		await mkdir(dirname(path), { recursive: true });
		await writeWhole(path, bytes);
		this.written.push(name);
	}
}

/** @param {unknown} error */
function messageOf(error) {
	return error instanceof Error ? error.message : String(error);
}

/**
 * The converters are TypeScript, and only loaded when something has to be converted.
 *
 * @param {string} name
 * @param {readonly Uint8Array[]} inputs
 * @returns {Promise<Uint8Array>}
 */
async function convert(name, inputs) {
	const { tsImport } = await import('tsx/esm/api');
	const { conversions } = await tsImport('../models/builder/conversions.ts', import.meta.url);
	const conversion = conversions[name];
	if (!conversion) throw new Error(`there is no conversion "${name}"`);
	return conversion(...inputs);
}

/** Changes when the converters change, so that what they made is made anew. */
async function hashOfBuilder() {
	const hash = createHash('sha256');
	for (const folder of ['models/builder', 'src/lib/conversion']) {
		const names = (await readdir(join(root, folder))).filter(
			(name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
		);
		for (const name of names.sort()) hash.update(await readFile(join(root, folder, name)));
	}
	return hash.digest('hex').slice(0, 16);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const { values: flags } = util.parseArgs({
		options: {
			offline: { type: 'boolean', default: false },
			strict: { type: 'boolean', default: false },
			quiet: { type: 'boolean', default: false },
			'no-recognisers': { type: 'boolean', default: false },
			with: { type: 'string', multiple: true, default: [] },
		},
	});
	const { ready, missing, missingRecognisers, written } = await setUpModels({
		offline: flags.offline,
		recognisers: !flags['no-recognisers'],
		extra: flags.with,
		log: (line) => console.error(line),
	});
	if (!flags.quiet) {
		console.log(
			`Models: ${ready.length} ready${written.length > 0 ? ` (${written.length} files written)` : ''}`,
		);
		for (const { id, reason } of missing) console.error(`Model ${id} is missing: ${reason}`);
	}
	for (const { id, reason } of missingRecognisers) {
		console.error(`${id} is missing: ${reason}`);
	}
	if (flags.strict && missing.length + missingRecognisers.length > 0) process.exitCode = 1;
}
