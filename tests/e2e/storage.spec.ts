import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	chromium,
	type BrowserContext,
	type BrowserContextOptions,
	type Page,
} from 'playwright/test';
import { chromiumArguments, requireChromium } from '../../scripts/lib/chromium.mjs';
import { expect, test } from './harness.ts';
import { chooseFolder, useBaseline, writeMadeSession } from './session-folders.ts';

declare global {
	interface Window {
		/** How often the page asked that its storage be kept. */
		persistenceAsked: number;
	}
}

/** A browser that will not promise to keep anything. */
function refusePersistence(): void {
	window.persistenceAsked = 0;
	StorageManager.prototype.persist = () => {
		window.persistenceAsked += 1;
		return Promise.reject(new TypeError('not here'));
	};
}

/** A browser whose profile lies in a folder. The caller closes it. */
function openProfile(
	profile: string,
	options: Pick<BrowserContextOptions, 'baseURL' | 'serviceWorkers'>,
): Promise<BrowserContext> {
	return chromium.launchPersistentContext(profile, {
		executablePath: requireChromium(),
		args: chromiumArguments(),
		...options,
	});
}

/** The result of a session is on the screen, and its files can be had. */
async function expectResult(page: Page, name: string): Promise<void> {
	await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
	await page.getByRole('tab', { name: 'Export' }).click();
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Everything (.zip)' }).click();
	await (await download).delete();
}

async function toFirstPage(page: Page): Promise<void> {
	await page.getByRole('link', { name: 'Confab' }).first().click();
	// A result may have buttons to choose files, too: they must not be taken for this page's.
	await expect(page.getByRole('button', { name: 'Open the example' })).toBeVisible();
}

async function openFromLibrary(page: Page, name: string): Promise<void> {
	await page.locator('a[href^="/session/"]', { hasText: name }).click();
}

/** Takes all room that the browser gives this origin, to the last hundred bytes. */
async function fillStorage(page: Page): Promise<void> {
	await page.evaluate(async () => {
		const database = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open('filler');
			request.onupgradeneeded = () =>
				request.result.createObjectStore('all', { autoIncrement: true });
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(new Error('the filler cannot be opened'));
		});
		const put = (bytes: number) =>
			new Promise<boolean>((resolve) => {
				const transaction = database.transaction('all', 'readwrite');
				transaction.objectStore('all').put(crypto.getRandomValues(new Uint8Array(bytes)));
				transaction.oncomplete = () => resolve(true);
				transaction.onabort = () => resolve(false);
			});
		for (let bytes = 65_536; bytes >= 64; bytes /= 2) while (await put(bytes));
		database.close();
	});
}

/** Gives back all that `fillStorage` took. */
async function freeStorage(page: Page): Promise<void> {
	await page.evaluate(
		() =>
			new Promise<void>((resolve, reject) => {
				const request = indexedDB.deleteDatabase('filler');
				request.onsuccess = () => resolve();
				request.onerror = () => reject(new Error('the filler cannot be deleted'));
				request.onblocked = () => reject(new Error('somebody has the filler open'));
			}),
	);
}

// On disk: of a profile that is in memory alone, Chromium gives back no room that a deleted database had.
test('storage that is full is told, and costs neither results nor earlier sessions', async ({
	app,
	folder,
}) => {
	await using context = await openProfile(join(folder, 'profile'), {
		baseURL: app.origin,
		// What it keeps of the app would fill the storage.
		serviceWorkers: 'block',
	});
	const page = await context.newPage();
	await useBaseline(context);
	await context.addInitScript(refusePersistence);
	const asked = () => page.evaluate(() => window.persistenceAsked);
	const browser = await context.newCDPSession(page);
	await browser.send('Storage.overrideQuotaForOrigin', { origin: app.origin, quotaSize: 4e6 });
	await page.goto('/');
	const early = await writeMadeSession(page, folder, 'early', { hertz: 200 });
	const late = await writeMadeSession(page, folder, 'late', { hertz: 300 });
	expect(await asked()).toBe(0);
	await chooseFolder(page, early);
	await expectResult(page, 'early');
	// The browser was asked to keep what is stored, once there was something; it refused.
	expect(await asked()).toBe(1);
	const problems = page.getByRole('region', { name: /problem/ });
	await expect(problems).toHaveCount(0);

	await fillStorage(page);
	await toFirstPage(page);
	await chooseFolder(page, late);
	await expectResult(page, 'late');
	await problems.getByRole('button', { name: 'Details' }).click();
	await expect(page.getByText('The browser stores no more for this page')).not.toHaveCount(0);
	await expect(page.getByText('download it before you close the tab')).toBeVisible();

	// Both are still there: one stored, one at hand until the page is closed.
	await toFirstPage(page);
	await openFromLibrary(page, 'late');
	await expectResult(page, 'late');
	await page.reload();
	await expect(page.getByRole('heading', { name: 'No result is stored' })).toBeVisible();
	await toFirstPage(page);
	await openFromLibrary(page, 'early');
	await expectResult(page, 'early');

	// Room again: stored again.
	await freeStorage(page);
	await toFirstPage(page);
	await chooseFolder(page, late);
	await expectResult(page, 'late');
	await expect(problems).toHaveCount(0);
	await page.reload();
	await expectResult(page, 'late');
});

test('a second tab on the same session is told so, and the first goes on', async ({
	context,
	folder,
	page,
}) => {
	await useBaseline(context);
	let goOn: () => void = () => undefined;
	const stalled = new Promise<void>((resolve) => (goOn = resolve));
	await context.route('**/models/embedded.onnx', async (route) => {
		await stalled;
		await route.continue();
	});
	await page.goto('/');
	const session = await writeMadeSession(page, folder, 'shared');
	const waiting = page.waitForRequest('**/models/embedded.onnx');
	await chooseFolder(page, session);
	await waiting;

	const other = await context.newPage();
	await other.goto('/');
	await chooseFolder(other, session);
	const alert = other.getByRole('alert');
	await expect(alert).toContainText('Another tab is at work on this session');
	await expect(alert).toContainText('what it computed is kept');

	goOn();
	await expectResult(page, 'shared');
	await other.getByRole('button', { name: 'Run again' }).click();
	await expectResult(other, 'shared');
});

test('where the browser stores nothing at all, it says so and runs all the same', async ({
	app,
	folder,
}) => {
	// What "block all site data" does: IndexedDB, local storage and locks are all refused.
	const profile = join(folder, 'profile');
	mkdirSync(join(profile, 'Default'), { recursive: true });
	const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
	writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(settings));
	await using context = await openProfile(profile, { baseURL: app.origin });
	const page = await context.newPage();
	await page.goto('/');
	await expect(page.getByRole('heading', { name: 'What this machine can do' })).toBeVisible();
	const refused = await page.evaluate(
		() =>
			new Promise<boolean>((resolve) => {
				try {
					const request = indexedDB.open('probe');
					request.onerror = () => resolve(true);
					request.onsuccess = () => resolve(false);
				} catch {
					resolve(true);
				}
			}),
	);
	expect(refused).toBe(true);
	const session = await writeMadeSession(page, folder, 'volatile');
	for (const baseline of await page.getByRole('radio', { name: /^Baseline/ }).all()) {
		await baseline.check();
	}
	await chooseFolder(page, session);
	await expectResult(page, 'volatile');
	const problems = page.getByRole('region', { name: /problem/ });
	await problems.getByRole('button', { name: 'Details' }).click();
	await expect(page.getByText('This browser keeps nothing for this page')).toBeVisible();
});
