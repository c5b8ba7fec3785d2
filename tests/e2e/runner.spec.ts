import { spawn } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { reducedFiles } from '../../models/avsr-cocktail/reduced.ts';
import { randomWhisper } from '../../models/whisper/random-whisper.ts';
import { projectFolder } from '../../scripts/lib/command.mjs';
import { peopleSchema } from '../../src/lib/formats/people-schema.ts';
import { reportSchema } from '../../src/lib/formats/report-schema.ts';
import { parseVtt } from '../../src/lib/formats/webvtt.ts';
import { hasShared, sharedPath } from '../shared.ts';
import { expect, test } from './harness.ts';
import { madeWav } from './media-files.ts';
import { writeMadeSession } from './session-folders.ts';

interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** `npm run session -- …`, to its end. */
function runSession(...args: string[]): Promise<Ended> {
	return new Promise((done, failed) => {
		const child = spawn('npm', ['run', '--silent', 'session', '--', ...args], {
			cwd: projectFolder,
		});
		let [stdout, stderr] = ['', ''];
		child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
		child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
		child.on('error', failed);
		child.on('close', (code) => done({ code, stdout, stderr }));
	});
}

/** The baseline's modes compute nothing that this session does not ship, but its words. */
const baseline = ['--speech-activity', 'baseline', '--conversations', 'baseline'];

const rowsSchema = v.array(
	v.object({
		session: v.string(),
		ok: v.boolean(),
		reason: v.optional(v.string()),
		folder: v.optional(v.string()),
		report: v.optional(reportSchema),
	}),
);

