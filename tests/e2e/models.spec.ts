import type { Locator, Page } from 'playwright/test';
import { hubFileOrigins, hubOrigin } from '../../scripts/lib/headers.mjs';
import { chooseFolder, useBaseline, writeMadeSession } from './session-folders.ts';
import { expect, repository, test } from './stand-in-hub.ts';

const encoder = 'onnx/encoder_model_quantized.onnx';

function cardOf(page: Page, title: string): Locator {
	return page.getByRole('article', { name: title });
}

/** The models page, once it knows what is here and where it would run, with one card shown in full. */
async function openModels(page: Page, title = 'Whisper tiny'): Promise<void> {
	await page.goto('/models');
	await expect(page.getByText('Processor (WebAssembly)').first()).toBeVisible();
	await unfold(page, title);
}

async function unfold(page: Page, title: string): Promise<void> {
	const card = cardOf(page, title);
	await expect(card).toBeVisible();
	const folded = card.locator(':scope > details:not([open]) > summary');
	if ((await folded.count()) > 0) await folded.click();
}

async function press(card: Locator, name: string | RegExp): Promise<void> {
	await card.getByRole('button', { name }).click();
}

/** Downloads Whisper tiny to the end. */
async function download(page: Page, button: string | RegExp = /^Download/): Promise<void> {
	const card = cardOf(page, 'Whisper tiny');
	await press(card, button);
	await expect(card.getByText('Downloaded and checked')).toBeVisible();
	await expect(card.getByText('On this machine').first()).toBeVisible();
}

/** Names and sizes of what lies in a model's folder; null when there is no such folder. */
function onDisk(page: Page, id: string): Promise<Record<string, number> | null> {
	return page.evaluate(async (model) => {
		const root = await navigator.storage.getDirectory();
		const models = await root.getDirectoryHandle('models', { create: true });
		const folder = await models.getDirectoryHandle(model).catch(() => null);
		if (!folder) return null;
		const found: Record<string, number> = {};
		for await (const handle of folder.values()) {
			if (handle.kind === 'file') found[handle.name] = (await handle.getFile()).size;
		}
		return found;
	}, id);
}

/** Changes a file of Whisper tiny behind the app's back. */
function change(page: Page, name: string, how: 'cut' | 'spoil'): Promise<void> {
	return page.evaluate(
		async ([file, what]) => {
			const root = await navigator.storage.getDirectory();
			const models = await root.getDirectoryHandle('models');
			const folder = await models.getDirectoryHandle('whisper-tiny');
			const handle = await folder.getFileHandle(file.replaceAll('/', '!'));
			const stream = await handle.createWritable({ keepExistingData: true });
			if (what === 'cut') await stream.truncate(1_000_000);
			else await stream.write({ type: 'write', position: 500_000, data: 'spoilt' });
			await stream.close();
		},
		[name, how] as const,
	);
}

test('nobody is asked before a person presses “Download”, then the hub alone', async ({
	page,
	hub,
}) => {
	await page.goto('/');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await openModels(page);
	await page.waitForLoadState('networkidle');
	expect(hub.visits).toEqual([]);

	await download(page);
	const hosts = new Set([hubOrigin, ...hubFileOrigins].map((origin) => new URL(origin).host));
	for (const { host, path, headers } of hub.visits) {
		expect(hosts).toContain(host);
		expect(path).toContain(repository);
		expect(headers.cookie).toBeUndefined();
		expect(headers.referer).toBeUndefined();
	}
	// Large files come once each, from the storage that the hub sends to.
	const large = hub.visits.filter(
		({ path, host }) => path.endsWith('.onnx') && host !== 'huggingface.co',
	);
	expect(large).toHaveLength(2);
	const found = await onDisk(page, 'whisper-tiny');
	for (const [name, bytes] of hub.files) {
		expect(found?.[name.replaceAll('/', '!')]).toBe(bytes.length);
	}
	const card = cardOf(page, 'Whisper tiny');
	await card.getByText('Source, licence and files').click();
	await expect(card.getByText(/^sha256 [0-9a-f]{64}$/)).toHaveCount(hub.files.size);
});

test('a line that breaks is taken up again by itself', async ({ page, hub }) => {
	hub.conduct = { breakAfter: 1_200_000 };
	await openModels(page);
	await download(page);
	const ranges = hub.visits.filter(({ path }) => path.endsWith(encoder)).map(({ range }) => range);
	expect(ranges).toContain('bytes=1200000-');
	expect(ranges).toContain('bytes=2400000-');
});

test('a download that is cut off with the page goes on after a reload', async ({ page, hub }) => {
	page.on('dialog', (dialog) => void dialog.accept());
	hub.conduct = { stallAfter: 1_500_000 };
	await openModels(page);
	const card = cardOf(page, 'Whisper tiny');
	await press(card, /^Download/);
	await expect(card.getByText(/^Downloading 1\.5 MB of/)).toBeVisible();
	await page.reload();
	await expect(card.getByText('Not complete')).toBeVisible();
	await unfold(page, 'Whisper tiny');
	hub.conduct = {};
	hub.visits.length = 0;
	await download(page, 'Go on downloading');
	const again = hub.visits.filter(({ path }) => path.endsWith(encoder));
	expect(again.at(-1)?.range).toMatch(/^bytes=\d{7}-$/);
	await press(card, 'Verify files');
	await expect(card.getByText('Every file is what it should be')).toBeVisible();
});

