import {
	cpSync,
	linkSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page, Worker } from 'playwright/test';
import { inProject } from '../../scripts/lib/command.mjs';
import {
	downloadWorkerPath,
	headersOf,
	headersOfDownloadWorker,
} from '../../scripts/lib/headers.mjs';
import { offlineList, writeOfflineList } from '../../scripts/lib/offline-list.mjs';
import { serve } from '../../scripts/lib/serve.mjs';
import { expect, test } from './harness.ts';
import { chooseFolder, useBaseline, writeMadeSession } from './session-folders.ts';
import { visitsByLeaving, waysOutOfPages, waysOutOfWorkers } from './ways-out.ts';

/*
 * The app as the browser keeps it (src/service-worker.ts): opened, run and tried with nobody there to
 * answer.
 */

test.use({ serviceWorkers: 'allow' });

const build = inProject('build');

/** Opens the page of privacy, and waits until the browser keeps everything this machine would use. */
async function keepAll(page: Page, origin: string): Promise<void> {
	await page.goto(new URL('/privacy', origin).href);
	const rest = page.getByRole('button', { name: 'Fetch the rest now' });
	const all = page.getByText('Everything is here');
	await expect(rest.or(all)).toBeVisible();
	// By itself it would wait a moment.
	if (await rest.isVisible()) await rest.click().catch(() => undefined);
	await expect(all).toBeVisible();
}

async function serviceWorkerOf(context: BrowserContext): Promise<Worker> {
	return context.serviceWorkers()[0] ?? context.waitForEvent('serviceworker');
}

/** Answers of the service worker alone: nobody is there. */
function get(page: Page, path: string, range?: string) {
	return page.evaluate(
		async ([address, part]) => {
			const response = await fetch(address, part === undefined ? {} : { headers: { range: part } });
			const hash = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
			return {
				status: response.status,
				headers: Object.fromEntries(response.headers),
				sha256: [...new Uint8Array(hash)]
					.map((byte) => byte.toString(16).padStart(2, '0'))
					.join(''),
			};
		},
		[path, range] as const,
	);
}

/** A copy of the build without its largest models, which would only take their time to be kept; large files are linked. */
function lightSite(folder: string): string {
	const copy = join(folder, 'site');
	cpSync(build, copy, {
		recursive: true,
		filter: (source) => {
			if (!/\.(wasm|onnx|mp4)$/u.test(source)) return true;
			if (source.endsWith('.onnx') && statSync(source).size > 5_000_000) return false;
			const target = join(copy, source.slice(build.length));
			mkdirSync(join(target, '..'), { recursive: true });
			linkSync(source, target);
			return false;
		},
	});
	writeOfflineList(copy);
	return copy;
}

test('kept on the first visit, it opens and runs a session to its end with nobody there', async ({
	context,
	page,
	folder,
}) => {
	const server = await serve(build, { port: 0 });
	const errors: string[] = [];
	page.on('pageerror', (error) => errors.push(String(error)));
	await useBaseline(context);
	await keepAll(page, server.origin);
	const session = await writeMadeSession(page, folder, 'made');
	// Twice over: the browser is told to have no network, and nobody is there to answer.
	await context.setOffline(true);
	await server.close();

	await page.goto(server.origin);
	await page.reload();
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
	await page.getByRole('button', { name: 'Open the example' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'dinner-party' })).toBeVisible();
	await page.getByRole('link', { name: 'Confab' }).first().click();
	await chooseFolder(page, session);
	await expect(page.getByRole('heading', { level: 1, name: 'made' })).toBeVisible();
	await expect(page.getByRole('tab', { name: 'Export' })).toBeVisible();
	// The result by its address, as a bookmark would open it, and a page that was never opened before.
	await page.reload();
	await expect(page.getByRole('tab', { name: 'Export' })).toBeVisible();
	await page.goto(new URL('/models', server.origin).href);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	expect(errors).toEqual([]);
});

test('what is kept is what was served, byte for byte and header for header', async ({
	context,
	page,
	folder,
}) => {
	const site = lightSite(folder);
	const server = await serve(site, { port: 0 });
	await keepAll(page, server.origin);
	await page.reload();
	await context.setOffline(true);
	await server.close();

	const strict = headersOf(site);
	const sums = new Map(offlineList(site).files.map(({ path, sha256 }) => [`/${path}`, sha256]));
	const paths = [
		'/',
		...[...sums.keys()].filter((path) => path.endsWith('.js') || path.startsWith('/models/')),
		'/demo/dinner-party/central_video.mp4',
		'/runtime/ffmpeg/ffmpeg-core.wasm',
	];
	expect(paths.length).toBeGreaterThan(40);
	for (const path of paths) {
		const { status, headers, sha256 } = await get(page, path);
		expect(status, path).toBe(200);
		expect(sha256, path).toBe(sums.get(path === '/' ? '/index.html' : path));
		const wanted = path === downloadWorkerPath ? headersOfDownloadWorker() : strict;
		for (const [name, value] of Object.entries(wanted)) {
			expect(headers[name.toLowerCase()], `${name} of ${path}`).toBe(value);
		}
	}
	const video = '/demo/dinner-party/central_video.mp4';
	const part = await get(page, video, 'bytes=100-199');
	expect([part.status, part.headers['content-length']]).toEqual([206, '100']);
	expect(part.headers['content-range']).toMatch(/^bytes 100-199\/\d+$/u);
	const none = await get(page, video, 'bytes=99999999-');
	expect(none.status).toBe(416);
});

