import { hasShared, sharedPath } from '../shared.ts';
import { detailOf, drawnClear, watchDrawing } from './drawing.ts';
import { expect, test } from './harness.ts';
import { chooseFolder, useBaseline, writeTrimmedSession } from './session-folders.ts';

/*
 * Pictures are judged in the page by numbers; none of them leaves it, and no screenshot is taken.
 */

test.skip(!hasShared, 'needs the real recordings');

test('faces are blurred until switched on, and again when switched off', async ({
	context,
	folder,
	page,
}) => {
	await useBaseline(context);
	await context.addInitScript(watchDrawing);
	const session = await writeTrimmedSession(sharedPath('sessions/grid-party-4'), folder, {
		name: 'faces',
		speakers: ['spk_0'],
		seconds: 3,
	});
	await page.goto('/');
	await chooseFolder(page, session);
	// The picture of the player, and nothing else in the page that holds one.
	const player = page.getByRole('region', { name: 'Player' });
	const picture = page.getByRole('region', { name: 'Picture' }).locator('canvas');
	await expect(picture).toBeVisible();
	await expect(picture).toHaveClass(/there/);
	await expect.poll(async () => (await detailOf(picture)).mean).toBeGreaterThan(10);
	const blurred = await detailOf(picture);
	await expect(
		page.locator('video, audio, img, picture, image, object, embed, iframe'),
	).toHaveCount(0);
	expect(await page.locator('body').innerHTML()).not.toContain('blob:');
	expect(await drawnClear(page)).toEqual([]);

	// A click too many does not show them: it is asked first.
	await player.getByRole('button', { name: 'Show faces' }).click();
	const dialog = page.getByRole('dialog', { name: 'Show the faces of this session?' });
	await dialog.getByRole('button', { name: 'Keep blurred' }).click();
	// Wherever one goes in it, at rest and playing, nothing clear is drawn.
	await player.getByRole('button', { name: 'Forward 5 seconds' }).click();
	await player.getByRole('button', { name: 'Previous frame' }).click();
	await player.getByRole('button', { name: 'Back 5 seconds' }).click();
	await player.getByRole('button', { name: 'Play', exact: true }).click();
	await expect(player.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
	await page.waitForTimeout(1000);
	await page.keyboard.press('k');
	expect(await drawnClear(page)).toEqual([]);

	await player.getByRole('button', { name: 'Show faces' }).click();
	await dialog.getByRole('button', { name: 'Show faces' }).click();
	await expect.poll(async () => (await drawnClear(page)).length).toBeGreaterThan(0);
	const clear = await detailOf(picture);
	expect(clear.mean).toBeGreaterThan(10);
	// The same picture: about as bright on the whole, and no part of it with its detail.
	expect(Math.abs(blurred.mean - clear.mean)).toBeLessThan(25);
	expect(Math.max(...blurred.blocks)).toBeLessThan(Math.max(...clear.blocks) / 50);

	await player.getByRole('button', { name: 'Blur faces' }).click();
	await expect
		.poll(async () => Math.max(...(await detailOf(picture)).blocks))
		.toBeLessThan(Math.max(...clear.blocks) / 50);
	await page.evaluate(() => (window.drawn = []));
	await page.keyboard.press('k');
	await page.waitForTimeout(700);
	expect(await drawnClear(page)).toEqual([]);

	// A track, by itself and on the page of the conversations, is a picture of a face alone.
	await player.getByRole('combobox', { name: 'Show' }).selectOption({ label: 'Track of spk_0' });
	await expect.poll(async () => (await detailOf(picture)).mean).toBeGreaterThan(10);
	await page.getByRole('tab', { name: 'Conversations' }).click();
	await page.waitForTimeout(700);
	expect(await drawnClear(page)).toEqual([]);
	await expect(
		page.locator('video, audio, img, picture, image, object, embed, iframe'),
	).toHaveCount(0);
});
