import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { download, isFile } from './fetch-file.mjs';
import { NpmPackages } from './npm-package.mjs';

/**
 * A file of the catalogue. It is committed here, or lies in a repository at a pinned commit (`url`), or
 * in a package of the npm registry (`npm`: name and version), where `range` tells of the part of a file.
 *
 * @typedef {{ id: string, role: string, path?: string, url?: string, committed?: string, npm?: string,
 *   range?: { start: number, end: number }, bytes: number, sha256: string, licence: string,
 *   source: { repository: string, commit?: string, path: string } }} SourceFile
 */

/** Kinds of places that files come from, besides what is committed. */
const sourceKinds = /** @type {const} */ (['folder', 'git', 'npm']);

/** @typedef {(typeof sourceKinds)[number]} SourceKind */

/**
 * What `CONFAB_MODEL_SOURCES` allows: all, or those it lists (`npm`, `folder,git`).
 *
 * @param {string | undefined} listed
 * @returns {ReadonlySet<SourceKind>}
 * @throws {Error} for a kind that there is not
 */
export function sourcesOf(listed) {
	if (!listed) return new Set(sourceKinds);
	const names = listed.split(',').map((name) => name.trim());
	return new Set(
		names.map((name) => {
			const kind = sourceKinds.find((known) => known === name);
			if (!kind)
				throw new Error(`CONFAB_MODEL_SOURCES knows ${sourceKinds.join(', ')}, not ${name}`);
			return kind;
		}),
	);
}

/** How long a host may take to answer at all before none of its files is asked for. */
const reachMilliseconds = 4000;

/** Gets files of the catalogue, each with the content that the catalogue says. */
export class ModelSources {
	#root;
	#weights;
	#cache;
	#offline;
	#sources;
	#get;
	#log;
	#packages;
	/** @type {Map<string, Promise<Buffer>>} */
	#asked = new Map();
	/** Why a host cannot be reached, null when it can. @type {Map<string, Promise<string | null>>} */
	#hosts = new Map();

	/**
	 * @param {object} options
	 * @param {string} options.root of the project
	 * @param {string} options.weights folder to take files from
	 * @param {string} options.cache folder that keeps downloads
	 * @param {boolean} options.offline never use the network
	 * @param {ReadonlySet<SourceKind>} options.sources
	 * @param {typeof fetch} options.get
	 * @param {import('./npm-package.mjs').PackPackage | undefined} options.pack
	 * @param {(line: string) => void} options.log
	 */
	constructor({ root, weights, cache, offline, sources, get, pack, log }) {
		this.#root = root;
		this.#weights = weights;
		this.#cache = cache;
		this.#offline = offline;
		this.#sources = sources;
		this.#get = get;
		this.#log = log;
		this.#packages = new NpmPackages({
			folder: join(cache, 'npm'),
			offline,
			log,
			...(pack && { pack }),
		});
	}

	/**
	 * The content of a file.
	 *
	 * @param {SourceFile} file
	 * @returns {Promise<Buffer>}
	 * @throws {Error} when it cannot be had
	 */
	async read(file) {
		const known = this.#asked.get(file.id) ?? this.#read(file);
		this.#asked.set(file.id, known);
		return known;
	}

	/**
	 * Files of one package, read in one go.
	 *
	 * @param {string} npm name and version
	 * @param {readonly { path: string, bytes: number, sha256: string }[]} files
	 * @returns {Promise<Map<string, Buffer>>} by path
	 * @throws {Error} when one cannot be had
	 */
	async readPackage(npm, files) {
		if (!this.#sources.has('npm'))
			throw new Error(`${npm} is in npm's registry, which is not used`);
		const expected = new Map(files.map((file) => [file.path, file]));
		return this.#packages.files(npm, new Set(expected.keys()), (path, content) =>
			isContent(content, expected.get(path)),
		);
	}

	/** @param {SourceFile} file */
	async #read(file) {
		const { npm, range, path = '' } = file;
		if (npm === undefined) return readFile(await this.#locate(file));
		if (!this.#sources.has('npm'))
			throw new Error(`${npm} is in npm's registry, which is not used`);
		/** @param {Buffer} content */
		const part = (content) => (range ? content.subarray(range.start, range.end) : content);
		const found = await this.#packages.files(npm, new Set([path]), (_, content) =>
			isContent(part(content), file),
		);
		return part(found.get(path) ?? Buffer.alloc(0));
	}

	/**
	 * Path of a file that lies by itself.
	 *
	 * @param {SourceFile} file
	 */
	async #locate(file) {
		if (file.committed) {
			const path = join(this.#root, file.committed);
			if (await isFile(path, file)) return path;
			throw new Error(`${file.committed} is not there, or not the one the catalogue describes`);
		}
		const { path = '', url } = file;
		if (this.#sources.has('folder')) {
			const inFolder = join(this.#weights, path);
			if (await isFile(inFolder, file)) return inFolder;
			if (await stat(inFolder).catch(() => null)) {
				this.#log(`${inFolder} is not the expected file (checksum differs) and is not used`);
			}
		}
		if (!this.#sources.has('git')) throw new Error(`${path} is in a repository, which is not used`);
		const cached = join(this.#cache, path);
		if (await isFile(cached, file)) return cached;
		const absent = `${path} is not in the folder of weights`;
		if (this.#offline) throw new Error(`${absent}, and the network is not used`);
		if (!url) throw new Error(absent);
		const unreachable = await this.#reach(url);
		if (unreachable !== null) throw new Error(`${absent}, and cannot be fetched (${unreachable})`);
		this.#log(`fetching ${path} (${(file.bytes / 1e6).toFixed(1)} MB)`);
		try {
			await download({ ...file, url }, cached, { fetch: this.#get });
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			throw new Error(`${absent}, and cannot be fetched (${why})`, { cause: error });
		}
		return cached;
	}

	/** Why the host of an address cannot be reached; null when it answers, whatever it says. @param {string} url */
	#reach(url) {
		const { origin, host } = new URL(url);
		const known =
			this.#hosts.get(origin) ??
			this.#get(origin, {
				method: 'HEAD',
				redirect: 'manual',
				signal: AbortSignal.timeout(reachMilliseconds),
			}).then(
				() => null,
				(/** @type {unknown} */ error) => `${host} cannot be reached: ${messageOf(error)}`,
			);
		this.#hosts.set(origin, known);
		return known;
	}
}

/** @param {unknown} error */
function messageOf(error) {
	if (!(error instanceof Error)) return String(error);
	// Node's fetch says only "fetch failed"; why is in the cause.
	return error.cause instanceof Error ? error.cause.message : error.message;
}

/** @param {Buffer} content @param {{ bytes: number, sha256: string } | undefined} expected */
function isContent(content, expected) {
	return (
		content.byteLength === expected?.bytes &&
		createHash('sha256').update(content).digest('hex') === expected.sha256
	);
}
