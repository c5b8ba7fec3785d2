import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { inProject } from '../../scripts/lib/command.mjs';
import type { Page, Worker } from 'playwright/test';
import {
	downloadWorkerPath,
	headersOf,
	headersOfDownloadWorker,
	hubFileOrigins,
	hubOrigin,
} from '../../scripts/lib/headers.mjs';
import { expect, startStranger, test } from './harness.ts';
import { test as testWithHub } from './stand-in-hub.ts';
import { knowsAllowlist, visitsByLeaving, waysOutOfPages, waysOutOfWorkers } from './ways-out.ts';

const build = inProject('build');

/** Scripts of the build that run as workers, by their names. */
function workerScripts(): string[] {
	const found = readdirSync(join(build, '_app/immutable/workers'), { recursive: true });
	return found
		.map((name) => `/_app/immutable/workers/${String(name)}`)
		.filter((name) => name.endsWith('.js'));
}

test('documents and worker scripts carry the same strict headers', async ({ request }) => {
	const scripts = workerScripts();
	expect(scripts.length).toBeGreaterThan(0);
	for (const path of ['/', '/headless', ...scripts]) {
		const response = await request.get(path);
		expect(response.ok(), path).toBe(true);
		const headers = response.headers();
		for (const [name, value] of Object.entries(headersOf(build))) {
			expect(headers[name.toLowerCase()], `${name} of ${path}`).toBe(value);
		}
	}
});

