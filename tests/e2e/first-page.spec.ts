import { firstLoadScripts } from '../../scripts/lib/first-load.mjs';
import { expect, test } from './harness.ts';
import { madeWav } from './media-files.ts';

// As it is for people: what keeps the app may cause no error either.
test.use({ serviceWorkers: 'allow' });

test('the first page opens without an error and talks to nobody else', async ({ page, watch }) => {
	await page.goto('/');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await page.waitForLoadState('networkidle');
	expect(watch.errors).toEqual([]);
	expect(watch.warnings).toEqual([]);
	expect(watch.strangers).toEqual([]);
});

test('it loads no more script than is weighed, until somebody does something', async ({
	app,
	page,
}) => {
	await page.goto('/');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await page.waitForLoadState('networkidle');
	const loaded = await page.evaluate(() =>
		performance
			.getEntriesByType('resource')
			.map(({ name }) => name)
			.filter((name) => name.endsWith('.js')),
	);
	const weighed = new Set(firstLoadScripts().map(({ path }) => `${app.origin}/${path}`));
	expect(loaded.filter((name) => !weighed.has(name))).toEqual([]);
	expect(loaded.length).toBeGreaterThan(10);
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

test('the browser finds nothing that keeps it from being installed', async ({ page }) => {
	await page.goto('/');
	await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
	const session = await page.context().newCDPSession(page);
	const manifest = await session.send('Page.getAppManifest');
	expect(manifest.errors).toEqual([]);
	const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
	const found = installabilityErrors.map(({ errorId }) => errorId);
	// Tests run in private windows.
	expect(found.filter((id) => id !== 'in-incognito')).toEqual([]);
});

test('what another app shares with the installed one is taken, with no server to take it', async ({
	page,
}) => {
	await page.goto('/');
	await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
	const sound = madeWav(2, 120).toString('base64');
	// As the system sends it, but for the page that opens with it.
	const opened = await page.evaluate(async (base64) => {
		const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
		const form = new FormData();
		form.append('files', new File([bytes], 'talk 100% 👩‍👩‍👧.wav', { type: 'audio/wav' }));
		form.append('files', new File([bytes.subarray(0, 40_000)], 'other.wav'));
		const response = await fetch('/?share', { method: 'POST', body: form });
		return response.url;
	}, sound);
	expect(new URL(opened).search).toBe('?shared=');
	await page.goto(opened);
	await expect(page.getByRole('article', { name: 'talk 100% 👩‍👩‍👧' })).toBeVisible();
	await expect(page.getByRole('article', { name: 'other' })).toBeVisible();
	// Opened again, there is nothing left to take.
	expect(new URL(page.url()).search).toBe('');
	await page.goto(opened);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(page.getByRole('article')).toHaveCount(0);
	expect(await page.evaluate(() => caches.has('confab-shared'))).toBe(false);
});

test('sound that the system opens with the installed app waits on its card', async ({ page }) => {
	const sound = madeWav(2, 120).toString('base64');
	await page.addInitScript((base64) => {
		const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
		const files = ['first.wav', 'second.wav'].map((name, i) => {
			const file = new File([bytes.subarray(0, 40_000 + i)], name, { type: 'audio/wav' });
			return { name, getFile: () => Promise.resolve(file) };
		});
		Object.defineProperty(window, 'launchQueue', {
			value: { setConsumer: (consumer: (launch: unknown) => void) => consumer({ files }) },
		});
	}, sound);
	await page.goto('/');
	await expect(page.getByRole('article', { name: 'first' })).toBeVisible();
	await expect(page.getByRole('article', { name: 'second' })).toBeVisible();
	await expect(page.getByRole('button', { name: 'Start all 2' })).toBeVisible();
});

test('files that the system opens with the installed app are taken', async ({ page }) => {
	await page.addInitScript(() => {
		const file = new File(['no archive'], 'party.zip');
		Object.defineProperty(window, 'launchQueue', {
			value: {
				setConsumer: (consumer: (launch: unknown) => void) =>
					consumer({ files: [{ name: file.name, getFile: () => Promise.resolve(file) }] }),
			},
		});
	});
	await page.goto('/');
	await expect(page.getByText('party.zip').first()).toBeVisible();
});
