import { basename, dirname, posix } from 'node:path';
import ts from 'typescript';
import { findCycles, isTest, resolveSpecifier } from './rooms.mjs';

/**
 * @typedef {{ path: string, bytes: number, text: string | null }} ProjectFile `text` is null for
 *   anything but text; `path` is relative to the project, with forward slashes
 * @typedef {{ title: string, check: (files: readonly ProjectFile[]) => string[] }} HouseRule `check`
 *   gives one line for each fault
 */

const maxLines = 400;
const maxBytes = 7_000_000;

/** @param {string} path */
function isCode(path) {
	return /\.(ts|mjs|svelte)$/.test(path) && !path.endsWith('.d.ts');
}

/** @param {string} path */
function isLibrary(path) {
	return path.startsWith('src/lib/') && path.endsWith('.ts') && !isTest(path);
}

/**
 * Lines of text files in which a pattern is found.
 *
 * @param {readonly ProjectFile[]} files
 * @param {RegExp} pattern
 */
function linesWith(files, pattern) {
	return files.flatMap(({ path, text }) =>
		(text ?? '').split('\n').flatMap((line, index) => {
			const found = pattern.exec(line);
			return found ? [`${path}:${index + 1}: ${found[0]}`] : [];
		}),
	);
}

/**
 * What is imported from where: files of the project only.
 *
 * @param {readonly ProjectFile[]} files
 * @returns {Map<string, string[]>}
 */
export function importsOf(files) {
	const known = new Set(files.map(({ path }) => path));
	return new Map(
		files
			.filter(({ path }) => path.startsWith('src/') && isCode(path))
			.map(({ path, text }) => {
				// In a component only the script imports; the markup would confuse the scanner.
				const scripts = path.endsWith('.svelte')
					? [...(text ?? '').matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((m) => m[1])
					: [text];
				const { importedFiles } = ts.preProcessFile(scripts.join('\n'));
				const targets = importedFiles.flatMap(
					({ fileName }) => resolveSpecifier(path, fileName) ?? [],
				);
				return [path, targets.filter((target) => known.has(target))];
			}),
	);
}

/**
 * Exported functions and classes without a doc comment.
 *
 * @param {ProjectFile} file
 */
function undocumented({ path, text }) {
	const source = ts.createSourceFile(path, text ?? '', ts.ScriptTarget.Latest, true);
	return source.statements.flatMap((statement) => {
		if (!ts.isFunctionDeclaration(statement) && !ts.isClassDeclaration(statement)) return [];
		const exported = statement.modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
		// Of an overloaded function the first signature speaks for all.
		const first = source.statements.find(
			(other) =>
				(ts.isFunctionDeclaration(other) || ts.isClassDeclaration(other)) &&
				other.name?.text === statement.name?.text,
		);
		if (!exported || first !== statement) return [];
		const documented = ts.getJSDocCommentsAndTags(statement).length > 0;
		return documented ? [] : [`${path}: ${statement.name?.text ?? 'a default export'}`];
	});
}

/**
 * Links of a Markdown file to files of the project that are not there.
 *
 * @param {ProjectFile} file
 * @param {ReadonlySet<string>} known
 */
function brokenLinks({ path, text }, known) {
	return [...(text ?? '').matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
		const target = (match[1] ?? '').replace(/#.*$/, '');
		if (target === '' || /^[a-z]+:/.test(target)) return [];
		const wanted = posix.join(posix.dirname(path), target).replace(/\/$/, '');
		const there = known.has(wanted) || [...known].some((file) => file.startsWith(`${wanted}/`));
		return there ? [] : [`${path}: ${target}`];
	});
}

/** @type {readonly HouseRule[]} */
export const houseRules = [
	{
		title: 'No import cycles',
		check: (files) => findCycles(importsOf(files)).map((cycle) => cycle.join(' → ')),
	},
	{
		title: `No code file over ${maxLines} lines`,
		check: (files) =>
			files
				.filter(({ path }) => isCode(path) && !isTest(path) && !path.endsWith('.spec.ts'))
				.map(({ path, text }) => ({ path, lines: (text ?? '').trimEnd().split('\n').length }))
				.filter(({ lines }) => lines > maxLines)
				.map(({ path, lines }) => `${path}: ${lines}`),
	},
	{
		title: 'Exported functions and classes say what they are',
		check: (files) => files.filter(({ path }) => isLibrary(path)).flatMap(undocumented),
	},
	{
		title: 'File names in kebab-case',
		check: (files) =>
			files
				.filter(({ path }) => isCode(path))
				.filter(({ path }) => !/^\+?[a-z0-9]+([-.][a-z0-9]+)*$/.test(basename(path)))
				.map(({ path }) => path),
	},
	{
		title: 'No barrel files but a room’s door',
		check: (files) =>
			files
				.map(({ path }) => path)
				.filter((path) => /^index\.(ts|mjs)$/.test(basename(path)))
				.filter((path) => !/^src\/lib\/[^/]+(\/[^/]+)?$/.test(dirname(path))),
	},
	{
		title: 'No paths of one machine',
		check: (files) => linesWith(files, /(?<![\w.])\/(work|home|root|Users)\/\w+|\bC:\\\\?Users/),
	},
	{
		title: 'No host of a package registry',
		check: (files) => linesWith(files, /\bregistry\.[a-z]+js\.|"resolved": "h[t]tp/),
	},
	{
		title: 'Nothing left to do',
		check: (files) =>
			linesWith(
				files.filter(({ path }) => isCode(path)),
				/\b(TO[D]O|FIX[M]E|XX[X])\b/,
			),
	},
	{
		title: 'Exact versions of packages',
		check: (files) => {
			const text = files.find(({ path }) => path === 'package.json')?.text ?? '{}';
			const manifest = JSON.parse(text);
			return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
				.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
				.map(([name, version]) => `${name} ${version}`);
		},
	},
	{
		title: 'One onnxruntime-web, and no native one',
		check: (files) => {
			const text = files.find(({ path }) => path === 'package-lock.json')?.text ?? '{}';
			const packages = JSON.parse(text).packages ?? {};
			const paths = Object.keys(packages);
			const web = paths.filter((path) => path.endsWith('node_modules/onnxruntime-web'));
			// transformers.js asks for both; an empty package stands in for them.
			const native = paths
				.filter((path) => /node_modules\/(onnxruntime-node|sharp)$/.test(path))
				.filter((path) => packages[path].name !== 'empty-npm-package');
			return [...(web.length > 1 ? web : []), ...native];
		},
	},
	{
		title: `No file over ${maxBytes / 1e6} MB`,
		check: (files) =>
			files.filter(({ bytes }) => bytes > maxBytes).map(({ path, bytes }) => `${path}: ${bytes}`),
	},
	{
		title: 'Links between documents lead somewhere',
		check: (files) => {
			const known = new Set(files.map(({ path }) => path));
			return files
				.filter(({ path }) => path.endsWith('.md'))
				.flatMap((file) => brokenLinks(file, known));
		},
	},
];
