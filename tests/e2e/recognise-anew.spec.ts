import { expect, test } from './harness.ts';

test('a line of the example is recognised anew, with the same words, and taken', async ({
	page,
	watch,
}) => {
	await page.goto('/');
	await page.getByRole('button', { name: 'Open the example' }).click();
	await expect(page.getByRole('heading', { name: 'This is the example' })).toBeVisible();
	await page.getByRole('tab', { name: 'Transcript' }).click();
	const line = page.locator('[data-cue]').first();
	const cue = await line.getAttribute('data-cue');
	await line.getByRole('button', { name: /^Edit the line at/ }).click();
	const editor = page.getByRole('form', { name: 'Edit line' });
	const words = await editor.getByRole('textbox', { name: 'Words' }).inputValue();
	expect(words.split(' ').length).toBeGreaterThan(1);
	await editor.getByRole('button', { name: 'Transcribe again' }).click();

	const dialog = page.getByRole('dialog', { name: 'Transcribe a stretch again' });
	await expect(dialog.getByRole('region', { name: 'Now' })).toContainText(words);
	// Once to the end, closed without a change; then again.
	for (const answer of ['Cancel', 'Take the new words']) {
		if (!(await dialog.isVisible())) {
			await line.getByRole('button', { name: /^Edit the line at/ }).click();
			await editor.getByRole('button', { name: 'Transcribe again' }).click();
		}
		await dialog.getByRole('button', { name: 'Transcribe', exact: true }).click();
		await expect(dialog.getByRole('region', { name: 'Again' })).toContainText(words);
		await expect(dialog.getByText('processor (WASM), fp32')).toBeVisible();
		await expect(dialog.getByText('Not all of it could be recognised')).toHaveCount(0);
		await dialog.getByRole('button', { name: answer, exact: true }).click();
		await expect(dialog).toHaveCount(0);
		if (answer === 'Cancel') {
			await page.keyboard.press('Escape');
			await expect(page.locator(`[data-cue="${cue}"]`)).toContainText(words.split(' ')[0] ?? '');
		}
	}
	await expect(page.getByRole('button', { name: /^Edited: compare/ })).toHaveCount(1);
	expect(watch.strangers).toEqual([]);
	expect(watch.errors).toEqual([]);
});
