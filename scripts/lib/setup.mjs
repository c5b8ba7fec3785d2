import { createHash } from 'node:crypto';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readFileSync,
	readdirSync,
	renameSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { inProject, runCommand, runTool } from './command.mjs';
import { writeOfflineList } from './offline-list.mjs';

/**
 * Whether a Node version will do, as package.json's `engines` asks.
 *
 * @param {string} version such as `20.19.0`
 */
export function isNodeNewEnough(version) {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return major > 20 || (major === 20 && minor >= 19);
}

/*
 * What the set-up says goes to stderr: stdout belongs to the program that asked for it.
 */

/** Ends the program when Node is too old for anything that follows. */
export function requireNode() {
	if (isNodeNewEnough(process.versions.node)) return;
	console.error(`Confab needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
	process.exit(1);
}

/**
 * Whether what is installed is what the lock file asks for. Packages for other platforms may be
 * missing.
 *
 * @param {string} folder of the project
 */
export function areDependenciesCurrent(folder) {
	const installedFile = join(folder, 'node_modules', '.package-lock.json');
	if (!existsSync(installedFile)) return false;
	const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
	const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
	return Object.entries(wanted).every(([path, entry]) => {
		if (path === '') return true;
		const found = installed[path];
		if (found === undefined) return entry.optional === true || entry.peer === true;
		return found.version === entry.version && existsSync(join(folder, path));
	});
}

/**
 * Installs what the lock file asks for, unless it is there.
 *
 * @throws {Error} when npm fails
 */
export async function ensureDependencies() {
	if (areDependenciesCurrent(inProject())) return;
	console.error('Installing dependencies …');
	const { code } = await runCommand('npm', ['ci', '--no-audit', '--no-fund'], { show: 'stderr' });
	if (code !== 0) throw new Error('npm ci failed; is the npm registry within reach?');
}

/**
 * Fetches or copies the models that can be had, and lays out the runtimes the app serves. What cannot
 * be had is reported there and by the app; only a failure of the set-up itself ends here.
 *
 * @param {{ recognisers?: boolean }} [options] whether recognisers, which are large, are fetched too
 * @throws {Error} when a set-up program fails
 */
export async function ensureModels({ recognisers = true } = {}) {
	await runProgram('runtime');
	await runProgram('models', recognisers ? [] : ['--no-recognisers']);
}

/** @param {string} name @param {readonly string[]} args */
async function runProgram(name, args = []) {
	const { code } = await runCommand(
		process.execPath,
		[inProject('scripts', `${name}.mjs`), ...args],
		{ show: 'stderr' },
	);
	if (code !== 0) throw new Error(`scripts/${name}.mjs failed with exit status ${code}`);
}

const stampFile = inProject('.svelte-kit', 'confab-build-stamp');

/** What a build is made from. */
const buildInputs = [
	'src',
	'static',
	'models',
	'scripts/lib/headers.mjs',
	'scripts/lib/offline-list.mjs',
	'package-lock.json',
	'svelte.config.js',
	'vite.config.ts',
];

/**
 * Name, size and time of every file under a path.
 *
 * @param {string} path
 * @returns {string[]}
 */
function listing(path) {
	const stat = statSync(path, { throwIfNoEntry: false });
	if (stat === undefined) return [];
	if (!stat.isDirectory()) return [`${path} ${stat.size} ${stat.mtimeMs}`];
	return readdirSync(path)
		.sort()
		.filter((name) => name !== '.cache' && !name.endsWith('.test.ts'))
		.flatMap((name) => listing(join(path, name)));
}

function buildStamp() {
	const hash = createHash('sha256');
	for (const input of buildInputs) hash.update(listing(inProject(input)).join('\n'));
	return hash.digest('hex');
}

/** Whether build/ was made from what is here now. */
function isBuildCurrent() {
	return (
		existsSync(inProject('build', '_headers')) &&
		existsSync(stampFile) &&
		readFileSync(stampFile, 'utf8') === buildStamp()
	);
}

/**
 * Builds the app into build/.
 *
 * @param {{ show?: boolean | 'stderr' }} [options]
 */
export async function buildApp(options = {}) {
	const stamp = buildStamp();
	const outcome = await runTool('vite', ['build', '--logLevel', 'warn'], options);
	if (outcome.code === 0) {
		mkdirSync(inProject('.svelte-kit'), { recursive: true });
		writeFileSync(stampFile, stamp);
	}
	return outcome;
}

/**
 * Builds the app unless build/ is current.
 *
 * @throws {Error} when the build fails
 */
export async function ensureBuild() {
	if (isBuildCurrent()) return;
	console.error('Building …');
	const { code } = await buildApp({ show: 'stderr' });
	if (code !== 0) throw new Error('The build failed.');
}

/**
 * Fetches the recognisers that are not there yet and puts them into build/, which may be served
 * meanwhile: the list of models is replaced last.
 *
 * @throws {Error} when the set-up program fails
 */
export async function addRecognisers() {
	const before = listing(servedModels).join('\n');
	await runProgram('models', ['--quiet']);
	if (listing(servedModels).join('\n') === before) return;
	publishModels(servedModels, inProject('build'));
	writeFileSync(stampFile, buildStamp());
	console.error('The new models are there when the page is next loaded.');
}

const servedModels = inProject('static', 'models');

/**
 * Copies the models into a build, the list of them last, and lists its files anew.
 *
 * @param {string} models folder
 * @param {string} buildFolder
 */
export function publishModels(models, buildFolder) {
	const into = join(buildFolder, 'models');
	/** @param {string} path */
	const isNew = (path) => {
		const [from, to] = [join(models, path), join(into, path)].map((file) =>
			statSync(file, { throwIfNoEntry: false }),
		);
		return from?.isFile() === true && (to?.size !== from.size || to.mtimeMs < from.mtimeMs);
	};
	const paths = readdirSync(models, { recursive: true, encoding: 'utf8' })
		.filter((path) => !path.endsWith('.part') && isNew(path))
		.sort((a, b) => Number(a === 'manifest.json') - Number(b === 'manifest.json'));
	for (const path of paths) {
		mkdirSync(dirname(join(into, path)), { recursive: true });
		// By a rename: a file that is being read must not change under the reader.
		const partial = `${join(into, path)}.part`;
		copyFileSync(join(models, path), partial);
		renameSync(partial, join(into, path));
	}
	writeOfflineList(buildFolder);
}
