import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import type { Page } from 'playwright/test';
import { inProject } from '../../scripts/lib/command.mjs';
import { expect, test } from './harness.ts';
import { knowsAllowlist } from './ways-out.ts';

const build = inProject('build');

/** Has the page try every way out, and gives the verdicts by way. */
async function phoneHome(page: Page, address: string): Promise<Map<string, string>> {
	await page.getByLabel('Server to try').fill(address);
	await page.getByRole('button', { name: 'Try to phone home' }).click();
	const rows = page.getByRole('row').filter({ has: page.locator('[data-verdict]') });
	await expect(rows).toHaveCount(11);
	const verdicts = new Map<string, string>();
	for (const row of await rows.all()) {
		const name = await row.getByRole('rowheader').innerText();
		verdicts.set(name, (await row.locator('[data-verdict]').getAttribute('data-verdict')) ?? '');
	}
	return verdicts;
}

test('the page of privacy tries to get out, is blocked each time, and says so', async ({
	browser,
	page,
	stranger,
}) => {
	await page.goto('/privacy');
	const verdicts = await phoneHome(page, stranger.origin);
	const barsAll = knowsAllowlist(browser.version());
	expect([...verdicts].filter(([, verdict]) => verdict !== 'blocked')).toEqual([
		['WebRTC (STUN and TURN)', barsAll ? 'untried' : 'unproven'],
	]);
	const summary = barsAll
		? 'All 11 ways out were blocked.'
		: '1 of 11 ways out is not shown to be blocked.';
	await expect(page.getByText(summary)).toBeVisible();
	expect(stranger.visits).toEqual([]);
	// What was blocked was not asked for.
	await expect(
		page.locator('dl', { hasText: 'To other servers' }).locator('dd').first(),
	).toHaveText(/^0\s*\d+ blocked$/u);
});

/** The built app as a careless host would serve it: without the policy, in headers or in the page. */
async function serveBare(folder: string) {
	const site = join(folder, 'bare');
	cpSync(build, site, {
		recursive: true,
		filter: (source) => !/\.(wasm|onnx|mp4)$/u.test(source),
	});
	const index = join(site, 'index.html');
	const html = readFileSync(index, 'utf8');
	const bare = html.replace(/<meta http-equiv="content-security-policy"[^>]*>/u, '');
	if (bare === html) throw new Error('the page has no policy to take away');
	writeFileSync(index, bare);
	const types: Record<string, string> = {
		'.js': 'text/javascript',
		'.css': 'text/css',
		'.svg': 'image/svg+xml',
		'.json': 'application/json',
		'.webmanifest': 'application/manifest+json',
	};
	const server = createServer((request, response) => {
		const path = (request.url ?? '/').replace(/\?.*$/u, '');
		const name = extname(path) === '' ? 'index.html' : path.slice(1);
		response.setHeader('Content-Type', types[extname(name)] ?? 'text/html');
		try {
			response.end(readFileSync(join(site, name)));
		} catch {
			response.writeHead(404).end();
		}
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return { origin: `http://127.0.0.1:${address.port}`, close: () => void server.close() };
}

test('without the policy the same page reports each of them as not blocked', async ({
	page,
	stranger,
	folder,
}) => {
	const bare = await serveBare(folder);
	try {
		await page.goto(`${bare.origin}/privacy`);
		await expect(page.getByText('Nothing binds this page')).toBeVisible();
		const verdicts = await phoneHome(page, stranger.origin);
		expect(
			[...verdicts.values()].filter((verdict) => !['through', 'unproven'].includes(verdict)),
		).toEqual([]);
		expect(verdicts.get('fetch')).toBe('through');
		expect(verdicts.get('fetch, in a worker')).toBe('through');
		await expect(page.getByText('11 of 11 ways out are not shown to be blocked')).toBeVisible();
		// They did leave: each way came to somebody.
		for (const way of ['fetch', 'xhr', 'beacon', 'websocket', 'event-source', 'image', 'script']) {
			expect(
				stranger.visits.filter((visit) => visit.endsWith(`confab-tries=${way}`)),
				way,
			).not.toEqual([]);
		}
		// And the list of requests shows who was asked.
		const others = page.locator('dl', { hasText: 'To other servers' }).locator('dd').first();
		await expect.poll(async () => Number.parseInt(await others.innerText(), 10)).toBeGreaterThan(3);
	} finally {
		bare.close();
	}
});

test('its requests are listed, those of workers with them, and none has data', async ({ page }) => {
	await page.goto('/privacy');
	await page.getByText(/^\d+ addresses$/u).click();
	await expect(page.getByRole('cell', { name: /^\/_app\/immutable\/entry\/start/u })).toBeVisible();
	await expect(page.getByText("connect-src 'self'").first()).toBeVisible();
	await expect(page.getByText('(response-origin)')).toBeVisible();
	await expect(page.getByText('yes, says the browser')).toBeVisible();
});

test.describe('with a service worker', () => {
	test.use({ serviceWorkers: 'allow' });

	test('what goes out is inspected: method and data', async ({ page }) => {
		await page.goto('/privacy');
		await expect(
			page.getByText('The app opens without the network').or(page.getByText('Everything is here')),
		).toBeVisible();
		await page.reload();
		await page.evaluate(() => fetch('/models/manifest.json'));
		const laden = page.locator('dl', { hasText: 'With data going out' }).locator('dd').nth(2);
		await expect(laden).toHaveText(/^0\s*of [1-9]\d* inspected$/u);
		// The list can fail, too.
		await page.evaluate(() =>
			fetch('/nothing', { method: 'POST', body: 'x' }).catch(() => undefined),
		);
		await expect(laden).toHaveText(/^1\s*of/u);
	});
});
