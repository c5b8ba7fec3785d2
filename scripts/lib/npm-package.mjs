import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { runCommand } from './command.mjs';

/**
 * Fetches the tarball of a package, such as `left-pad@1.3.0`, into an empty folder.
 *
 * @typedef {(spec: string, folder: string) => Promise<void>} PackPackage
 */

/**
 * By the ordinary npm client, with the registry and the settings that it has here. Nothing of the
 * package is run.
 *
 * @type {PackPackage}
 * @throws {Error} with what npm says
 */
async function packWithNpm(spec, folder) {
	const { code, output } = await runCommand('npm', [
		...['pack', spec, '--pack-destination', folder, '--ignore-scripts', '--loglevel=error'],
		// Its own two retries wait 10 s and 60 s: too long for a machine without network.
		...['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=1000'],
	]);
	if (code === 0) return;
	const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
	const said = lines.find((line) => line !== '' && !/^(code|errno|syscall) /.test(line));
	throw new Error(`npm pack ${spec} failed (${said ?? `exit status ${code}`})`);
}

/** How often it is said that a package is still on its way. */
const stillMilliseconds = 10_000;

/**
 * Packages of the npm registry, their tarballs kept in a folder. After one that cannot be fetched no
 * other is asked for: the registry is out of reach, and every try takes its time.
 */
export class NpmPackages {
	#folder;
	#pack;
	#offline;
	#log;
	/** @type {Error | null} */
	#failure = null;

	/**
	 * @param {object} options
	 * @param {string} options.folder that keeps tarballs
	 * @param {boolean} options.offline whether only those that it has are used
	 * @param {PackPackage} [options.pack]
	 * @param {(line: string) => void} options.log
	 */
	constructor({ folder, offline, pack = packWithNpm, log }) {
		this.#folder = folder;
		this.#pack = pack;
		this.#offline = offline;
		this.#log = log;
	}