test('pausing keeps what came; going on asks for the rest', async ({ page, hub }) => {
	hub.conduct = { stallAfter: 1_000_000 };
	await openModels(page);
	const card = cardOf(page, 'Whisper tiny');
	await press(card, /^Download/);
	await expect(card.getByText(/^Downloading 1\.0 MB of/)).toBeVisible();
	await press(card, 'Pause');
	await expect(card.getByText('Paused')).toBeVisible();
	hub.conduct = {};
	hub.visits.length = 0;
	await card.getByRole('button', { name: 'Go on', exact: true }).last().click();
	await expect(card.getByText('Downloaded and checked')).toBeVisible();
	const [first] = hub.visits.filter(({ path }) => path.endsWith(encoder));
	expect(first?.range).toBe('bytes=1000000-');
});

test('a file that was cut short on disk heals', async ({ page, hub }) => {
	await openModels(page);
	await download(page);
	await change(page, encoder, 'cut');
	await page.reload();
	await expect(cardOf(page, 'Whisper tiny').getByText('Not complete')).toBeVisible();
	await unfold(page, 'Whisper tiny');
	hub.visits.length = 0;
	await download(page, 'Go on downloading');
	const large = hub.visits.filter(({ path }) => path.endsWith('.onnx'));
	expect(large.map(({ path }) => path.endsWith(encoder))).not.toContain(false);
	expect(large.at(-1)?.range).toBe('bytes=1000000-');
	expect((await onDisk(page, 'whisper-tiny'))?.[encoder.replaceAll('/', '!')]).toBe(3_000_000);
});

test('a file that was spoilt is found by verifying, and fetched anew', async ({ page, hub }) => {
	await openModels(page);
	await download(page);
	const card = cardOf(page, 'Whisper tiny');
	await change(page, encoder, 'spoil');
	await press(card, 'Verify files');
	const alert = card.getByRole('alert');
	await expect(alert).toContainText('Damaged files');
	await expect(alert).toContainText(encoder);
	hub.visits.length = 0;
	await download(page, 'Go on downloading');
	expect(hub.visits.filter(({ path }) => path.endsWith(encoder)).at(-1)?.range).toBeUndefined();
	await press(card, 'Verify files');
	await expect(card.getByText('Every file is what it should be')).toBeVisible();
});

test('content with another checksum is refused, and thrown away', async ({ page, hub }) => {
	hub.conduct = { corrupt: true };
	await openModels(page);
	const card = cardOf(page, 'Whisper tiny');
	await press(card, /^Download/);
	const alert = card.getByRole('alert');
	await expect(alert).toContainText('is not what it should be');
	await expect(alert).toContainText('checksum');
	expect((await onDisk(page, 'whisper-tiny'))?.[encoder.replaceAll('/', '!')]).toBe(0);
	await expect(card.getByText('On this machine')).toHaveCount(0);
	hub.conduct = {};
	await press(alert, 'Try again');
	await expect(card.getByText('Downloaded and checked')).toBeVisible();
});

test('a hub that refuses, and one that sends elsewhere, are told', async ({
	page,
	hub,
	stranger,
}) => {
	hub.conduct = { status: 403 };
	await openModels(page);
	const card = cardOf(page, 'Whisper tiny');
	await press(card, /^Download/);
	await expect(card.getByRole('alert')).toContainText('status 403');

	hub.conduct = { redirectTo: stranger.origin };
	await press(card.getByRole('alert'), 'Try again');
	await expect(card.getByRole('alert')).toContainText('cannot be reached');
	expect(stranger.visits).toEqual([]);
});

test('what cannot fit is refused before it is fetched', async ({ page, hub }) => {
	// Chromium tells pages 10 GB more than they use, whatever there is: here it tells less.
	await page.addInitScript(() => {
		StorageManager.prototype.estimate = () => Promise.resolve({ quota: 2e7, usage: 5e6 });
	});
	await openModels(page);
	const card = cardOf(page, 'Whisper tiny');
	await expect(card.getByRole('heading', { name: 'It does not fit' })).toBeVisible();
	await expect(card.getByText('the browser has 15 MB left')).toBeVisible();
	await expect(card.getByRole('button', { name: /^Download/ })).toBeDisabled();
	expect(hub.visits).toEqual([]);
});

