import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the service worker's script in a build. */
const serviceWorkerName = 'service-worker.js';

/** What the list is called inside the service worker. */
const listName = 'confabFiles';

/**
 * Not to be kept: the headers' file is for the host, the service worker is kept by the browser itself,
 * and the version file is what tells of news.
 */
const leftOut = new Set([serviceWorkerName, '_headers', '_app/version.json']);

/** Folders of large files, each a part of its own; all else is the app itself. */
const largeParts = ['models', 'runtime', 'demo'];

/**
 * Every file of a build that can be kept for work without the network, by what it holds.
 *
 * @param {string} buildFolder
 */
export function offlineList(buildFolder) {
	const files = readdirSync(buildFolder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(join(buildFolder, '/').length))
		.map((path) => path.replaceAll('\\', '/'))
		.filter((path) => !leftOut.has(path))
		.sort()
		.map((path) => {
			const bytes = readFileSync(join(buildFolder, path));
			const [folder = ''] = path.split('/');
			return {
				path,
				bytes: bytes.byteLength,
				sha256: createHash('sha256').update(bytes).digest('hex'),
				part: largeParts.includes(folder) ? folder : 'app',
			};
		});
	const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
	return { version, files };
}

/**
 * Writes the list at the head of the build's service worker: so the worker is another one whenever a
 * file is, which is how a browser notices a new version.
 *
 * @param {string} buildFolder
 * @throws {Error} when the build has no service worker
 */
export function writeOfflineList(buildFolder) {
	const script = join(buildFolder, serviceWorkerName);
	if (!existsSync(script)) throw new Error(`${script} is missing`);
	const head = `self.${listName}=`;
	const code = readFileSync(script, 'utf8');
	const body = code.startsWith(head) ? code.slice(code.indexOf('\n') + 1) : code;
	writeFileSync(script, `${head}${JSON.stringify(offlineList(buildFolder))};\n${body}`);
}
