import { expect, test } from './harness.ts';

test('the first page opens without an error and talks to nobody else', async ({ page, watch }) => {
	await page.goto('/');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await page.waitForLoadState('networkidle');
	expect(watch.errors).toEqual([]);
	expect(watch.warnings).toEqual([]);
	expect(watch.strangers).toEqual([]);
});

test('the page is cross-origin isolated, so models may use threads', async ({ page }) => {
	await page.goto('/');
	expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

for (const width of [320, 375, 768, 1280]) {
	test(`nothing is wider than a screen of ${width} pixels`, async ({ page }) => {
		await page.setViewportSize({ width, height: 800 });
		await page.goto('/');
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		const overflow = await page.evaluate(
			() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
		);
		expect(overflow).toBe(0);
	});
}

test('dark and light follow the system', async ({ page }) => {
	const backgrounds: string[] = [];
	for (const colorScheme of ['dark', 'light'] as const) {
		await page.emulateMedia({ colorScheme });
		await page.goto('/');
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		backgrounds.push(
			await page.evaluate(() => {
				const probe = document.createElement('canvas').getContext('2d', {
					willReadFrequently: true,
				});
				if (!probe) throw new Error('no canvas');
				probe.fillStyle = getComputedStyle(document.body).backgroundColor;
				probe.fillRect(0, 0, 1, 1);
				return String(probe.getImageData(0, 0, 1, 1).data[0]);
			}),
		);
	}
	const [dark, light] = backgrounds.map(Number);
	expect(dark).toBeLessThan(96);
	expect(light).toBeGreaterThan(160);
});
