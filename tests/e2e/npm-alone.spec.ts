import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { BrowserContext } from 'playwright/test';
import { inProject } from '../../scripts/lib/command.mjs';
import { parseVtt } from '../../src/lib/formats/webvtt.ts';
import { npmModels } from '../npm-models.ts';
import { expect, test } from './harness.ts';
import { outputOf } from './output.ts';
import { chooseFolder, writeTrimmedSession } from './session-folders.ts';

const demo = inProject('static/demo/dinner-party');

const manifestSchema = v.looseObject({
	models: v.array(v.looseObject({ id: v.string() })),
});

/** Pages of the context get the list of models that a machine has which reaches npm alone. */
async function reachNpmAlone(context: BrowserContext): Promise<void> {
	await context.route('**/models/manifest.json', async (route) => {
		const response = await route.fetch();
		const { models, ...rest } = v.parse(manifestSchema, await response.json());
		const reached = models.map(({ files, check, ...model }) =>
			npmModels.has(model.id)
				? { ...model, files, check }
				: { ...model, status: 'missing', reason: 'its repository is out of reach' },
		);
		await route.fulfill({ response, json: { ...rest, models: reached } });
	});
}

const reportSchema = v.object({ models: v.record(v.string(), v.unknown()) });

test.describe('with npm alone', () => {
	// What is kept for use without the network is not what this machine would have.
	test.use({ serviceWorkers: 'block' });

	test('nothing is said to be missing, and the page of models names what stands in', async ({
		context,
		page,
		watch,
	}) => {
		await reachNpmAlone(context);
		await page.goto('/');
		await page.getByText('For MCoRec sessions').click();
		await expect(page.getByText('Light-ASD is not on this machine')).toBeVisible();
		await expect(page.getByText('Not possible here')).toHaveCount(0);
		await page.goto('/models');
		const yunet = page.getByRole('article', { name: 'YuNet' });
		await expect(
			yunet.getByText(/Not on this machine: MediaPipe face detection.* does its work/),
		).toBeVisible();
		const standIn = page.getByRole('article', { name: 'MediaPipe face mesh' });
		await expect(standIn.getByText('On this machine')).toBeVisible();
		await standIn.locator(':scope > details > summary').click();
		await expect(standIn.getByText(/In use: it stands in for Peppa/)).toBeVisible();
		await expect(page.getByText('Not possible')).toHaveCount(0);
		expect(watch.errors).toEqual([]);
	});

	test('a session without scores and lip clips goes from faces to words', async ({
		context,
		page,
		folder,
		watch,
	}) => {
		test.setTimeout(10 * 60_000);
		await reachNpmAlone(context);
		const speakers = ['spk_0', 'spk_2'];
		const session = await writeTrimmedSession(demo, folder, {
			name: 'talk',
			speakers,
			seconds: 12,
		});
		await page.goto('/');
		await chooseFolder(page, session);
		await expect(page.getByRole('tab', { name: 'Export' })).toBeVisible({ timeout: 480_000 });
		const output = await outputOf(page);
		const { models } = v.parse(reportSchema, JSON.parse(output.get('output/report.json') ?? ''));
		expect(Object.keys(models).sort()).toEqual(['embedded', 'face-detection', 'face-mesh']);
		for (const id of speakers) {
			const said = wordsBefore(readFileSync(join(demo, `labels/${id}.vtt`), 'utf8'), 12);
			const heard = wordsBefore(output.get(`output/${id}.vtt`) ?? '', 12);
			const right = said.filter((word) => heard.includes(word));
			expect(right.length, `${heard.join(' ')} for ${said.join(' ')}`).toBeGreaterThan(
				said.length / 2,
			);
		}
		expect(watch.errors).toEqual([]);
	});
});

function wordsBefore(vtt: string, seconds: number): string[] {
	return parseVtt(vtt, 'a test')
		.cues.filter(({ endSeconds }) => endSeconds <= seconds)
		.flatMap(({ rawText }) => rawText.split(' '));
}
