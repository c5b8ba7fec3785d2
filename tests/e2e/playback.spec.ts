import type { Locator, Page } from 'playwright/test';
import { detailOf, drawnClear, watchDrawing } from './drawing.ts';
import { expect, test } from './harness.ts';

/** Where the player is, in seconds. */
async function secondsOf(player: Locator): Promise<number> {
	const text = (await player.locator('.time').textContent()) ?? '';
	const [minutes, rest] = (text.split('/')[0] ?? '').trim().split(':');
	return Number(minutes) * 60 + Number(rest);
}

function captionsOf(scene: Locator): Promise<string[]> {
	return scene.locator('.caption').allTextContents();
}

async function openExample(page: Page): Promise<Locator> {
	await page.goto('/');
	await page.getByRole('button', { name: 'Open the example' }).click();
	await expect(page.getByRole('heading', { name: 'This is the example' })).toBeVisible();
	return page.getByRole('region', { name: 'Player' });
}

test('the example is watched and heard, alone, over and over, by mouse and by keys, and again after a reload', async ({
	context,
	page,
	watch,
}) => {
	await context.addInitScript(watchDrawing);
	const player = await openExample(page);
	const scene = page.getByRole('region', { name: 'Picture' });
	const picture = scene.locator('canvas');

	// Everybody who is seen is marked with a button, and blurred.
	await expect(scene.locator('button.face')).toHaveCount(6);
	await expect(scene.getByText('Confab decodes it')).toHaveCount(0);

	// Time goes on, and the words with it.
	await player.getByRole('button', { name: 'Play', exact: true }).click();
	await expect.poll(() => secondsOf(player)).toBeGreaterThan(3);
	const seen = new Set<string>();
	for (let i = 0; i < 12; i++) {
		for (const caption of await captionsOf(scene)) seen.add(caption.trim());
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
	const face = scene.getByRole('button', { name: 'spk_2 alone' });
	await face.focus();
	await page.keyboard.press('Enter');
	await expect(face).toHaveAttribute('aria-pressed', 'true');
	await expect(page).toHaveURL(/speaker=spk_2/);
	await page.keyboard.press('Enter');
	await expect(page).not.toHaveURL(/speaker=/);

	// The selection, over and over.
	const address = new URL(page.url());
	expect(address.pathname).toMatch(/session/);
	await expect(player.getByRole('button', { name: 'Repeat the selection' })).toBeDisabled();

	// Nobody in it is real, so faces are shown; blurred, no part of the picture has any detail.
	await expect.poll(async () => (await drawnClear(page)).length).toBeGreaterThan(0);
	const clear = await detailOf(picture);
	expect(clear.blocks.filter((block) => block > 20).length).toBeGreaterThan(8);
	await player.getByRole('button', { name: 'Blur faces' }).click();
	await expect
		.poll(async () => Math.max(...(await detailOf(picture)).blocks))
		.toBeLessThan(Math.max(...clear.blocks) / 50);
	const blurred = await detailOf(picture);
	expect(Math.abs(clear.mean - blurred.mean)).toBeLessThan(25);
	await page.evaluate(() => (window.drawn = []));
	await page.keyboard.press('k');
	await page.waitForTimeout(800);
	await page.keyboard.press('j');
	await page.keyboard.press('k');
	expect(await drawnClear(page)).toEqual([]);
	await player.getByRole('button', { name: 'Show faces' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Show faces' }).click();
	await expect.poll(async () => (await drawnClear(page)).length).toBeGreaterThan(0);
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

	// Opened again it is there at its place, with its recordings.
	await page.goto(`${address.pathname}?select=20.00-21.00&t=20.0`);
	await expect(scene.locator('button.face').first()).toBeVisible();
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
			{ intervals: [100] },
		)
		.toBeGreaterThan(1);
	expect(Math.min(...places)).toBeGreaterThanOrEqual(20);
	expect(Math.max(...places)).toBeLessThanOrEqual(21.2);
	expect(watch.errors).toEqual([]);
	expect(watch.strangers).toEqual([]);
});
