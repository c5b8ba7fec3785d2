import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { inProject } from './command.mjs';

/** @typedef {{ path: string, bytes: number, gzipped: number }} LoadedScript */

/**
 * The nodes (layouts and pages) of a route, as SvelteKit's client knows them: `[page, [layouts]]`, and the
 * two that it always loads, the root layout and the page of errors.
 *
 * @param {string} dictionary source of SvelteKit's generated app.js
 * @param {string} route as its folder is called
 * @returns {number[]}
 * @throws {Error} when the route is not there
 */
export function nodesOf(dictionary, route) {
	const line = dictionary.split('\n').find((each) => each.trim().startsWith(`"${route}":`));
	const numbers = line?.slice(line.indexOf('":')).match(/\d+/g);
	if (!numbers) throw new Error(`${route} is not among the routes`);
	return [...new Set([0, 1, ...numbers.map(Number)])];
}

/**
 * A module and all that it imports statically, in a manifest of Vite.
 *
 * @param {Record<string, { file: string, imports?: string[] }>} manifest
 * @param {readonly string[]} entries
 * @returns {string[]} files of the build
 * @throws {Error} when a module is not in it
 */
export function staticGraph(manifest, entries) {
	/** @type {Set<string>} */
	const seen = new Set();
	const queue = [...entries];
	for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
		if (seen.has(name)) continue;
		seen.add(name);
		const module = manifest[name];
		if (!module) throw new Error(`${name} is not in the build's manifest`);
		queue.push(...(module.imports ?? []));
	}
	return [...seen].map((name) => manifest[name]?.file ?? '').filter((file) => file.endsWith('.js'));
}

/**
 * Every script that the first page loads before anybody touches it: the two entries that index.html
 * starts, the layouts and the page, and all that these import.
 *
 * @returns {LoadedScript[]} the largest first
 */
export function firstLoadScripts() {
	const generated = '.svelte-kit/generated/client-optimized';
	const client = inProject('.svelte-kit', 'output', 'client');
	const manifest = JSON.parse(readFileSync(join(client, '.vite', 'manifest.json'), 'utf8'));
	const dictionary = readFileSync(inProject(generated, 'app.js'), 'utf8');
	const entries = [
		'node_modules/@sveltejs/kit/src/runtime/client/entry.js',
		`${generated}/app.js`,
		...nodesOf(dictionary, '/(app)').map((node) => `${generated}/nodes/${node}.js`),
	];
	return staticGraph(manifest, entries)
		.map((path) => {
			const code = readFileSync(inProject('build', path));
			return { path, bytes: code.byteLength, gzipped: gzipSync(code).byteLength };
		})
		.sort((a, b) => b.gzipped - a.gzipped);
}
