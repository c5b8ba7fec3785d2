import { readFileSync } from 'node:fs';
import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js';
import * as v from 'valibot';
import type { Page } from 'playwright/test';
import { hasShared, sharedPath } from '../shared.ts';
import { expect, test } from './harness.ts';

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

async function outputOf(page: Page): Promise<Map<string, string>> {
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('button', { name: 'Everything (.zip)' }).click(),
	]);
	const reader = new ZipReader(new BlobReader(new Blob([readFileSync(await download.path())])));
	const files = new Map<string, string>();
	for (const entry of await reader.getEntries()) {
		if (entry.directory) continue;
		files.set(entry.filename, await entry.getData(new TextWriter()));
	}
	return files;
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
		await expect.poll(() => activityOf(second, 'spk_0'), { timeout: 60_000 }).toBe(100);
		expect(await activityOf(second, 'spk_3')).toBe(0);
		await expect(second.getByRole('heading', { name: 'Downloads' })).toBeVisible({
			timeout: 900_000,
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

		// Once more with the network switched off, in the same page.
		await context.setOffline(true);
		await second.getByRole('link', { name: 'Confab' }).first().click();
		await second
			.locator('input[data-pick=folder]')
			.setInputFiles(sharedPath(`sessions/${session}`));
		await expect(second.getByRole('heading', { name: 'Downloads' })).toBeVisible({
			timeout: 60_000,
		});
		expect(await outputOf(second)).toHaveProperty('size', 6);
		expect(watch.strangers).toEqual([]);
	});
});
