import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { reducedFiles } from '../../models/avsr-cocktail/reduced.ts';
import { randomWhisper } from '../../models/whisper/random-whisper.ts';
import { projectFolder } from '../../scripts/lib/command.mjs';
import { reportSchema } from '../../src/lib/formats/report-schema.ts';
import { parseVtt } from '../../src/lib/formats/webvtt.ts';
import { expect, test } from './harness.ts';
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
	test.setTimeout(10 * 60_000);

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
		expect(Object.keys(report.stages).sort()).toEqual(
			['activity', 'conversations', 'decode', 'lips', 'recognition', 'scores', 'segments'].sort(),
		);
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
		const { code, stdout, stderr } = await runSession(several, '--out', out, ...baseline);
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
			// Labels are not looked at unless asked for.
			expect(report.scores).toBeNull();
		}
	});

	test('the demo, by the embedded recogniser alone', async ({ folder }) => {
		const out = join(folder, 'out');
		const { code, stdout, stderr } = await runSession(
			...['static/demo/dinner-party', '--out', out],
			...['--score', '--detector', 'embedded', '--json'],
		);
		expect(code, stderr).toBe(0);
		const [row] = v.parse(rowsSchema, JSON.parse(stdout));
		expect(row?.report?.scores?.f1).toBe(1);
		expect(row?.report?.scores?.wer).toBeLessThan(0.15);
		expect(row?.report?.models).not.toHaveProperty('light-asd-visual');
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

	for (const [name, args, message] of [
		['no path', [], 'No session given'],
		['an unknown option', ['somewhere', '--guess'], '--guess'],
		['a mode there is not', ['somewhere', '--speech-activity', 'best'], 'calibrated, baseline'],
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
