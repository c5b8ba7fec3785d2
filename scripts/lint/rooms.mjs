/**
 * The rooms of src/lib from the highest to the lowest. A file imports only from its own room and
 * from rooms below it (docs/architecture.md).
 */
const roomsFromTop = [
	'app',
	'ui',
	'state',
	'workers',
	'offline',
	'pipeline',
	'conversion',
	'recognisers',
	'people',
	'perception',
	'media',
	'inference',
	'store',
	'formats',
	'editing',
	'evaluation',
	'conversations',
	'signal',
	'layers',
	'domain',
	'support',
];

/** Packages that one room alone may import, so that what they need is handled in one place. */
const roomOfPackage = {
	'onnxruntime-web': 'inference',
	'onnxruntime-common': 'inference',
	'@huggingface/transformers': 'inference',
	idb: 'store',
	mediabunny: 'media',
	'@ffmpeg/ffmpeg': 'media',
	'@ffmpeg/util': 'media',
	'@ffmpeg/core': 'media',
	comlink: 'workers',
	'@zip.js/zip.js': 'formats',
};

/** Rooms of the main thread: they alone may know of Svelte, `window` and `document`. */
const mainThread = new Set(['routes', 'app', 'ui', 'state']);

/** @param {string} path */
function withoutQuery(path) {
	return path.replace(/[?#].*$/, '');
}

/** @param {string} path */
export function isTest(path) {
	return path.endsWith('.test.ts');
}

/**
 * The room a file is in: a folder of src/lib, `routes`, or null for anything else.
 *
 * @param {string} path relative to the project, with forward slashes
 * @returns {string | null}
 */
export function roomOf(path) {
	if (path.startsWith('src/routes/')) return 'routes';
	return /^src\/lib\/([^/]+)\//.exec(path)?.[1] ?? null;
}

/**
 * Project path a specifier means, or null when it means a package.
 *
 * @param {string} from importing file, relative to the project
 * @param {string} specifier
 * @returns {string | null}
 */
export function resolveSpecifier(from, specifier) {
	const bare = withoutQuery(specifier);
	if (bare === '$lib' || bare.startsWith('$lib/')) return `src/lib${bare.slice('$lib'.length)}`;
	if (!bare.startsWith('.')) return null;
	const parts = from.split('/').slice(0, -1);
	for (const part of bare.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '.') parts.push(part);
	}
	return parts.join('/');
}

/** @param {string} specifier */
function packageOf(specifier) {
	const parts = withoutQuery(specifier).split('/');
	return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

/**
 * What is wrong with one import, or null. Files outside src/ (model set-up, scripts, tests) and the
 * tests beside the code may import anything.
 *
 * @param {string} from importing file, relative to the project, with forward slashes
 * @param {string} specifier as written
 * @returns {string | null}
 */
export function faultOfImport(from, specifier) {
	const room = roomOf(from);
	if (room === null || isTest(from)) return null;
	if (room !== 'routes' && !roomsFromTop.includes(room)) {
		return `src/lib/${room} is not a room: add it to the list in its place`;
	}
	const target = resolveSpecifier(from, specifier);
	if (target === null) return faultOfPackage(room, packageOf(specifier));
	const targetRoom = roomOf(`${target}/`);
	if (targetRoom === null) {
		if (/^models\/.*\.(json|onnx)$/.test(target)) return null;
		// What is published of a format is what it is compiled with.
		if (room === 'formats' && /^static\/schema\/.*\.d\.ts$/.test(target)) return null;
		return target.startsWith('src/') ? null : `the app does not import from ${target}`;
	}
	if (targetRoom === room) return null;
	if (targetRoom === 'routes') return 'nothing imports from routes';
	if (room !== 'routes' && roomsFromTop.indexOf(targetRoom) < roomsFromTop.indexOf(room)) {
		return `${room}/ is below ${targetRoom}/ and may not import from it`;
	}
	return null;
}

/**
 * @param {string} room
 * @param {string} name
 */
function faultOfPackage(room, name) {
	const owner = Object.entries(roomOfPackage).find(([owned]) => owned === name)?.[1];
	if (owner !== undefined && owner !== room) return `only ${owner}/ imports ${name}`;
	if (name === 'svelte' && !mainThread.has(room)) return `${room}/ does not know of Svelte`;
	if (name.startsWith('$app') && room !== 'routes' && room !== 'app') {
		return `only routes and app/ import ${name}`;
	}
	if (name.startsWith('node:') && room !== 'routes') return `${room}/ runs in browsers`;
	return null;
}

/**
 * Import cycles: each a list of files, the first one repeated at the end.
 *
 * @param {ReadonlyMap<string, readonly string[]>} imports files each file imports
 * @returns {string[][]}
 */
export function findCycles(imports) {
	/** @type {string[][]} */
	const cycles = [];
	/** @type {Map<string, 'open' | 'done'>} */
	const seen = new Map();
	/** @type {string[]} */
	const path = [];
	/** @param {string} file */
	const visit = (file) => {
		if (seen.get(file) === 'open') {
			cycles.push([...path.slice(path.indexOf(file)), file]);
			return;
		}
		if (seen.get(file) === 'done') return;
		seen.set(file, 'open');
		path.push(file);
		for (const next of imports.get(file) ?? []) visit(next);
		path.pop();
		seen.set(file, 'done');
	};
	for (const file of imports.keys()) visit(file);
	return cycles;
}