test('the download worker alone has another policy', async ({ request }) => {
	const response = await request.get(downloadWorkerPath);
	expect(response.ok()).toBe(true);
	expect(await response.text()).toContain('huggingface.co');
	for (const [name, value] of Object.entries(headersOfDownloadWorker())) {
		expect(response.headers()[name.toLowerCase()], name).toBe(value);
	}
	// It is one script: nothing that it needs comes with the policy of another.
	expect(readdirSync(join(build, '_app/workers'))).toEqual(['download.worker.js']);
	expect(await response.text()).not.toMatch(/\bimport\b\s*[("'{*]/);
});

test('the page holds the same policy itself, for hosts that set no headers', () => {
	const html = readFileSync(join(build, 'index.html'), 'utf8');
	const inside = /http-equiv="content-security-policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
	const served = headersOf(build)['Content-Security-Policy'] ?? '';
	// A page cannot say who may frame it.
	const directives = (policy: string) =>
		policy
			.split('; ')
			.filter((directive) => !directive.startsWith('frame-ancestors'))
			.sort();
	expect(directives(inside)).toEqual(directives(served));
});

/** Time for a request to arrive that has been sent. */
const travelMilliseconds = 700;

for (const [name, wayOut] of Object.entries(waysOutOfPages)) {
	test(`hostile code in the page cannot get out by ${name}`, async ({
		browser,
		page,
		stranger,
	}) => {
		await page.goto('/');
		await page.evaluate(wayOut, stranger.origin).catch(() => undefined);
		await page.waitForTimeout(travelMilliseconds);
		const leaving = name === 'navigation' ? visitsByLeaving(browser.version()) : [];
		expect(stranger.visits.filter((visit) => !leaving.includes(visit))).toEqual([]);
	});
}

for (const [name, wayOut] of Object.entries(waysOutOfWorkers)) {
	test(`hostile code in a worker cannot get out by ${name}`, async ({ page, stranger }) => {
		await page.goto('/');
		for (const script of workerScripts()) {
			const worker = await startWorker(page, script);
			await worker.evaluate(wayOut, stranger.origin).catch(() => undefined);
		}
		await page.waitForTimeout(travelMilliseconds);
		expect(stranger.visits).toEqual([]);
	});
}

test('without the policy each of these ways is open', async ({ context, stranger }) => {
	const bare = await startStranger('<!doctype html><title>bare</title>');
	for (const [name, wayOut] of Object.entries(waysOutOfPages)) {
		// None is closed: with its last page Chromium may lose the context while the next one opens.
		const page = await context.newPage();
		await page.goto(bare.origin);
		const before = stranger.visits.length;
		// Not waited for: some ways take the page along.
		page.evaluate(wayOut, stranger.origin).catch(() => undefined);
		await expect.poll(() => stranger.visits.length, { message: name }).toBeGreaterThan(before);
	}
	await bare.close();
});

/** Offers a peer connection that would have to ask these servers for a way out. */
async function tryWebRtc({ udp, tcp }: { udp: number; tcp: number }): Promise<void> {
	const peer = new RTCPeerConnection({
		iceServers: [
			{ urls: `stun:127.0.0.1:${udp}` },
			{ urls: `turn:127.0.0.1:${tcp}?transport=tcp`, username: 'a', credential: 'secret' },
		],
	});
	peer.createDataChannel('secret');
	await peer.setLocalDescription(await peer.createOffer());
}

test('hostile code in the page cannot get out by WebRTC, as it could without the policy', async ({
	browser,
	context,
	page,
}) => {
	const visits = { udp: 0, tcp: 0 };
	const udp = createSocket('udp4').on('message', () => visits.udp++);
	await new Promise<void>((done) => udp.bind(0, '127.0.0.1', done));
	const tcp = createTcpServer((socket) => {
		visits.tcp++;
		socket.destroy();
	});
	await new Promise<void>((done) => tcp.listen(0, '127.0.0.1', done));
	const address = tcp.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	const ports = { udp: udp.address().port, tcp: address.port };
	const bare = await startStranger('<!doctype html><title>bare</title>');
	try {
		await page.goto('/');
		await page.evaluate(tryWebRtc, ports).catch(() => undefined);
		await page.waitForTimeout(travelMilliseconds);
		if (knowsAllowlist(browser.version())) expect(visits).toEqual({ udp: 0, tcp: 0 });

		const open = await context.newPage();
		await open.goto(bare.origin);
		await open.evaluate(tryWebRtc, ports);
		await expect.poll(() => visits.udp).toBeGreaterThan(0);
		await expect.poll(() => visits.tcp).toBeGreaterThan(0);
	} finally {
		udp.close();
		tcp.close();
		await bare.close();
	}
});

test('text is never run as code', async ({ page }) => {
	await page.goto('/');
	const blocked = await page.evaluate(
		() =>
			new Promise<string>((done) => {
				document.addEventListener('securitypolicyviolation', (event) =>
					done(event.violatedDirective),
				);
				const script = document.createElement('script');
				script.textContent = 'document.title = "run"';
				document.head.append(script);
			}),
	);
	expect(blocked).toBe('script-src-elem');
	expect(await page.title()).not.toBe('run');
});

test('eval and its like are refused', async ({ page }) => {
	await page.goto('/');
	// From a timer: what a test calls itself is exempt.
	const outcomes = await page.evaluate(() => {
		const ways = [
			(): unknown => Reflect.apply(eval, null, ['1']),
			(): unknown => Reflect.construct(Function, ['return 1']),
		];
		const tryOut = (way: () => unknown) =>
			new Promise<string>((done) =>
				setTimeout(() => {
					try {
						way();
						done('run');
					} catch (error) {
						done(error instanceof Error ? error.name : 'another');
					}
				}),
			);
		return Promise.all(ways.map(tryOut));
	});
	expect(outcomes).toEqual(['EvalError', 'EvalError']);
});

test('what the page has no business with is switched off', async ({ page }) => {
	await page.goto('/');
	const allowed = await page.evaluate((): unknown => {
		const policy: unknown = Reflect.get(document, 'featurePolicy');
		if (typeof policy !== 'object' || policy === null) return null;
		const list: unknown = Reflect.get(policy, 'allowedFeatures');
		return typeof list === 'function' ? Reflect.apply(list, policy, []) : null;
	});
	expect(allowed).toContain('cross-origin-isolated');
	for (const feature of ['camera', 'microphone', 'geolocation', 'display-capture', 'usb']) {
		expect(allowed).not.toContain(feature);
	}
});

/** Starts a script as hostile code in the page could. */
async function startWorker(page: Page, script: string): Promise<Worker> {
	// A worker that was started before may be told of only now.
	const started = page.waitForEvent('worker', (worker) => worker.url().endsWith(script));
	await page.evaluate((url) => {
		new Worker(url, { type: 'module' });
	}, script);
	return started;
}

/** Whether each address can be asked from there. */
function reach(addresses: readonly string[]): Promise<boolean[]> {
	return Promise.all(
		addresses.map((address) =>
			fetch(address).then(
				() => true,
				() => false,
			),
		),
	);
}

const hubAddresses = [`${hubOrigin}/secret`, ...hubFileOrigins.map((origin) => `${origin}/secret`)];

testWithHub('the hub is reached from the download worker alone', async ({ page, hub }) => {
	await page.goto('/');
	const elsewhere = [
		await page.evaluate(reach, hubAddresses),
		...(await Promise.all(
			workerScripts().map(async (script) =>
				(await startWorker(page, script)).evaluate(reach, hubAddresses),
			),
		)),
	];
	expect(elsewhere.flat()).not.toContain(true);
	expect(hub.visits).toEqual([]);
	const worker = await startWorker(page, downloadWorkerPath);
	expect(await worker.evaluate(reach, [`${hubOrigin}/there`])).toEqual([true]);
	expect(hub.visits.map(({ path }) => path)).toEqual(['/there']);
});

for (const [name, wayOut] of Object.entries(waysOutOfWorkers)) {
	testWithHub(
		`hostile code in the download worker reaches no stranger by ${name}`,
		async ({ page, stranger }) => {
			await page.goto('/');
			const worker = await startWorker(page, downloadWorkerPath);
			await worker.evaluate(wayOut, stranger.origin).catch(() => undefined);
			await page.waitForTimeout(travelMilliseconds);
			expect(stranger.visits).toEqual([]);
		},
	);
}

testWithHub('the download worker takes no address and no data', async ({ page, hub, stranger }) => {
	await page.goto('/');
	const worker = await startWorker(page, downloadWorkerPath);
	const visited = await worker.evaluate(async (origin) => {
		const asks = [
			{ ask: 'download', offer: origin, kind: 'wasm' },
			{ ask: 'download', offer: 'whisper-tiny', kind: 'wasm', address: origin },
			{ ask: 'download', offer: 'whisper-tiny/../../secret', kind: 'wasm' },
			{ ask: 'fetch', address: origin },
			origin,
		];
		for (const data of asks) dispatchEvent(new MessageEvent('message', { data }));
		await new Promise((done) => setTimeout(done, 500));
		return asks.length;
	}, stranger.origin);
	expect(visited).toBe(5);
	expect(stranger.visits).toEqual([]);
	expect(hub.visits).toEqual([]);
});

testWithHub('the download worker’s script lends its policy to no window', async ({ page, hub }) => {
	await page.goto('/');
	await page.evaluate(
		async ([script, address]) => {
			const frame = document.createElement('iframe');
			frame.src = script;
			document.body.append(frame);
			const windows = [open(script), frame.contentWindow];
			await new Promise((done) => setTimeout(done, 1500));
			for (const other of windows) {
				try {
					const reach: unknown = other && Reflect.get(other, 'fetch');
					if (typeof reach === 'function') Reflect.apply(reach, other, [address]);
				} catch {
					// It is out of reach, as it should be.
				}
			}
		},
		[downloadWorkerPath, `${hubOrigin}/secret`] as const,
	);
	await page.waitForTimeout(travelMilliseconds);
	expect(hub.visits).toEqual([]);
});
