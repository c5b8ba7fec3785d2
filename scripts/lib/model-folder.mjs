import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import process from 'node:process';
import { isFile } from './fetch-file.mjs';

/**
 * The folder of what the app loads, with the list of it.
 *
 * @typedef {{ path: string, bytes: number, sha256: string, made: string }} MadeFile
 * @typedef {{ id: string, default: boolean, npm: string, folder: string, licence: string,
 *   source: { repository: string }, files: { name: string, bytes: number, sha256: string }[] }} Recogniser
 */

const manifestName = 'manifest.json';

/** Writes a file that is there only when it is whole. @param {string} path @param {Uint8Array | string} content */
export async function writeWhole(path, content) {
	const partial = `${path}.${process.pid}.part`;
	await writeFile(partial, content);
	await rename(partial, path);
}

/** @param {Recogniser} recogniser @param {string} into */
export async function isInPlace({ id, files }, into) {
	for (const file of files) {
		if (!(await isFile(join(into, id, file.name), file))) return false;
	}
	return true;
}

/** What the manifest says of a recogniser that is in place. @param {Recogniser} recogniser */
export function entryOf({ id, npm, folder, files, licence, source }) {
	return {
		id,
		files: files.map(({ name, bytes, sha256 }) => ({ name, file: `${id}/${name}`, bytes, sha256 })),
		licence,
		source: { ...source, package: npm, path: folder },
	};
}

/** @param {string} into @param {object} manifest */
export async function writeManifest(into, manifest) {
	const path = join(into, manifestName);
	const text = `${JSON.stringify(manifest, null, '\t')}\n`;
	if ((await readFile(path, 'utf8').catch(() => '')) !== text) await writeWhole(path, text);
}

/**
 * What an earlier run made, by file name.
 *
 * @param {string} into
 * @returns {Promise<Map<string, MadeFile>>}
 */
export async function readManifest(into) {
	try {
		const { models } = JSON.parse(await readFile(join(into, manifestName), 'utf8'));
		return new Map(
			models.flatMap((/** @type {{ files: Record<string, MadeFile> }} */ model) =>
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
 * @param {readonly { files: Record<string, MadeFile> }[]} models
 * @param {readonly Recogniser[]} recognisers
 */
export async function removeStrays(into, models, recognisers) {
	const used = new Set([manifestName]);
	for (const { files } of models) {
		for (const { path } of Object.values(files)) used.add(path);
	}
	for (const { id, files } of recognisers) for (const { name } of files) used.add(`${id}/${name}`);
	const folders = new Set(recognisers.map(({ id }) => id));
	for (const entry of await readdir(into, { recursive: true, withFileTypes: true })) {
		const path = join(entry.parentPath, entry.name);
		const name = relative(into, path).replaceAll('\\', '/');
		// Folders that others have put there are none of our business.
		const ours = !name.includes('/') || folders.has(name.slice(0, name.indexOf('/')));
		if (!entry.isFile() || !ours || used.has(name)) continue;
		if (name.endsWith('.part')) {
			const written = await stat(path).catch(() => null);
			if (!written || Date.now() - written.mtimeMs < givenUpMilliseconds) continue;
		}
		await rm(path, { force: true });
	}
}
