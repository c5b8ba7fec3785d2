import { existsSync } from 'node:fs';
import { join } from 'node:path';
import util from 'node:util';
import { ensureBuild, ensureDependencies, ensureModels, requireNode } from './lib/setup.mjs';
import { folderName, reportWithMemory, thinOut, writeOutput } from './lib/session-output.mjs';

const usage = `npm run session -- PATH… [options]

Runs sessions (folders, folders of sessions, or zips of either) through Confab in a headless Chromium.

  --out DIR                                default: output
  --speech-activity calibrated|baseline    default: calibrated
  --conversations confab|baseline          default: confab
  --recogniser ID                          default: embedded
  --models DIR                             adds that recogniser first, from artefacts or a checkpoint
  --detector light-asd|embedded            default: light-asd
  --decoding beam|greedy                   default: beam
  --language CODE                          what Whisper hears (en, de …); default: detect
  --recompute                              even what the session ships
  --score                                  against the labels, where they are
  --json                                   a summary on stdout

Writes DIR/<session>/speaker_to_cluster.json, spk_N.vtt and report.json; progress goes to stderr.
Exit status: 0 when all sessions went through, 1 when one did not or none was found, 2 for wrong usage.`;

/**
 * Ends the program.
 *
 * @param {string} message
 * @returns {never}
 */
function wrongUsage(message) {
	console.error(`${message}\n\n${usage}`);
	process.exit(2);
}

/** @param {string} name @param {string | undefined} value @param {readonly string[]} choices */
function choice(name, value, choices) {
	if (value !== undefined && !choices.includes(value)) {
		wrongUsage(`--${name} is one of ${choices.join(', ')}, not ${value}`);
	}
	return value;
}

function readArguments() {
	let parsed;
	try {
		parsed = util.parseArgs({
			allowPositionals: true,
			options: {
				out: { type: 'string', default: 'output' },
				'speech-activity': { type: 'string' },
				conversations: { type: 'string' },
				recogniser: { type: 'string' },
				models: { type: 'string' },
				detector: { type: 'string' },
				decoding: { type: 'string' },
				language: { type: 'string' },
				recompute: { type: 'boolean', default: false },
				score: { type: 'boolean', default: false },
				json: { type: 'boolean', default: false },
				help: { type: 'boolean', short: 'h', default: false },
			},
		});
	} catch (error) {
		return wrongUsage(error instanceof Error ? error.message : String(error));
	}
	const { values, positionals: paths } = parsed;
	if (values.help) {
		console.log(usage);
		process.exit(0);
	}
	if (paths.length === 0) wrongUsage('No session given');
	const speechActivity = choice('speech-activity', values['speech-activity'], [
		'calibrated',
		'baseline',
	]);
	const conversations = choice('conversations', values.conversations, ['confab', 'baseline']);
	const detector = choice('detector', values.detector, ['light-asd', 'embedded']);
	const decoding = choice('decoding', values.decoding, ['beam', 'greedy']);
	if (values.models !== undefined && !existsSync(values.models)) {
		wrongUsage(`--models: there is no folder ${values.models}`);
	}
	const settings = {
		...(speechActivity === undefined ? {} : { speechActivity }),
		...(conversations === undefined ? {} : { conversations }),
		...(values.recogniser === undefined ? {} : { recogniser: values.recogniser }),
		...(detector === undefined ? {} : { detector }),
		...(decoding === undefined ? {} : { decoding }),
		...(values.language === undefined ? {} : { language: values.language }),
		recompute: values.recompute,
	};
	const { models, out, score, json } = values;
	return { paths, settings, models, out, score, json };
}

/**
 * What became of one session, as `--json` prints it.
 *
 * @typedef {{ session: string, ok: boolean, reason?: string, folder?: string, report?: object }} Row
 */

/**
 * Runs everything at one path and writes what comes of it.
 *
 * @param {import('./lib/headless.mjs').HeadlessApp} app
 * @param {string} path
 * @param {ReturnType<typeof readArguments>} options
 * @param {Set<string>} used names of folders written so far
 * @returns {Promise<Row[]>}
 */
async function runPath(app, path, { settings, score, out }, used) {
	if (!existsSync(path)) return [{ session: path, ok: false, reason: 'there is no such file' }];
	const { sessions, problems } = await app.run(path, settings, score);
	const rows = sessions.map((session) => {
		const { name, files, peakBytes } = session;
		if (!session.ok || files === undefined) {
			return { session: name, ok: false, reason: session.reason ?? 'failed' };
		}
		const folder = join(out, folderName(name, used));
		const report = files['report.json'];
		const complete =
			report === undefined
				? files
				: { ...files, 'report.json': reportWithMemory(report, peakBytes) };
		writeOutput(folder, complete);
		return {
			session: name,
			ok: true,
			folder,
			...(report === undefined ? {} : { report: JSON.parse(complete['report.json'] ?? '{}') }),
		};
	});
	const told = problems.map(({ file, field, message }) => ({
		session: file || path,
		ok: false,
		reason: field === undefined ? message : `${field}: ${message}`,
	}));
	if (rows.length === 0) {
		return told.length > 0 ? told : [{ session: path, ok: false, reason: 'holds no session' }];
	}
	// The sessions went their way all the same: the same one twice, or a file that is none of theirs.
	for (const { session, reason } of told) console.error(`warning: ${session}: ${reason}`);
	return rows;
}

requireNode();
const options = readArguments();
/** @type {Row[]} */
const rows = [];
/** @type {string | undefined} */
let wrong;
try {
	await ensureDependencies();
	await ensureModels();
	await ensureBuild();
	// Only now, for it imports what was installed.
	const { openHeadless } = await import('./lib/headless.mjs');
	const app = await openHeadless(thinOut((line) => console.error(line)));
	const used = new Set();
	try {
		// Which there are, only the app knows.
		const { recogniser = 'embedded', language = 'detect' } = options.settings;
		if (!app.recognisers.includes(recogniser)) {
			wrong = `--recogniser is one of ${app.recognisers.join(', ')}, not ${recogniser}`;
		} else if (!app.languages.includes(language)) {
			wrong = `--language is one of ${app.languages.join(', ')}, not ${language}`;
		} else if (options.models !== undefined && !app.addable.includes(recogniser)) {
			wrong = `--models is for --recogniser ${app.addable.join(' or ')}, not ${recogniser}`;
		} else if (options.models !== undefined) await app.add(options.models, recogniser);
		for (const path of wrong === undefined ? options.paths : []) {
			try {
				rows.push(...(await runPath(app, path, options, used)));
			} catch (error) {
				const reason = error instanceof Error ? error.message : String(error);
				rows.push({ session: path, ok: false, reason: reason.split('\n')[0] ?? reason });
			}
		}
	} finally {
		await app.close();
	}
} catch (error) {
	console.error(error instanceof Error ? error.message : String(error));
	process.exit(1);
}
if (wrong !== undefined) wrongUsage(wrong);
for (const { session, ok, reason, folder } of rows) {
	console.error(ok ? `${session}: ${folder}` : `${session}: ${reason}`);
}
if (options.json) console.log(JSON.stringify(rows, null, 2));
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
