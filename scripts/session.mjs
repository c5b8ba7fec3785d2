import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import util from 'node:util';
import { ensureBuild, ensureDependencies, ensureModels, requireNode } from './lib/setup.mjs';
import { notUtf8 } from './lib/file-names.mjs';
import { folderName, reportWithMemory, thinOut, writeOutput } from './lib/session-output.mjs';

const usage = `npm run session -- PATH… [options]

Runs recordings (sound or video files, each with its references of the same name beside it) and MCoRec
sessions, also folders and zips of either, through Confab in a headless Chromium.

  --out DIR                                default: output
  --people N|MIN-MAX                       how many talk in a recording; default: find out
  --recogniser ID                          default: whisper-base for recordings, embedded for sessions
  --language CODE                          what Whisper hears (en, de …); default: detect
  --audio-track N                          which of a recording's sound tracks; default: the file's own
  --models DIR                             adds that recogniser first, from artefacts or a checkpoint
  --speech-activity calibrated|baseline    default: calibrated
  --conversations confab|baseline          default: confab
  --detector light-asd|embedded            default: light-asd
  --decoding beam|greedy                   default: beam
  --recompute                              even what the session ships
  --score                                  against the labels or references, where they are
  --project                                also NAME.confab, which opens in Confab, without the recordings
  --json                                   a summary on stdout

Writes DIR/NAME/speaker_to_cluster.json, report.json and a .vtt for each speaker; for a recording NAME.rttm,
NAME.vtt and people.json as well. Progress goes to stderr.
Exit status: 0 when all went through, 1 when one did not or none was found, 2 for wrong usage.`;

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

/**
 * How many people, from `4` or `2-6`.
 *
 * @param {string | undefined} value
 */
function peopleCount(value) {
	if (value === undefined) return undefined;
	const [, first = '', last = first] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(value) ?? [];
	const [least, most] = [Number(first), Number(last)];
	if (least >= 1 && least <= most) return { least, most };
	return wrongUsage(`--people is a number of people such as 4, or 2-6, not ${value}`);
}

/** @param {string | undefined} value */
function trackNumber(value) {
	if (value === undefined) return undefined;
	if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
	return wrongUsage(`--audio-track is the number of a sound track, 1 for the first, not ${value}`);
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
				people: { type: 'string' },
				'audio-track': { type: 'string' },
				recompute: { type: 'boolean', default: false },
				score: { type: 'boolean', default: false },
				project: { type: 'boolean', default: false },
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
	if (paths.length === 0) wrongUsage('No recording or session given');
	const speechActivity = choice('speech-activity', values['speech-activity'], [
		'calibrated',
		'baseline',
	]);
	const conversations = choice('conversations', values.conversations, ['confab', 'baseline']);
	const detector = choice('detector', values.detector, ['light-asd', 'embedded']);
	if (detector === 'embedded' && [speechActivity, conversations].includes('baseline')) {
		wrongUsage('The baseline modes are of Light-ASD: leave --detector embedded out, or them');
	}
	const decoding = choice('decoding', values.decoding, ['beam', 'greedy']);
	const people = peopleCount(values.people);
	const audioTrack = trackNumber(values['audio-track']);
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
		...(people === undefined ? {} : { people }),
		...(audioTrack === undefined ? {} : { audioTrack }),
		recompute: values.recompute,
	};
	const { models, out, score, project, json } = values;
	return { paths, settings, models, out, score, project, json };
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
async function runPath(app, path, { settings, score, project, out }, used) {
	if (!existsSync(path)) {
		const reason = path.includes('\uFFFD') ? notUtf8 : 'there is no such file';
		return [{ session: path, ok: false, reason }];
	}
	const { sessions, problems } = await app.run(path, settings, score, project);
	const rows = sessions.map((session) => {
		const { name, stem, files, peakBytes } = session;
		if (!session.ok || files === undefined) {
			return { session: name, ok: false, reason: session.reason ?? 'failed' };
		}
		const folder = join(out, folderName(stem, used));
		const report = files['report.json'];
		const complete =
			report === undefined
				? files
				: { ...files, 'report.json': reportWithMemory(report, peakBytes) };
		writeOutput(folder, complete);
		if (session.project !== undefined) {
			const bytes = Buffer.from(session.project, 'base64');
			writeFileSync(join(folder, `${basename(folder)}.confab`), bytes);
		}
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
		return told.length > 0 ? told : [{ session: path, ok: false, reason: 'holds no recording' }];
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
		const { recogniser, language = 'detect' } = options.settings;
		if (recogniser !== undefined && !app.recognisers.includes(recogniser)) {
			wrong = `--recogniser is one of ${app.recognisers.join(', ')}, not ${recogniser}`;
		} else if (!app.languages.includes(language)) {
			wrong = `--language is one of ${app.languages.join(', ')}, not ${language}`;
		} else if (options.models !== undefined) {
			if (recogniser !== undefined && app.addable.includes(recogniser)) {
				await app.add(options.models, recogniser);
			} else {
				wrong = `--models needs --recogniser ${app.addable.join(' or ')}`;
			}
		}
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