test('storage that turns out to be full is told; what came is kept', async ({
	app,
	context,
	page,
	hub,
}) => {
	const browser = await context.newCDPSession(page);
	const quota = { origin: app.origin };
	await browser.send('Storage.overrideQuotaForOrigin', { ...quota, quotaSize: 2_500_000 });
	await openModels(page);
	const card = cardOf(page, 'Whisper tiny');
	await press(card, /^Download/);
	const alert = card.getByRole('alert');
	await expect(alert).toContainText('stores no more');
	await browser.send('Storage.overrideQuotaForOrigin', { ...quota, quotaSize: 1e9 });
	hub.visits.length = 0;
	await press(alert, 'Try again');
	await expect(card.getByText('Downloaded and checked')).toBeVisible();
	const again = hub.visits.find(({ path }) => path.endsWith(encoder));
	expect(again?.range).toMatch(/^bytes=\d+-$/);
});

test('deleting frees the disk', async ({ page }) => {
	const used = () => page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
	await openModels(page);
	await download(page);
	const before = await used();
	expect(before).toBeGreaterThan(4_000_000);
	const card = cardOf(page, 'Whisper tiny');
	await press(card, 'Delete');
	await press(card, 'Delete for good');
	await expect(card.getByText('Not added')).toBeVisible();
	expect(await onDisk(page, 'whisper-tiny')).toBeNull();
	await expect.poll(used).toBeLessThan(before - 4_000_000);
});

test('“Never ask other servers” takes the offer of downloads away, for good', async ({
	page,
	hub,
}) => {
	await openModels(page);
	await page.getByRole('checkbox', { name: 'Never ask other servers' }).check();
	await expect(page.getByRole('button', { name: /^Download/ })).toHaveCount(0);
	await page.reload();
	await expect(page.getByRole('checkbox', { name: 'Never ask other servers' })).toBeChecked();
	await unfold(page, 'Whisper tiny');
	await expect(page.getByText('Downloads are switched off').first()).toBeVisible();
	await expect(page.getByRole('button', { name: /^Download/ })).toHaveCount(0);
	expect(hub.visits).toEqual([]);
});

test('without the network nothing is offered to be downloaded', async ({ context, page }) => {
	await openModels(page);
	await context.setOffline(true);
	const card = cardOf(page, 'Whisper tiny');
	await expect(card.getByText('You are offline')).toBeVisible();
	await expect(card.getByRole('button', { name: /^Download/ })).toBeDisabled();
});

test('a wrong file is refused, and nothing of it stays', async ({ page }) => {
	await openModels(page, 'WeSpeaker');
	const card = cardOf(page, 'WeSpeaker');
	await card.getByText('Add it from files').click();
	const pick = card.locator('input[data-pick=files]');
	await pick.setInputFiles([
		{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
	]);
	await expect(card.getByRole('alert')).toContainText('there is no voxceleb_resnet34_LM.onnx');
	await pick.setInputFiles([
		{
			name: 'voxceleb_resnet34_LM.onnx',
			mimeType: 'application/octet-stream',
			buffer: Buffer.alloc(26_530_309, 7),
		},
	]);
	await expect(card.getByRole('alert')).toContainText('is not what it should be');
	await expect(card.getByText('On this machine')).toHaveCount(0);
});

test('terms are accepted before the baseline’s recogniser is added', async ({ page, hub }) => {
	await openModels(page, 'AV-HuBERT, cocktail party');
	const card = cardOf(page, 'AV-HuBERT, cocktail party');
	await card
		.locator('input[data-pick=files]')
		.setInputFiles([
			{ name: 'model-bin.zip', mimeType: 'application/zip', buffer: Buffer.from('no archive') },
		]);
	await expect(card.getByText('CC BY-NC 4.0').first()).toBeVisible();
	await expect(card.getByText('av_hubert/blob/main/LICENSE').first()).toBeVisible();
	await expect(card.getByRole('alert')).toHaveCount(0);
	await card.getByRole('checkbox').check();
	await press(card, 'Accept');
	await expect(card.getByRole('alert')).toContainText('could not be added');
	expect(hub.visits).toEqual([]);
});

test('what comes with the app can be checked and verified on the spot', async ({ page }) => {
	await openModels(page, 'Silero VAD');
	const card = cardOf(page, 'Silero VAD');
	await expect(card.getByText('Not made here yet')).toBeVisible();
	await press(card, 'Self-check now');
	await expect(card.getByText('It gives its reference output')).toBeVisible();
	await expect(card.getByText(/^Right: off its reference by .*, 0.001 allowed$/)).toBeVisible();
	await press(card, 'Verify files');
	await expect(card.getByText('Every file is what it should be')).toBeVisible();
});

test('how fast a model was in a run is shown, after a reload too', async ({
	context,
	folder,
	page,
}) => {
	await useBaseline(context);
	await page.goto('/');
	await chooseFolder(page, await writeMadeSession(page, folder, 'made'));
	await expect(page.getByRole('tab', { name: 'Export' })).toBeVisible();
	await openModels(page, 'Embedded recogniser');
	const card = cardOf(page, 'Embedded recogniser');
	await expect(card.getByText(/^[\d.]+ s of computing for a second of speech/)).toBeVisible();
	// It was used, so it was checked before.
	await expect(card.getByText(/^Right: off its reference/)).toBeVisible();
	await expect(cardOf(page, 'YuNet').getByText('of computing')).toHaveCount(0);
});
