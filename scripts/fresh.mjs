/**
 * A person's machine: clones what is committed into a temporary folder with nothing beside it, where models
 * come from npm alone, sets it up as `npm start` does, and runs there the tests that are other without the
 * real recordings, and those of what such a person does first.
 *
 *     node scripts/fresh.mjs [REPORT [SPEECH]]
 *
 * REPORT is a file to write how many passed to. SPEECH is a sound file with speech for the app to turn into
 * words; without one that test is skipped. npm's own cache is used, and nothing else of this folder.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder, runCommand } from './lib/command.mjs';
import { addTallies, emptyTally, tallyOfPlaywright, tallyOfVitest } from './lib/tally.mjs';

/** @typedef {import('./lib/tally.mjs').Tally} Tally */

/** What such a person does first: the page, the example, a recording of their own, the models. */
const endToEnd =
	'opens without an error|the example is recognised|speech becomes words|what comes with the app';

/** What tests say that are other where real recordings or models are missing. */
const depends =
	/shared(-browser)?\.ts'|node-inference\.ts'|ServedModels|static\/models|'static', 'models'|'\/models\//;

/** How long the set-up may take, a slow line included. */
const setUpMinutes = 20;

const [reportFile, speech] = process.argv.slice(2);
const parent = mkdtempSync(join(tmpdir(), 'confab-fresh-'));
const clone = join(parent, 'confab');
const env = environment();
let total = emptyTally();

/**
 * The environment without what says where something of this folder lies.
 *
 * @returns {Record<string, string>}
 */
function environment() {
	const kept = Object.entries(process.env).filter(
		([name, value]) => value !== undefined && !/^(npm_|CONFAB_|VITEST|PLAYWRIGHT)/.test(name),
	);
	return {
		.../** @type {Record<string, string>} */ (Object.fromEntries(kept)),
		CI: 'true',
		CONFAB_MODEL_SOURCES: 'npm',
		...(process.env['CONFAB_CHROMIUM'] && { CONFAB_CHROMIUM: process.env['CONFAB_CHROMIUM'] }),
		...(speech !== undefined && { CONFAB_SPEECH: speech }),
	};
}

/** @param {string} title @param {Tally} tally */
function record(title, tally) {
	total = addTallies(total, tally);
	const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped for want of recordings` : '';
	console.log(`${title}: ${tally.passed} passed, ${tally.failed} failed${skipped}`);
}

/** @param {string} title @param {boolean} good @param {string} output shown where it is not */
function check(title, good, output) {
	if (!good) console.log(output.trimEnd());
	record(title, { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 });
	return good;
}

/**
 * `npm start` until the app is served and its recogniser is there.
 *
 * @returns {Promise<boolean>} whether it is
 */
async function setUp() {
	let output = '';
	const child = spawn('npm', ['start', '--', '--no-open', '--port', '0'], {
		cwd: clone,
		env,
		// A group of its own, so that what npm starts ends with it.
		detached: process.platform !== 'win32',
	});
	/** @type {Promise<void>} */
	const ended = new Promise((done) => child.on('close', () => done()));
	/** @param {RegExp} wanted @returns {Promise<RegExpExecArray | null>} */
	const said = (wanted) =>
		new Promise((done) => {
			const look = () => {
				const found = wanted.exec(output);
				if (found) done(found);
			};
			for (const stream of [child.stdout, child.stderr]) stream.on('data', look);
			void ended.then(() => done(wanted.exec(output)));
			setTimeout(() => done(null), setUpMinutes * 60_000).unref();
			look();
		});
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (/** @type {Buffer} */ chunk) => (output += chunk.toString()));
	}
	try {
		const [, address] = (await said(/Confab is at (http:\S+)/)) ?? [];
		if (!check('Set up as npm start does', address !== undefined, output)) return false;
		const page = await fetch(address ?? '');
		check(
			'The first page is served',
			page.ok && (await page.text()).includes('Who said what'),
			output,
		);
		const recogniser = await said(/The new models are there|Recogniser \S+ is missing/);
		return check(
			'The recogniser comes from npm',
			(recogniser?.[0] ?? '').includes('are there'),
			output,
		);
	} finally {
		if (child.pid !== undefined && child.exitCode === null) {
			process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
		}
		await ended;
	}
}

/** Test files of the clone that are other there. */
function otherTests() {
	return ['src', 'models', 'scripts', 'tests'].flatMap((folder) =>
		readdirSync(join(clone, folder), { recursive: true, encoding: 'utf8' })
			.map((name) => `${folder}/${name}`)
			.filter((path) => path.endsWith('.test.ts'))
			.filter((path) => depends.test(readFileSync(join(clone, path), 'utf8'))),
	);
}

/**
 * A test runner in the clone that leaves a report to count from.
 *
 * @param {string} title
 * @param {(report: any, code: number) => Tally} count
 * @param {string} tool
 * @param {readonly string[]} args
 * @param {Record<string, string>} more environment
 */
async function suite(title, count, tool, args, more = {}) {
	const report = join(parent, `${tool}.json`);
	const { code, output } = await runCommand(join(clone, 'node_modules/.bin', tool), args, {
		cwd: clone,
		env: { ...env, ...more },
		inherit: false,
	});
	if (code !== 0) console.log(output.trimEnd());
	record(
		title,
		existsSync(report)
			? count(JSON.parse(readFileSync(report, 'utf8')), code)
			: { passed: 0, failed: 1, skipped: 0 },
	);
}

try {
	const cloned = await runCommand('git', ['clone', '--quiet', projectFolder, clone]);
	if (check('A clone', cloned.code === 0, cloned.output) && (await setUp())) {
		await suite('Tests that are other there', tallyOfVitest, 'vitest', [
			'run',
			...otherTests(),
			'--reporter=default',
			'--reporter=json',
			`--outputFile.json=${join(parent, 'vitest.json')}`,
		]);
		await suite(
			'The built app',
			tallyOfPlaywright,
			'playwright',
			['test', '--config', 'tests/e2e/playwright.config.ts', '--grep', endToEnd],
			{ PLAYWRIGHT_JSON_OUTPUT_FILE: join(parent, 'playwright.json') },
		);
	}
} finally {
	// What is skipped there is no lack of this checkout.
	if (reportFile !== undefined) {
		writeFileSync(reportFile, JSON.stringify({ ...total, skipped: 0 }));
	}
	rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
}
process.exitCode = total.failed > 0 ? 1 : 0;
