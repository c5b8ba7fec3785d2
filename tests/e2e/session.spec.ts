import * as v from 'valibot';
import type { Page } from 'playwright/test';
import { inProject } from '../../scripts/lib/command.mjs';
import { serve } from '../../scripts/lib/serve.mjs';
import { hasShared, sharedPath } from '../shared.ts';
import { expect, test } from './harness.ts';
import { outputOf } from './output.ts';
import { chooseFolder, writeTrimmedSession } from './session-folders.ts';

/*
 * Seconds of a real session through the whole app. Nothing of it is shown or kept: the page blurs faces and the
 * browser's profile ends with the test.
 */
const real = 'sessions/grid-onevoice-4';

const reportSchema = v.object({
	stages: v.record(v.string(), v.number()),
	models: v.record(v.string(), v.object({ provider: v.string(), precision: v.string() })),
	conversations: v.object({ clusters: v.record(v.string(), v.number()) }),
	scores: v.object({ wer: v.number(), f1: v.number(), joint: v.number() }),
});

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

	test('from drop to scores: cut off, resumed, without the network, from store', async ({
		context,
		folder,
		page,
		watch,
	}) => {
		const server = await serve(inProject('build'), { port: 0 });
		const trim = (name: string, speakers: readonly string[], seconds: number) =>
			writeTrimmedSession(sharedPath(real), folder, { name, speakers, seconds });
		const first = await trim('first', ['spk_0', 'spk_2'], 11);
		const cold = await trim('cold', ['spk_1'], 6);
		const result = async (on: Page, name: string) => {
			await expect(on.getByRole('heading', { level: 1, name })).toBeVisible();
			await expect(on.getByRole('tab', { name: 'Export' })).toBeVisible({ timeout: 600_000 });
			return outputOf(on);
		};

		// The tab is closed while the second speaker is under way.
		await page.goto(server.origin);
		await chooseFolder(page, first);
		const underWay = (on: Page) =>
			expect
				.poll(() => activityOf(on, 'spk_2'), { intervals: [200], timeout: 600_000 })
				.toBeGreaterThan(0);
		await underWay(page);
		expect(watch.errors).toEqual([]);
		// With its last page Chromium may lose the context, so the next one is there before.
		const second = await context.newPage();
		await page.close();

		// The same folder again: the first speaker is there at once.
		await second.goto(server.origin);
		await chooseFolder(second, first);
		await expect.poll(() => activityOf(second, 'spk_0')).toBe(100);
		await underWay(second);
		// The network goes away, twice over: the browser is told to have none, and nobody is there to answer.
		await context.setOffline(true);
		await server.close();
		const output = await result(second, 'first');
		expect([...output.keys()].sort()).toEqual([
			'output/report.json',
			'output/speaker_to_cluster.json',
			'output/spk_0.vtt',
			'output/spk_2.vtt',
		]);
		const report = v.parse(reportSchema, JSON.parse(output.get('output/report.json') ?? ''));
		expect(report.scores.f1).toBe(1);
		expect(report.scores.wer).toBeLessThanOrEqual(0.5);
		expect(output.get('output/spk_0.vtt')).toMatch(/^WEBVTT\n\n00:00:0\d.*-->.*\n\w+/);

		// Another session in the same page.
		await second.getByRole('link', { name: 'Confab' }).first().click();
		await chooseFolder(second, cold);
		expect(await result(second, 'cold')).toHaveProperty('size', 3);
		expect(await storedStages(second)).toEqual([]);

		// The first again: nothing is computed.
		await second.getByRole('link', { name: 'Confab' }).first().click();
		await chooseFolder(second, first);
		await result(second, 'first');
		expect(await storedStages(second)).toEqual(['Who speaks when', 'Lips', 'Words', 'Sound level']);
		expect(watch.strangers.filter((url) => !url.startsWith(server.origin))).toEqual([]);
		// The browser itself says of what is not needed that it cannot be had.
		const refused = 'Failed to load resource: net::ERR_INTERNET_DISCONNECTED';
		expect(watch.errors.filter((error) => error !== refused)).toEqual([]);
	});
});