test.describe('npm run session', () => {
	test('a good session beside broken ones: its files, their reasons, exit status 1', async ({
		page,
		folder,
	}) => {
		await page.goto('/');
		const good = await writeMadeSession(page, folder, 'good');
		const cut = join(folder, 'cut');
		cpSync(good, cut, { recursive: true });
		for (const speaker of readdirSync(join(cut, 'speakers'))) {
			const video = join(cut, 'speakers', speaker, 'central_crops/track_00.mp4');
			writeFileSync(video, readFileSync(video).subarray(0, 900));
		}
		const typeless = join(folder, 'typeless');
		mkdirSync(typeless);
		writeFileSync(join(typeless, 'metadata.json'), '{"spk_0": {"central": "here"}}');
		const out = join(folder, 'out');

		const paths = [good, cut, typeless, join(folder, 'nowhere')];
		const { code, stdout, stderr } = await runSession(
			...paths,
			...['--out', out, '--score', '--json'],
			...baseline,
		);

		expect(code, stderr).toBe(1);
		// One line each at the end, and the same on stdout for programs.
		const lines = stderr.trimEnd().split('\n').slice(-paths.length);
		expect(lines[0]).toBe(`good: ${join(out, 'good')}`);
		expect(lines[1]).toMatch(/^cut: None of the 2 face tracks .*track_00\.mp4/);
		expect(lines[2]).toMatch(/^typeless: .*spk_0\.central/);
		expect(lines[3]).toMatch(/nowhere: there is no such file$/);
		const rows = v.parse(rowsSchema, JSON.parse(stdout));
		expect(rows.map(({ ok }) => ok)).toEqual([true, false, false, false]);
		expect(rows.slice(1).every(({ reason }) => reason && !reason.includes('\n'))).toBe(true);
		// Progress goes to stderr.
		expect(stderr).toMatch(/^good: activity done in/m);

		expect(readdirSync(out)).toEqual(['good']);
		expect(readdirSync(join(out, 'good')).sort()).toEqual([
			'report.json',
			'speaker_to_cluster.json',
			'spk_0.vtt',
			'spk_1.vtt',
		]);
		const read = (name: string) => readFileSync(join(out, 'good', name), 'utf8');
		expect(JSON.parse(read('speaker_to_cluster.json'))).toEqual({ spk_0: 0, spk_1: 0 });
		for (const id of ['spk_0', 'spk_1']) {
			expect(read(`${id}.vtt`)).toMatch(/^WEBVTT\n\n/);
			expect(parseVtt(read(`${id}.vtt`), id).problems).toEqual([]);
		}

		const report = v.parse(reportSchema, JSON.parse(read('report.json')));
		expect(rows[0]?.report).toEqual(report);
		expect(report.settings).toMatchObject({
			speechActivity: 'baseline',
			conversations: 'baseline',
			recogniser: 'embedded',
		});
		expect(Object.keys(report.stages).sort()).toEqual([
			'activity',
			'conversations',
			'decode',
			'level',
			'lips',
			'recognition',
			'scores',
			'segments',
		]);
		expect(Object.values(report.stages).every((seconds) => seconds >= 0)).toBe(true);
		// The shipped scores cross the thresholds where the made turns are.
		const starts = (id: string) =>
			report.speakers[id]?.segments.map(([start]) => Math.round(start)) ?? [];
		expect([starts('spk_0'), starts('spk_1')]).toEqual([[1, 5], [3]]);
		expect(report.memory).toBeGreaterThan(10e6);
		expect(report.scores?.f1).toBe(1);
		expect(Object.keys(report.scores?.perSpeaker ?? {})).toEqual(['spk_0', 'spk_1']);
		const { wer, f1, joint } = report.scores ?? {};
		expect(joint).toBeCloseTo(0.5 * (wer ?? NaN) + 0.5 * (1 - (f1 ?? NaN)), 3);
	});

	test('all sessions of a folder, and exit status 0', async ({ page, folder }) => {
		await page.goto('/');
		const several = join(folder, 'several');
		const first = await writeMadeSession(page, several, 'first');
		const second = join(several, 'second');
		cpSync(first, second, { recursive: true });
		rmSync(join(second, 'labels'), { recursive: true });
		// The same files again: they are read once, and nothing has failed.
		cpSync(second, join(several, 'third'), { recursive: true });
		const out = join(folder, 'out');
		const { code, stdout, stderr } = await runSession(
			...[several, '--out', out, '--recompute', '--detector', 'embedded'],
		);
		expect(code, stderr).toBe(0);
		expect(stdout).toBe('');
		expect(stderr).toContain(
			'warning: third/metadata.json: holds the same files as second: read once',
		);
		expect(readdirSync(out).sort()).toEqual(['first', 'second']);
		for (const name of ['first', 'second']) {
			const text = readFileSync(join(out, name, 'report.json'), 'utf8');
			const report = v.parse(reportSchema, JSON.parse(text));
			expect(report.memory).toBeGreaterThan(10e6);
			// Who speaks was computed, though the session ships it, and not by the detector that is usual.
			expect(report.models).not.toHaveProperty('light-asd-visual');
			// Labels are not looked at unless asked for.
			expect(report.scores).toBeNull();
		}
	});

	test('a recogniser that is added first, from its checkpoint', async ({ page, folder }) => {
		await page.goto('/');
		const session = await writeMadeSession(page, folder, 'made');
		const models = join(folder, 'models');
		const { checkpoint, units } = await reducedFiles();
		for (const { path, file } of [...checkpoint, units]) {
			const target = join(models, path === units.path ? '' : 'avsr_cocktail', path);
			mkdirSync(dirname(target), { recursive: true });
			writeFileSync(target, new Uint8Array(await file.arrayBuffer()));
		}
		const out = join(folder, 'out');
		const { code, stderr } = await runSession(
			...[session, '--out', out, '--recogniser', 'avsr-cocktail', '--models', models],
			...['--decoding', 'beam'],
			...baseline,
		);
		expect(code, stderr).toBe(0);
		const text = readFileSync(join(out, 'made/report.json'), 'utf8');
		const report = v.parse(reportSchema, JSON.parse(text));
		expect(report.settings).toMatchObject({ recogniser: 'avsr-cocktail', decoding: 'beam' });
		expect(report.models['avsr-cocktail']).toMatchObject({ provider: 'wasm', precision: 'q8' });
		// Made weights make up words, but words of their own units.
		expect(readFileSync(join(out, 'made/spk_0.vtt'), 'utf8')).toMatch(/U\d+/);
	});

	test('a Whisper that is added first, from a folder as the hub has it', async ({
		page,
		folder,
	}) => {
		await page.goto('/');
		const session = await writeMadeSession(page, folder, 'made');
		const models = join(folder, 'models');
		for (const [name, bytes] of randomWhisper({ size: 'test', seed: 2, storages: ['q8'] })) {
			mkdirSync(dirname(join(models, name)), { recursive: true });
			writeFileSync(join(models, name), bytes);
		}
		const out = join(folder, 'out');
		const { code, stderr } = await runSession(
			...[session, '--out', out, '--recogniser', 'whisper-tiny', '--models', models],
			...['--language', 'de'],
			...baseline,
		);
		expect(code, stderr).toBe(0);
		const text = readFileSync(join(out, 'made/report.json'), 'utf8');
		const report = v.parse(reportSchema, JSON.parse(text));
		expect(report.settings).toMatchObject({ recogniser: 'whisper-tiny', language: 'de' });
		expect(report.models['whisper-tiny']).toMatchObject({ provider: 'wasm', precision: 'q8+q8' });
		// It does not look at lips, so nobody finds any.
		expect(report.models).not.toHaveProperty('landmarks');
	});

	test('a recording in which nobody is heard, beside what is none', async ({ folder }) => {
		const hum = join(folder, 'hum 1.wav');
		writeFileSync(hum, madeWav(8, 120));
		writeFileSync(join(folder, 'empty.wav'), '');
		writeFileSync(join(folder, 'notes.pdf'), '%PDF-1.7');
		writeFileSync(join(folder, 'face.jpg'), 'no picture');
		writeFileSync(join(folder, 'noise.mp4'), 'no film');
		const out = join(folder, 'out');
		const others = ['empty.wav', 'notes.pdf', 'face.jpg', 'noise.mp4'];
		const { code, stdout, stderr } = await runSession(
			...[hum, ...others.map((name) => join(folder, name))],
			...['--out', out, '--json', '--people', '1-3'],
		);
		expect(code, stderr).toBe(1);
		const rows = v.parse(rowsSchema, JSON.parse(stdout));
		expect(rows.map(({ ok }) => ok)).toEqual([true, false, false, false, false]);
		const lines = stderr.trimEnd().split('\n').slice(-rows.length);
		expect(lines).toEqual([
			`hum 1: ${join(out, 'hum 1')}`,
			'empty: empty.wav is empty (0 bytes)',
			'notes.pdf: is a document: drop sound or video',
			'face.jpg: is a picture: drop sound or video',
			expect.stringMatching(/^noise: noise\.mp4: .*not a sound or video file/),
		]);
		expect(stderr).toMatch(/^hum 1: people done in/m);

		expect(readdirSync(out)).toEqual(['hum 1']);
		expect(readdirSync(join(out, 'hum 1')).sort()).toEqual([
			'hum 1.rttm',
			'hum 1.vtt',
			'people.json',
			'report.json',
			'speaker_to_cluster.json',
		]);
		const read = (name: string) => readFileSync(join(out, 'hum 1', name), 'utf8');
		expect([read('hum 1.rttm'), read('hum 1.vtt')]).toEqual(['', 'WEBVTT\n\n']);
		expect(v.parse(peopleSchema, JSON.parse(read('people.json'))).people).toEqual([]);
		expect(rows[0]?.report?.settings).toMatchObject({
			recogniser: 'whisper-base',
			people: { least: 1, most: 3 },
		});
		expect(rows[0]?.report?.stages).toHaveProperty('people');
	});

	test('recordings by odd names go their way; what cannot be used has its reason', async ({
		folder,
	}) => {
		const odd = join(folder, 'odd');
		mkdirSync(odd);
		const long = 'ü'.repeat(125);
		const names = ['..\u202E100% 👩‍👩‍👧', `${long}x`, 'CON'];
		names.forEach((name, i) => writeFileSync(join(odd, `${name}.wav`), madeWav(2, 100 + i)));
		const whole = madeWav(4, 120);
		writeFileSync(join(odd, 'a short.wav'), madeWav(0.3, 120));
		writeFileSync(join(odd, 'b raw.wav'), whole.subarray(44));
		writeFileSync(join(odd, 'c cut.wav'), whole.subarray(0, whole.length / 2));
		const out = join(folder, 'out');
		const { code, stdout, stderr } = await runSession(odd, '--out', out, '--json');
		expect(code, stderr).toBe(1);
		const rows = v.parse(rowsSchema, JSON.parse(stdout));
		const reasons = new Map(rows.map(({ session, reason }) => [session, reason]));
		expect(reasons.get('a short')).toMatch(/the recording is 0\.30 s long, too short/);
		expect(reasons.get('b raw')).toMatch(/b raw\.wav: .*(no header|not a sound or video file)/);
		expect(stderr).toMatch(/^c cut: It is cut short: of 4\.0 s, .* 2\.0 s are there/m);
		const stems = ['_100% 👩‍👩‍👧', 'ü'.repeat(115), '_CON', 'c cut'];
		expect(readdirSync(out).sort()).toEqual([...stems].sort());
		for (const stem of stems) {
			expect(readdirSync(join(out, stem))).toEqual(
				expect.arrayContaining([`${stem}.rttm`, `${stem}.vtt`, 'people.json', 'report.json']),
			);
		}
	});

	test('recordings of a folder, each against its own reference', async ({ folder }) => {
		const several = join(folder, 'several');
		mkdirSync(several);
		for (const [name, hertz] of [
			['a', 100],
			['b', 150],
		] as const) {
			writeFileSync(join(several, `${name}.wav`), madeWav(4, hertz));
			const turn = `SPEAKER ${name} 1 0.500 2.000 <NA> <NA> Anna <NA> <NA>\n`;
			writeFileSync(join(several, `${name}.rttm`), turn);
		}
		const out = join(folder, 'out');
		// Whether named or in a folder, they are read with what lies beside them.
		const paths = [several, join(several, 'b.wav')];
		const { code, stderr } = await runSession(...paths, '--score', '--out', out);
		expect(code, stderr).toBe(0);
		expect(readdirSync(out).sort()).toEqual(['a', 'b', 'b-2']);
		for (const name of ['a', 'b', 'b-2']) {
			const text = readFileSync(join(out, name, 'report.json'), 'utf8');
			// Two seconds of Anna, and nobody heard.
			expect(v.parse(reportSchema, JSON.parse(text))).toMatchObject({
				der: { full: 1, fair: 1, forgiving: 1 },
				cpwer: null,
				speakerCountError: -1,
				mapping: {},
			});
		}
	});

	test('what one man says, in his words', async ({ folder }) => {
		const whisper = join(projectFolder, 'static/models/whisper-base/onnx');
		test.skip(!hasShared || !existsSync(whisper), 'needs real speech and Whisper');
		cpSync(sharedPath('media/jfk.flac'), join(folder, 'jfk.flac'));
		const turn = 'SPEAKER jfk 1 0.300 10.400 <NA> <NA> Kennedy <NA> <NA>\n';
		writeFileSync(join(folder, 'jfk.rttm'), turn);
		const out = join(folder, 'out');
		const { code, stderr } = await runSession(
			...[join(folder, 'jfk.flac'), '--people', '1', '--language', 'en', '--score', '--out', out],
		);
		expect(code, stderr).toBe(0);
		const read = (name: string) => readFileSync(join(out, 'jfk', name), 'utf8');
		expect(v.parse(peopleSchema, JSON.parse(read('people.json')))).toMatchObject({
			people: [{ id: 'person_1', kind: 'voice' }],
			count: [1, 1],
		});
		expect(JSON.parse(read('speaker_to_cluster.json'))).toEqual({ person_1: 0 });
		const { cues } = parseVtt(read('person_1.vtt'), 'person_1.vtt');
		const words = cues.map(({ rawText }) => rawText.toLowerCase().replace(/[^a-z ]/g, ''));
		expect(words.join(' ')).toContain('ask not what your country can do for you');
		expect(read('jfk.vtt')).toContain('<v person_1>');
		expect(read('jfk.rttm')).toMatch(/^SPEAKER jfk 1 \d+\.\d{3} \d+\.\d{3} <NA> <NA> person_1 /);
		const report = v.parse(reportSchema, JSON.parse(read('report.json')));
		expect(report.mapping).toEqual({ person_1: 'Kennedy' });
		expect(report.speakerCountError).toBe(0);
		// He pauses; the reference of one turn does not.
		expect(report.der?.full).toBeLessThan(0.5);
	});

	for (const [name, args, message] of [
		['no path', [], 'No recording or session given'],
		['no number of people', ['somewhere', '--people', 'two'], '--people'],
		['nobody', ['somewhere', '--people', '0'], '--people'],
		['fewer people at most than at least', ['somewhere', '--people', '6-2'], '--people'],
		['an unknown option', ['somewhere', '--guess'], '--guess'],
		['a mode there is not', ['somewhere', '--speech-activity', 'best'], 'calibrated, baseline'],
		[
			'the baseline by another detector',
			['somewhere', '--detector', 'embedded', '--conversations', 'baseline'],
			'Light-ASD',
		],
		['a method there is not', ['somewhere', '--conversations', 'best'], 'confab, baseline'],
		['a recogniser there is not', ['somewhere', '--recogniser', 'best'], 'embedded'],
		['a way of decoding there is not', ['somewhere', '--decoding', 'best'], 'beam, greedy'],
		['a language there is not', ['somewhere', '--language', 'xx'], 'detect, en, zh'],
		['no folder of models', ['somewhere', '--models', 'nowhere'], 'nowhere'],
		['models for what comes with it', ['somewhere', '--models', '.'], 'avsr-cocktail'],
		['an option without its value', ['somewhere', '--out'], '--out'],
	] as const) {
		test(`wrong usage is told, and exit status 2: ${name}`, async () => {
			const { code, stdout, stderr } = await runSession(...args);
			expect(code).toBe(2);
			expect(stdout).toBe('');
			expect(stderr).toContain(message);
			expect(stderr).toContain('npm run session -- PATH');
		});
	}
});
