/**
 * Puts the WebAssembly runtimes where the app serves them from its own origin:
 * `static/runtime/ort` (ONNX Runtime) and `static/runtime/ffmpeg` (the fallback decoder).
 *
 *     node scripts/runtime.mjs
 *
 * Does nothing when they are already there in the installed versions.
 */
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { methodCaller, withoutEval } from './lib/eval-free.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * One build of ONNX Runtime is loaded by a page, never more: without a GPU `…threaded`, with one
 * `…jspi` where the browser has JavaScript Promise Integration, else `…asyncify`.
 */
const builds = ['', '.asyncify', '.jspi'];

const packages = [
	{
		name: 'onnxruntime-web',
		target: 'ort',
		files: builds.flatMap((build) => [
			`dist/ort-wasm-simd-threaded${build}.mjs`,
			`dist/ort-wasm-simd-threaded${build}.wasm`,
		]),
	},
	{
		name: '@ffmpeg/core',
		target: 'ffmpeg',
		files: ['dist/esm/ffmpeg-core.js', 'dist/esm/ffmpeg-core.wasm'],
	},
];

/** @param {string} path */
async function sizeOf(path) {
	return stat(path).then(
		({ size }) => size,
		() => -1,
	);
}

/**
 * Copies the runtimes of the installed packages.
 *
 * @param {{ into?: string }} [options] folder to write, `static/runtime` by default
 * @returns {Promise<{ copied: string[] }>} what was written, empty when all was in place
 */
export async function setUpRuntimes({ into = join(root, 'static/runtime') } = {}) {
	/** @type {string[]} */
	const copied = [];
	for (const { name, target, files } of packages) {
		const source = join(root, 'node_modules', name);
		const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
		const folder = join(into, target);
		const stampPath = join(folder, 'version.json');
		// The patch is part of what is written, so a change of it must be noticed as well.
		const stamp = JSON.stringify({ name, version, patch: methodCaller.toString() });
		const stampHere = await readFile(stampPath, 'utf8').catch(() => '');
		const sizes = await Promise.all(
			files.map((file) => sizeOf(join(folder, file.split('/').at(-1) ?? ''))),
		);
		if (stampHere === stamp && sizes.every((size) => size > 0)) continue;

		await mkdir(folder, { recursive: true });
		await rm(stampPath, { force: true });
		for (const file of files) {
			const path = join(folder, file.split('/').at(-1) ?? '');
			// Written beside and renamed, so that a run cut short leaves no half file behind.
			const part = `${path}.${process.pid}.part`;
			if (file.endsWith('.mjs')) {
				await writeFile(part, withoutEval(await readFile(join(source, file), 'utf8')));
			} else {
				await copyFile(join(source, file), part);
			}
			await rename(part, path);
			copied.push(`${target}/${file.split('/').at(-1)}`);
		}
		await writeFile(stampPath, stamp);
	}
	return { copied };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const { copied } = await setUpRuntimes();
	console.log(copied.length > 0 ? `Runtimes: ${copied.join(', ')}` : 'Runtimes: in place');
}