test('with everything kept, hostile code still cannot get out, of the service worker neither', async ({
	browser,
	context,
	page,
	stranger,
	folder,
}) => {
	const server = await serve(lightSite(folder), { port: 0 });
	await keepAll(page, server.origin);
	for (const wayOut of Object.values(waysOutOfPages)) {
		const hostile = await context.newPage();
		await hostile.goto(server.origin);
		await hostile.evaluate(wayOut, stranger.origin).catch(() => undefined);
	}
	await page.goto(server.origin);
	const scripts = readdirSync(join(build, '_app/immutable/workers'));
	expect(scripts.length).toBeGreaterThan(3);
	for (const name of scripts) {
		const script = `/_app/immutable/workers/${name}`;
		const started = page.waitForEvent('worker', (worker) => worker.url().endsWith(script));
		await page.evaluate((url) => {
			new Worker(url, { type: 'module' });
		}, script);
		const worker = await started;
		for (const wayOut of Object.values(waysOutOfWorkers)) {
			await worker.evaluate(wayOut, stranger.origin).catch(() => undefined);
		}
	}
	const keeper = await serviceWorkerOf(context);
	for (const name of ['fetch', 'WebSocket'] as const) {
		await keeper.evaluate(waysOutOfWorkers[name] ?? (() => undefined), stranger.origin);
	}
	await page.waitForTimeout(1000);
	const leaving = visitsByLeaving(browser.version());
	expect(stranger.visits.filter((visit) => !leaving.includes(visit))).toEqual([]);
	await server.close();
});

test('a newer version is announced, waits, and comes with a reload', async ({
	context,
	page,
	folder,
}) => {
	const site = lightSite(folder);
	const server = await serve(site, { port: 0 });
	try {
		await keepAll(page, server.origin);
		const description = page.locator('meta[name=description]');
		await expect(description).toHaveAttribute('content', /Who said what/u);

		// Another page, and one chunk that is no more.
		const index = join(site, 'index.html');
		writeFileSync(index, readFileSync(index, 'utf8').replace('Who said what', 'Second version'));
		rmSync(join(site, 'icon-180.png'));
		writeOfflineList(site);
		const old = await context.newPage();
		await old.goto(server.origin);
		await page.goto(server.origin);
		const notice = page.getByText('A newer version of Confab is ready.');
		await expect(notice).toBeVisible();
		// Not forced: the old one is served until somebody says so.
		await page.reload();
		await expect(description).toHaveAttribute('content', /Who said what/u);
		await expect(notice).toBeVisible();

		await page.getByRole('button', { name: 'Reload' }).click();
		await expect(description).toHaveAttribute('content', /Second version/u);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await expect(notice).toBeHidden();
		// The other tab goes on as it was, and is told.
		await expect(old.getByText('A newer version of Confab is ready.')).toBeVisible();
		await old.getByRole('link', { name: 'Models', exact: true }).click();
		await expect(old.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible();
		// The large files are the same, so they need not come again.
		const kept = await page.evaluate(async () => (await caches.open('confab-large')).keys());
		expect(kept.length).toBeGreaterThan(20);
	} finally {
		await server.close();
	}
});

test('where another kind of server takes the place of the build, nothing of it stays in the way', async ({
	page,
	folder,
}) => {
	const site = lightSite(folder);
	const server = await serve(site, { port: 0 });
	try {
		await keepAll(page, server.origin);
		// As a preview serves it: the script without the list that the build writes into it.
		const script = join(site, 'service-worker.js');
		writeFileSync(script, readFileSync(script, 'utf8').split('\n').slice(1).join('\n'));
		await page.goto(server.origin);
		await expect.poll(() => page.evaluate(() => caches.keys())).toEqual([]);
		const left = () =>
			page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
		await expect.poll(left).toBe(0);
	} finally {
		await server.close();
	}
});

test('switched off, nothing is kept, nor again by use', async ({ context, page, folder }) => {
	const server = await serve(lightSite(folder), { port: 0 });
	await keepAll(page, server.origin);
	const keeping = page.getByRole('checkbox', { name: /Keep Confab in this browser/u });
	await keeping.uncheck();
	await expect(page.getByText('Nothing is kept.')).toBeVisible();
	await page.evaluate(async () => (await fetch('/models/manifest.json')).text());
	expect(await page.evaluate(() => caches.keys())).toEqual([]);
	await page.reload();
	await expect(keeping).not.toBeChecked();
	expect(
		await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length),
	).toBe(0);
	await context.setOffline(true);
	await expect(page.goto(server.origin)).rejects.toThrow();
	await context.setOffline(false);
	await page.goto(new URL('/privacy', server.origin).href);
	await keeping.check();
	await expect(page.getByText('Everything is here')).toBeVisible();
	await server.close();
});
