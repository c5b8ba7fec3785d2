import * as v from 'valibot';
import type { Page } from 'playwright/test';
import { inProject } from '../../scripts/lib/command.mjs';
import { serve } from '../../scripts/lib/serve.mjs';
import { hasShared, sharedPath } from '../shared.ts';
import { expect, test } from './harness.ts';
import { outputOf } from './output.ts';
import { writeTrimmedSession } from './session-folders.ts';

/*
 * One real session through the whole app: four times the same person in two conversations, one minute.
 * Nothing of it is shown or kept: the page blurs faces and the browser's profile ends with the test.
 */
const session = 'grid-onevoice-4';

const reportSchema = v.object({
	stages: v.record(v.string(), v.number()),
	models: v.record(v.string(), v.object({ provider: v.string(), precision: v.string() })),
	conversations: v.object({ clusters: v.record(v.string(), v.number()) }),
	scores: v.object({ wer: v.number(), f1: v.number(), joint: v.number() }),
});

async function chooseFolder(page: Page): Promise<void> {
	await page.goto('/');
	await page.locator('input[data-pick=folder]').setInputFiles(sharedPath(`sessions/${session}`));
}

/** How far a speaker is in finding out who speaks when, in per cent. */
async function activityOf(page: Page, speaker: string): Promise<number> {
	const meter = page.getByRole('progressbar', { name: `Who speaks when, ${speaker}` });
	const value = await meter.getAttribute('aria-valuenow', { timeout: 1000 }).catch(() => null);
	return Number(value ?? 0);
}

/** Stages of a result that came from the store; of the others none takes any time. */
async function storedStages(page: Page): Promise<string[]> {
	await page.getByRole('tab', { name: 'Run' }).click();
	return page
		.getByRole('region', { name: 'How it was made' })
		.getByRole('listitem')
		.filter({ hasText: ', stored' })
		.locator('span:first-child')
		.allTextContents();
}

test.describe('a real session', () => {
	test.skip(!hasShared, 'needs the real recordings');

	test('from drop to scores: cut off, resumed, offline, from store', async ({
		context,
		page,
		watch,
	}) => {
		test.setTimeout(20 * 60_000);

		// The tab is closed while the second speaker is under way.
		await chooseFolder(page);
		await expect.poll(() => activityOf(page, 'spk_1'), { timeout: 600_000 }).toBeGreaterThan(0);
		expect(watch.errors).toEqual([]);
		await page.close();

		// The same folder again: the first speaker is there at once.
		const second = await context.newPage();
		await chooseFolder(second);
		await expect.poll(() => activityOf(second, 'spk_0')).toBe(100);
		expect(await activityOf(second, 'spk_3')).toBe(0);
		await expect(second.getByRole('tab', { name: 'Export' })).toBeVisible({
			timeout: 15 * 60_000,
		});
		const output = await outputOf(second);
		const report = v.parse(reportSchema, JSON.parse(output.get('output/report.json') ?? ''));
		expect(report.scores.f1).toBe(1);
		expect(report.scores.wer).toBeLessThanOrEqual(0.4);
		expect([...output.keys()].sort()).toEqual([
			'output/report.json',
			'output/speaker_to_cluster.json',
			'output/spk_0.vtt',
			'output/spk_1.vtt',
			'output/spk_2.vtt',
			'output/spk_3.vtt',
		]);
		expect(output.get('output/spk_0.vtt')).toMatch(/^WEBVTT\n\n00:00:/);
		expect(watch.errors).toEqual([]);

		// Once more with the network switched off, in the same page.
		await context.setOffline(true);
		await second.getByRole('link', { name: 'Confab' }).first().click();
		await second
			.locator('input[data-pick=folder]')
			.setInputFiles(sharedPath(`sessions/${session}`));
		await expect(second.getByRole('tab', { name: 'Export' })).toBeVisible();
		expect(await outputOf(second)).toHaveProperty('size', 6);
		expect(watch.strangers).toEqual([]);
		// The browser itself says of what is not needed that it cannot be had.
		const refused = 'Failed to load resource: net::ERR_INTERNET_DISCONNECTED';
		expect(watch.errors.filter((error) => error !== refused)).toEqual([]);
	});

	test('the network goes away in mid-run: that run, a cold one and a stored one still end well', async ({
		context,
		folder,
		page,
	}) => {
		const server = await serve(inProject('build'), { port: 0 });
		const [first, second] = await Promise.all([
			writeTrimmedSession(sharedPath(`sessions/${session}`), folder, {
				name: 'first',
				speakers: ['spk_0'],
				seconds: 8,
			}),
			writeTrimmedSession(sharedPath(`sessions/${session}`), folder, {
				name: 'second',
				speakers: ['spk_2', 'spk_3'],
				seconds: 6,
			}),
		]);
		const choose = async (path: string) => {
			await page.locator('input[data-pick=folder]').setInputFiles(path);
		};
		const result = async (name: string) => {
			await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
			await expect(page.getByRole('tab', { name: 'Export' })).toBeVisible();
			return outputOf(page);
		};

		await page.goto(server.origin);
		await choose(first);
		await expect.poll(() => activityOf(page, 'spk_0')).toBeGreaterThan(0);
		// Twice over: the browser is told to have no network, and nobody is there to answer.
		await context.setOffline(true);
		await server.close();
		expect([...(await result('first')).keys()]).toContain('output/spk_0.vtt');

		await page.getByRole('link', { name: 'Confab' }).first().click();
		await choose(second);
		const output = await result('second');
		expect([...output.keys()].sort()).toEqual([
			'output/report.json',
			'output/speaker_to_cluster.json',
			'output/spk_2.vtt',
			'output/spk_3.vtt',
		]);
		const words = ['spk_2', 'spk_3'].map((id) => output.get(`output/${id}.vtt`) ?? '').join('');
		expect(words).toMatch(/-->.*\n\w+/);
		expect(await storedStages(page)).toEqual([]);

		// The same again: nothing is computed.
		await page.getByRole('link', { name: 'Confab' }).first().click();
		await choose(second);
		await result('second');
		expect(await storedStages(page)).toEqual(['Who speaks when', 'Lips', 'Words', 'Sound level']);
	});
});
