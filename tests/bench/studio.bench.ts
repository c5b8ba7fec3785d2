import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { chromiumArguments, requireChromium } from '../../scripts/lib/chromium.mjs';
import { inProject } from '../../scripts/lib/command.mjs';
import { watchMemory } from '../../scripts/lib/process-memory.mjs';
import { serve } from '../../scripts/lib/serve.mjs';
import type { SessionResult } from '../../src/lib/domain/result.ts';
import { runIdOf } from '../../src/lib/domain/run-id.ts';
import { defaultSettings } from '../../src/lib/domain/settings.ts';
import { writeProject } from '../../src/lib/formats/project/write-project.ts';
import type { ProjectSession } from '../../src/lib/formats/project/project-session.ts';
import { longDocument } from '../fixtures/long-talk.ts';
import type { Bench, BenchRow } from './row.ts';

const cases = [
	{ title: '8 speakers, 6 min', speakers: 8, seconds: 360 },
	{ title: '2 speakers, 3 h', speakers: 2, seconds: 10_800 },
] as const;

/** A picture every so often looks smooth. */
const frameBudgetMilliseconds = 16.7;
/** What a page may hold that only shows a result. */
const memoryBudgetBytes = 500e6;

/** A run with made-up talk of any length. */
function longResult(sessionId: string, speakerCount: number, seconds: number): SessionResult {
	const { speakers } = longDocument(speakerCount, seconds);
	return {
		sessionId,
		runId: runIdOf(defaultSettings),
		sessionName: sessionId,
		durationSeconds: seconds,
		settings: defaultSettings,
		speakers: speakers.map(({ id, uem, activity, segments, cues }) => ({
			speakerId: id,
			uem,
			activity,
			segments,
			transcript: {
				speakerId: id,
				cues: cues.map(({ startSeconds, endSeconds, text, words, confidence }) => {
					return { startSeconds, endSeconds, text, words, confidence };
				}),
			},
		})),
		people: null,
		conversations: {
			clusters: new Map(speakers.map(({ id, conversation }) => [id, conversation ?? 0])),
			evidence: [],
			confidence: null,
		},
		scores: null,
		diarisation: null,
		layers: [],
		report: { stages: {}, fromStore: [], models: [], seconds: 1 },
		problems: [],
	};
}

async function writeLong(path: string, result: SessionResult): Promise<void> {
	const session: ProjectSession = {
		sessionId: result.sessionId,
		folderName: result.sessionName,
		givenName: null,
		runs: [{ result, finishedAt: 1_700_000_000_000 }],
		editions: [],
		reference: null,
	};
	async function* sessions(): AsyncIterable<ProjectSession> {
		yield await Promise.resolve(session);
	}
	writeFileSync(path, Buffer.from(await (await writeProject(sessions(), 1)).arrayBuffer()));
}

/** Milliseconds between the pictures that the browser shows while keys are pressed in turn. */
async function framesWhile(page: Page, keys: readonly string[]): Promise<readonly number[]> {
	// No function in it has a name: what runs this file would mark it with one of its own.
	await page.evaluate(() => {
		const times: number[] = [];
		Reflect.set(window, 'frameTimes', times);
		Reflect.set(window, 'noteFrame', (time: number) => {
			times.push(time);
			requestAnimationFrame(Reflect.get(window, 'noteFrame') as FrameRequestCallback);
		});
		requestAnimationFrame(Reflect.get(window, 'noteFrame') as FrameRequestCallback);
	});
	for (const key of keys) await page.keyboard.press(key);
	const times = await page.evaluate(() => Reflect.get(window, 'frameTimes') as number[]);
	return times.slice(1).map((time, i) => time - (times[i] ?? time));
}

function percentile(values: readonly number[], part: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Infinity;
}

/** The whole page of a result, in the built app: how soon it is there, how smooth, and what it holds. */
export const bench: Bench = {
	title: 'Studio, the whole page',
	missing: () => null,
	async run({ log }) {
		const rows: BenchRow[] = [];
		const folder = mkdtempSync(join(tmpdir(), 'confab-bench-'));
		const server = await serve(inProject('build'), { port: 0 });
		const mark = `--confab-bench=${process.pid}`;
		const browser = await chromium.launch({
			executablePath: requireChromium(),
			args: [...chromiumArguments(), mark],
		});
		const memory = watchMemory(mark);
		try {
			for (const { title, speakers, seconds } of cases) {
				const context = await browser.newContext({
					viewport: { width: 1440, height: 900 },
					serviceWorkers: 'block',
				});
				const page = await context.newPage();
				const name = `long${speakers}`;
				const path = join(folder, `${name}.confab`);
				await writeLong(path, longResult(name, speakers, seconds));
				await page.goto(server.origin);
				await page.locator('input[data-pick=files]').first().setInputFiles(path);
				await page.getByRole('link', { name, exact: true }).first().waitFor();
				memory.reset();
				const started = performance.now();
				await page.getByRole('link', { name, exact: true }).first().click();
				await page.locator('[data-cue]').first().waitFor();
				const opening = (performance.now() - started) / 1000;
				await page.locator('.strip').waitFor();
				const keys = Array.from({ length: 40 }, (_, i) => (i % 8 < 5 ? '+' : '-'));
				const intervals = await framesWhile(page, keys);
				const peak = memory.peakBytes();
				log(`${title}: ${intervals.length} pictures`);
				rows.push(
					{
						what: `Result of ${title}: until its words are there`,
						measured: { name: 'opening', value: opening, unit: 's' },
						against: { name: 'budget', value: 2, unit: 's' },
						target: { atMost: 1 },
					},
					...(['median', '95th'] as const).map((which) => ({
						what: `Result of ${title}: between pictures while zooming by keys`,
						measured: {
							name: which,
							value: percentile(intervals, which === 'median' ? 0.5 : 0.95),
							unit: 'ms',
						},
						against: { name: 'budget', value: frameBudgetMilliseconds, unit: 'ms' },
					})),
				);
				if (peak !== null) {
					rows.push({
						what: `Result of ${title}: memory of the tab, at most`,
						measured: { name: 'peak', value: peak / 1e6, unit: 'MB' },
						against: { name: 'budget', value: memoryBudgetBytes / 1e6, unit: 'MB' },
						target: { atMost: 1 },
					});
				}
				await context.close();
			}
		} finally {
			memory.stop();
			await browser.close();
			await server.close();
			rmSync(folder, { recursive: true, force: true });
		}
		return rows;
	},
};
