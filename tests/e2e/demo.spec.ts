import type { Page } from 'playwright/test';
import { expect, test } from './harness.ts';

/** Word error rate and F1, as the result says them. */
async function figuresOf(page: Page): Promise<string[]> {
	const glance = page.getByRole('region', { name: 'Scores at a glance' });
	await expect(glance.getByText('%')).toHaveCount(2);
	return (await glance.locator('dd').allTextContents()).slice(0, 2);
}

test('the example opens finished at once, and run here by the embedded recogniser alone it has the same scores', async ({
	context,
	page,
	watch,
}) => {
	const models: string[] = [];
	// As on a machine where nothing could be downloaded.
	await context.route('**/models/*.onnx', async (route) => {
		const name = new URL(route.request().url()).pathname.split('/').at(-1) ?? '';
		models.push(name);
		await (name === 'embedded.onnx' ? route.continue() : route.abort());
	});
	await page.goto('/');
	await page.getByRole('button', { name: 'Open the example' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'dinner-party' })).toBeVisible();
	await expect(page.getByRole('heading', { name: 'This is the example' })).toBeVisible();
	await expect(page.getByText('6 speakers · 3 conversations')).toBeVisible();
	const [words, f1] = await figuresOf(page);
	expect(Number.parseFloat(words ?? '')).toBeLessThan(15);
	expect(f1).toBe('1.000');
	expect(models).toEqual([]);

	await page.getByRole('button', { name: 'Run it yourself' }).click();
	await expect(page).toHaveURL(/\/job\//);
	await expect(page.getByRole('heading', { name: 'This is the example' })).toBeVisible({
		timeout: 600_000,
	});
	expect(models).toContain('embedded.onnx');
	expect(await figuresOf(page)).toEqual([words, f1]);
	const glance = page.getByRole('region', { name: 'Scores at a glance' });
	await glance.getByRole('button', { name: 'Word by word' }).click();
	const figures = page.getByRole('region', { name: 'Scores', exact: true }).locator('dd');
	await expect(figures.first()).toHaveText(words ?? '');
	await expect(page.getByRole('heading', { name: 'Word by word' })).toBeVisible();
	await page.keyboard.press('n');
	await expect(page.locator('[data-word][aria-current]')).toHaveCount(1);
	await expect(page.getByText(/problem/)).toHaveCount(0);
	await page.getByRole('link', { name: 'Use your own recording' }).click();
	await expect(page.getByRole('button', { name: 'Choose a folder' })).toBeVisible();
	expect(watch.strangers).toEqual([]);
});