	/**
	 * Files of a package, by their path in its tarball. A tarball that lacks one, cannot be read, or of
	 * which one is not right, is fetched once more.
	 *
	 * @param {string} spec name and version
	 * @param {ReadonlySet<string>} paths
	 * @param {(path: string, content: Buffer) => boolean} isRight
	 * @returns {Promise<Map<string, Buffer>>}
	 * @throws {Error} when they cannot be had, or are not right
	 */
	async files(spec, paths, isRight) {
		const tarball = join(this.#folder, `${spec.replaceAll('/', '+')}.tgz`);
		/** @param {Map<string, Buffer>} found */
		const wrong = (found) =>
			[...paths].find((path) => {
				const content = found.get(path);
				return content === undefined || !isRight(path, content);
			});
		if (await stat(tarball).catch(() => null)) {
			const found = await filesOfTarball(tarball, paths).catch(() => null);
			if (found && wrong(found) === undefined) return found;
			await rm(tarball, { force: true });
		}
		await this.#fetch(spec, tarball);
		const found = await filesOfTarball(tarball, paths);
		const other = wrong(found);
		if (other === undefined) return found;
		const what = found.has(other) ? 'is not the expected file (checksum differs)' : 'is missing';
		throw new Error(`${other} of ${spec} ${what}`);
	}

	/** @param {string} spec @param {string} tarball */
	async #fetch(spec, tarball) {
		if (this.#offline) throw new Error(`${spec} was not fetched yet, and the network is not used`);
		if (this.#failure !== null) throw this.#failure;
		await mkdir(this.#folder, { recursive: true });
		const folder = await mkdtemp(join(this.#folder, 'pack-'));
		const started = Date.now();
		this.#log(`fetching ${spec} from the npm registry`);
		const timer = setInterval(() => {
			const seconds = Math.round((Date.now() - started) / 1000);
			this.#log(`still fetching ${spec} (${seconds} s)`);
		}, stillMilliseconds);
		try {
			await this.#pack(spec, folder);
			const [name] = await readdir(folder);
			if (name === undefined) throw new Error(`npm pack ${spec} left no file`);
			await rename(join(folder, name), tarball);
		} catch (error) {
			this.#failure = error instanceof Error ? error : new Error(String(error));
			throw this.#failure;
		} finally {
			clearInterval(timer);
			await rm(folder, { recursive: true, force: true });
		}
	}
}

const blockBytes = 512;

/**
 * Some files of a compressed tar archive (ustar, with pax or GNU records for long names). Whatever else
 * is in it is passed over; nothing is written.
 *
 * @param {string} tarball
 * @param {ReadonlySet<string>} paths
 * @returns {Promise<Map<string, Buffer>>} those that there are
 * @throws {Error} for a damaged archive
 */
export async function filesOfTarball(tarball, paths) {
	/** @type {Map<string, Buffer>} */
	const found = new Map();
	const reader = new StreamReader(createReadStream(tarball).pipe(createGunzip()));
	/** @type {string | null} */
	let longName = null;
	while (found.size < paths.size) {
		const header = await reader.take(blockBytes);
		if (header === null || header[0] === 0) break;
		const size = octal(header, 124, 12);
		if (checksumOf(header) !== octal(header, 148, 8)) throw new Error(`${tarball} is damaged`);
		const type = String.fromCharCode(header[156] ?? 0);
		const prefix = text(header, 345, 155);
		const name = longName ?? `${prefix ? `${prefix}/` : ''}${text(header, 0, 100)}`;
		const padded = Math.ceil(size / blockBytes) * blockBytes;
		const named = type === 'x' || type === 'L';
		const isFile = type === '0' || type === '\0';
		if (named || (isFile && paths.has(name))) {
			const content = (await reader.take(padded))?.subarray(0, size);
			if (!content) throw new Error(`${tarball} is cut short`);
			if (!named) found.set(name, Buffer.from(content));
			longName = named ? nameIn(type, content) : null;
		} else {
			await reader.skip(padded);
			// What a global pax header says is about the archive, not about the next file.
			if (type !== 'g') longName = null;
		}
	}
	reader.close();
	return found;
}

/** @param {string} type @param {Buffer} content */
function nameIn(type, content) {
	if (type === 'L') return content.toString('utf8').replace(/\0.*$/s, '');
	// Records of the form "LENGTH path=NAME\n".
	return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1] ?? null;
}

/** @param {Buffer} header @param {number} at @param {number} length */
function text(header, at, length) {
	return header.toString('utf8', at, at + length).replace(/\0.*$/s, '');
}

/** @param {Buffer} header @param {number} at @param {number} length */
function octal(header, at, length) {
	return Number.parseInt(text(header, at, length).trim() || '0', 8);
}

/** Sum of a header's bytes, those of the checksum taken as spaces. @param {Buffer} header */
function checksumOf(header) {
	let sum = 0;
	for (const [i, byte] of header.entries()) sum += i >= 148 && i < 156 ? 32 : byte;
	return sum;
}

/** Takes bytes off a stream in pieces of any length. */
class StreamReader {
	#stream;
	#chunks;
	/** @type {Buffer[]} */
	#held = [];
	#heldBytes = 0;

	/** @param {import('node:stream').Readable} stream */
	constructor(stream) {
		this.#stream = stream;
		this.#chunks = stream[Symbol.asyncIterator]();
	}

	/** The next bytes, or null when there are not as many. @param {number} bytes */
	async take(bytes) {
		while (this.#heldBytes < bytes) {
			const { done, value } = await this.#chunks.next();
			if (done) return null;
			this.#held.push(value);
			this.#heldBytes += value.byteLength;
		}
		const all = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held);
		if (!all) return Buffer.alloc(0);
		this.#held = [all.subarray(bytes)];
		this.#heldBytes -= bytes;
		return all.subarray(0, bytes);
	}

	/** @param {number} bytes */
	async skip(bytes) {
		for (let left = bytes; left > 0;) {
			const part = Math.min(left, 1 << 16);
			if (!(await this.take(part))) return;
			left -= part;
		}
	}

	close() {
		this.#stream.destroy();
	}
}
