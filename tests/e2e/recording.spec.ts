import { existsSync } from 'node:fs';
import { inProject } from '../../scripts/lib/command.mjs';
import { sharedPath } from '../shared.ts';
import { expect, test } from './harness.ts';
import { madeAu, madeWav } from './media-files.ts';

const whisper = inProject('static/models/whisper-base');

/** Somebody who speaks, where there is a recording of it. */
const speech = process.env['CONFAB_SPEECH'] ?? sharedPath('media/jfk.flac');

test('a recording without speech: from its card to a result that says so', async ({
	page,
	watch,
}) => {
	await page.goto('/');
	const file = { name: 'hum.wav', mimeType: 'audio/wav', buffer: madeWav(6, 120) };
	await page.locator('input[data-pick=files]').first().setInputFiles(file);
	const card = page.getByRole('article', { name: 'hum' });
	await expect(card.getByText(/0:06 · Sound · mono/)).toBeVisible();
	await card.getByLabel('People').selectOption('exactly');
	await card.getByLabel('Number of people').fill('3');
	await card.getByRole('button', { name: 'Start' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'hum' })).toBeVisible();
	await page.waitForURL(/\/session\//);
	await page.getByRole('tab', { name: 'People' }).click();
	await expect(page.getByRole('heading', { name: 'Nobody is heard' })).toBeVisible();
	expect(watch.strangers).toEqual([]);
	expect(watch.errors).toEqual([]);
});

test('a recording that no browser reads is decoded by FFmpeg, under the same policy', async ({
	page,
	watch,
}) => {
	await page.goto('/');
	const file = { name: 'hum.au', mimeType: 'audio/basic', buffer: madeAu(6, 120) };
	await page.locator('input[data-pick=files]').first().setInputFiles(file);
	const card = page.getByRole('article', { name: 'hum' });
	await expect(card.getByText(/0:06 · Sound · mono/)).toBeVisible();
	await card.getByRole('button', { name: 'Start' }).click();
	await page.waitForURL(/\/session\//);
	await page.getByRole('tab', { name: 'People' }).click();
	await expect(page.getByRole('heading', { name: 'Nobody is heard' })).toBeVisible();
	expect(watch.strangers).toEqual([]);
	expect(watch.errors).toEqual([]);
});

test('speech becomes words of the person who says them', async ({ page, watch }) => {
	test.skip(!existsSync(speech) || !existsSync(whisper), 'needs real speech and Whisper');
	await page.goto('/');
	await page.locator('input[data-pick=files]').first().setInputFiles(speech);
	await page.getByRole('article', { name: 'jfk' }).getByRole('button', { name: 'Start' }).click();
	await page.waitForURL(/\/session\//, { timeout: 600_000 });
	await expect(page.getByText(/what you can do for your country/i).first()).toBeVisible();
	await page.getByRole('tab', { name: 'People' }).click();
	await expect(page.getByText('Person 1').first()).toBeVisible();
	expect(watch.strangers).toEqual([]);
	expect(watch.errors).toEqual([]);
});
