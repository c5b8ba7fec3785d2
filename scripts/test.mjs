import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { requireChromium } from './lib/chromium.mjs';
import { inProject, runCommand, runTool } from './lib/command.mjs';
import { buildApp, ensureDependencies, ensureModels, requireNode } from './lib/setup.mjs';
import {
	addTallies,
	emptyTally,
	tallyLine,
	tallyOfPlaywright,
	tallyOfVitest,
} from './lib/tally.mjs';

/** @typedef {import('./lib/tally.mjs').Tally} Tally */

const outputFolder = inProject('tests', 'output');

let total = emptyTally();
/** @type {string[]} */
const failures = [];

/** @param {string} title @param {Tally} tally @param {number} seconds */
function record(title, tally, seconds) {
	total = addTallies(total, tally);
	const good = tally.failed === 0;
	if (!good) failures.push(title);
	console.log(`${good ? '✔' : '✘'} ${title}: ${tallyLine(tally)} (${seconds.toFixed(0)} s)`);
}

/**
 * One check by one program: its output is shown only when it fails.
 *
 * @param {string} title
 * @param {Promise<import('./lib/command.mjs').Outcome>} run
 */
async function check(title, run) {
	const { code, output, seconds } = await run;
	if (code !== 0) console.log(output.trimEnd());
	const good = code === 0;
	record(title, { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 }, seconds);
}

/**
 * A test runner that shows its own progress and leaves a report to count from.
 *
 * @param {string} title
 * @param {string} reportName
 * @param {(report: any, code: number) => Tally} count
 * @param {(reportFile: string) => ReturnType<typeof runTool>} run
 */
async function suite(title, reportName, count, run) {
	console.log(`… ${title}`);
	const reportFile = `${outputFolder}/${reportName}.json`;
	const { code, output, seconds } = await run(reportFile);
	if (output) console.log(output.trim());
	if (existsSync(reportFile)) {
		record(title, count(JSON.parse(readFileSync(reportFile, 'utf8')), code), seconds);
	} else {
		console.log(`${title} left no report (exit status ${code})`);
		record(title, { passed: 0, failed: 1, skipped: 0 }, seconds);
	}
}

/** @param {string} project */
function vitest(project) {
	return suite(
		`Tests in ${project === 'node' ? 'Node' : 'Chromium'}`,
		project,
		tallyOfVitest,
		(file) =>
			runTool(
				'vitest',
				[
					'run',
					`--project=${project}`,
					'--passWithNoTests',
					'--reporter=default',
					'--reporter=json',
					`--outputFile.json=${file}`,
				],
				{ show: true },
			),
	);
}

/**
 * @param {string} title
 * @param {string} folder in tests/
 */
function playwright(title, folder) {
	return suite(title, folder, tallyOfPlaywright, (file) =>
		runTool('playwright', ['test', '--config', `tests/${folder}/playwright.config.ts`], {
			show: true,
			env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file },
		}),
	);
}

async function setUp() {
	requireNode();
	rmSync(outputFolder, { recursive: true, force: true });
	mkdirSync(outputFolder, { recursive: true });
	await ensureDependencies();
	requireChromium();
	await ensureModels();
	const sync = await runTool('svelte-kit', ['sync']);
	if (sync.code !== 0) throw new Error(sync.output);
}

const shared = process.env['CONFAB_SHARED'] ?? inProject('..', 'shared');
/** Whether the real recordings are here: then no test may be skipped. */
const hasShared = existsSync(`${shared}/specs`);

/** What runs on a machine that has nothing but a clone, where this is another one. */
async function freshClone() {
	if (!hasShared) return;
	await suite(
		'A fresh clone with nothing beside it',
		'fresh',
		(report) => report,
		(file) =>
			runCommand(process.execPath, [
				inProject('scripts', 'fresh.mjs'),
				file,
				`${shared}/media/jfk.flac`,
			]),
	);
}

async function runAll() {
	// Side by side: these are silent and need one core each, or wait for the network.
	const tsconfig = ['--tsconfig', './tsconfig.json'];
	await Promise.all([
		freshClone(),
		check('Lint', runTool('eslint', ['.', '--max-warnings', '0'])),
		(async () => {
			await check('Types', runTool('svelte-check', [...tsconfig, '--fail-on-warnings']));
			await check('Formatting', runTool('prettier', ['--check', '.', '--log-level', 'warn']));
			await check('Dead code', runTool('knip', []));
			await suite(
				'House rules',
				'hygiene',
				(report) => report,
				(file) => runCommand(process.execPath, [inProject('scripts', 'hygiene.mjs'), file]),
			);
		})(),
	]);
	await check('Build', buildApp());
	await suite(
		'First load',
		'first-load',
		(report) => report,
		(file) => runCommand(process.execPath, [inProject('scripts', 'first-load.mjs'), file]),
	);
	await vitest('node');
	await vitest('browser');
	await playwright('Screens', 'screens');
	await playwright('The built app', 'e2e');
	if (total.skipped > 0 && hasShared) {
		console.log('The real recordings are here, so no test may be skipped.');
		record('Nothing skipped', { passed: 0, failed: 1, skipped: 0 }, 0);
	}
}

const started = performance.now();
try {
	await setUp();
	await runAll();
} catch (error) {
	console.log(error instanceof Error ? error.message : String(error));
	failures.push('Set-up');
	total = addTallies(total, { passed: 0, failed: 1, skipped: 0 });
}
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
console.log(`\n${minutes} minutes${failures.length > 0 ? `; failed: ${failures.join(', ')}` : ''}`);
console.log(tallyLine(total));
process.exitCode = total.failed > 0 ? 1 : 0;
