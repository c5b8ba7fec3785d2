import type { Locator, Page } from 'playwright/test';
import { inProject } from '../../scripts/lib/command.mjs';
import { detailOf, drawnClear, watchDrawing } from './drawing.ts';
import { expect, test } from './harness.ts';
import { chooseFolder } from './session-folders.ts';

/** Where the player is, in seconds. */
async function secondsOf(player: Locator): Promise<number> {
	const text = (await player.locator('.time').textContent()) ?? '';
	const [minutes, rest] = (text.split('/')[0] ?? '').trim().split(':');
	return Number(minutes) * 60 + Number(rest);
}

function captionsOf(player: Locator): Promise<string[]> {
	return player.locator('.caption').allTextContents();
}

async function openDemo(page: Page): Promise<Locator> {
	await page.goto('/');
	await page.getByRole('button', { name: 'Try the demo' }).click();
	await expect(page.getByRole('heading', { name: 'This is the demo' })).toBeVisible({
		timeout: 240_000,
	});
	return page.getByRole('region', { name: 'Player' });
}

test('the demo is watched and heard, alone, over and over, by mouse and by keys; dropped again, it plays without a run', async ({
	context,
	page,
	watch,
}) => {
	test.setTimeout(420_000);
	await context.addInitScript(watchDrawing);
	const player = await openDemo(page);
	const picture = player.locator('canvas');

	// Everybody who is seen is marked with a button, and blurred.
	await expect(player.locator('button.face')).toHaveCount(6);
	await expect(player.getByText('Confab decodes it')).toHaveCount(0);

	// Time goes on, and the words with it.
	await player.getByRole('button', { name: 'Play', exact: true }).click();
	await expect.poll(() => secondsOf(player), { timeout: 20_000 }).toBeGreaterThan(3);
	const seen = new Set<string>();
	for (let i = 0; i < 12; i++) {
		for (const caption of await captionsOf(player)) seen.add(caption.trim());
		await page.waitForTimeout(250);
	}
	expect(seen.size).toBeGreaterThan(2);
	expect([...seen].join(' ')).toMatch(/[a-z]{3}/);
	await page.keyboard.press('k');
	const stopped = await secondsOf(player);
	await page.waitForTimeout(400);
	expect(await secondsOf(player)).toBe(stopped);

	// Keys of the player, wherever the focus is but where one types.
	await page.keyboard.press('l');
	expect(await secondsOf(player)).toBeCloseTo(stopped + 5, 1);
	await page.keyboard.press('j');
	await page.keyboard.press('.');
	expect(await secondsOf(player)).toBeLessThan(stopped + 0.2);
	await page.keyboard.press('>');
	await expect(player.getByRole('combobox', { name: 'Speed' })).toHaveValue('1.25');
	await page.keyboard.press('<');

	// A face, reached by keys, is looked at alone.
	const face = player.getByRole('button', { name: 'spk_2 alone' });
	await face.focus();
	await page.keyboard.press('Enter');
	await expect(face).toHaveAttribute('aria-pressed', 'true');
	await expect(page).toHaveURL(/speaker=spk_2/);
	await page.keyboard.press('Enter');
	await expect(page).not.toHaveURL(/speaker=/);

	// The selection, over and over.
	const address = new URL(page.url());
	expect(address.pathname).toMatch(/session/);
	await page.evaluate(() => (window.drawn = []));
	await expect(player.getByRole('button', { name: 'Repeat the selection' })).toBeDisabled();

	// No part of the picture has any detail until faces are shown, nor afterwards.
	const blurred = await detailOf(picture);
	await page.keyboard.press('k');
	await page.waitForTimeout(800);
	await page.keyboard.press('j');
	await page.keyboard.press('k');
	expect(await drawnClear(page)).toEqual([]);
	await player.getByRole('button', { name: 'Show faces' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Show faces' }).click();
	await expect.poll(async () => (await drawnClear(page)).length).toBeGreaterThan(0);
	const clear = await detailOf(picture);
	expect(clear.blocks.filter((block) => block > 20).length).toBeGreaterThan(8);
	expect(Math.max(...blurred.blocks)).toBeLessThan(Math.max(...clear.blocks) / 50);
	expect(Math.abs(clear.mean - blurred.mean)).toBeLessThan(25);
	await player.getByRole('button', { name: 'Blur faces' }).click();
	await expect
		.poll(async () => Math.max(...(await detailOf(picture)).blocks))
		.toBeLessThan(Math.max(...clear.blocks) / 50);
	await page.evaluate(() => (window.drawn = []));
	await page.keyboard.press('k');
	await page.waitForTimeout(600);
	await page.keyboard.press('k');
	expect(await drawnClear(page)).toEqual([]);
	await expect(page.locator('video, audio, img, iframe')).toHaveCount(0);

	// Opened anew the recordings are gone, but for the place in them.
	await page.goto(`${address.pathname}?select=20.00-21.00&t=20.0`);
	await expect(page.getByText('The recordings are not kept.').first()).toBeVisible();
	await chooseFolder(page, inProject('static/demo/dinner-party'));
	await expect(player.locator('button.face').first()).toBeVisible({ timeout: 60_000 });
	expect(new URL(page.url()).pathname).toBe(address.pathname);

	// The selection, over and over.
	await player.getByRole('button', { name: 'Repeat the selection' }).click();
	await player.getByRole('button', { name: 'Play', exact: true }).click();
	const places: number[] = [];
	await expect
		.poll(
			async () => {
				places.push(await secondsOf(player));
				return places.filter((place, i) => place < (places[i - 1] ?? 0)).length;
			},
			{ timeout: 30_000, intervals: [100] },
		)
		.toBeGreaterThan(1);
	expect(Math.min(...places)).toBeGreaterThanOrEqual(20);
	expect(Math.max(...places)).toBeLessThanOrEqual(21.2);
	expect(watch.errors).toEqual([]);
	expect(watch.strangers).toEqual([]);
});
