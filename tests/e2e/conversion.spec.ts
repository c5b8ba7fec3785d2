import type { Locator, Page } from 'playwright/test';
import { reducedFiles } from '../../models/avsr-cocktail/reduced.ts';
import { archiveOf } from '../fixtures/archive.ts';
import { expect, test } from './harness.ts';
import { chooseFolder, writeMadeSession } from './session-folders.ts';

const title = 'AV-HuBERT, cocktail party (BL1)';

/** What the person has: the archive of the baseline's authors, and the units that are not in it. */
async function publishedFiles() {
	const { checkpoint, units } = await reducedFiles();
	const inside = checkpoint.map(({ path, file }) => ({
		path: `model-bin/avsr_cocktail/${path}`,
		file,
	}));
	const files = [await archiveOf('model-bin.zip', inside), units];
	return Promise.all(
		files.map(async ({ path, file }) => ({
			name: path,
			mimeType: 'application/octet-stream',
			buffer: Buffer.from(await file.arrayBuffer()),
		})),
	);
}

async function openCard(page: Page): Promise<Locator> {
	await page.goto('/models');
	const card = page.getByRole('article', { name: title });
	await expect(card).toBeVisible();
	const folded = card.locator(':scope > details:not([open]) > summary');
	if ((await folded.count()) > 0) await folded.click();
	return card;
}

/** Keeps what each task on the page says it is doing, from now on. */
async function watchTasks(page: Page): Promise<() => Promise<string[]>> {
	await page.evaluate(() => {
		const seen = new Set<string>();
		Object.assign(window, { seen });
		new MutationObserver(() => {
			for (const line of document.querySelectorAll('article [role=group] .number')) {
				seen.add(line.querySelector('strong')?.textContent ?? '');
			}
		}).observe(document.body, { childList: true, subtree: true, characterData: true });
	});
	return () => page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen]);
}

/** Names of what lies in the model's folder; null when there is none. */
function onDisk(page: Page): Promise<string[] | null> {
	return page.evaluate(async () => {
		const root = await navigator.storage.getDirectory();
		const models = await root.getDirectoryHandle('models', { create: true });
		const folder = await models.getDirectoryHandle('avsr-cocktail.q8').catch(() => null);
		if (!folder) return null;
		const names: string[] = [];
		for await (const name of folder.keys()) names.push(name);
		return names;
	});
}

test('the baseline’s recogniser, from its archive to words and off the disk again', async ({
	folder,
	page,
	watch,
}) => {
	let card = await openCard(page);
	const did = await watchTasks(page);
	await expect(card.getByText('Not added')).toBeVisible();
	await card.locator('input[data-pick=files]').setInputFiles(await publishedFiles());

	// Nothing happens before the terms are accepted.
	await expect(card.getByText('CC BY-NC 4.0').first()).toBeVisible();
	expect(await onDisk(page)).toBeNull();
	await card.getByRole('checkbox').check();
	await card.getByRole('button', { name: 'Accept' }).click();
	await expect(card.getByText('Added and checked: it can be chosen now.')).toBeVisible();
	expect(await did()).toEqual(expect.arrayContaining(['Unpacking', 'Converting', 'Checking']));
	await expect(card.getByText('On this machine').first()).toBeVisible();
	await expect(card.getByText(/all here$/)).toBeVisible();
	await expect(card.getByText('Processor (WebAssembly), 8 bits', { exact: true })).toBeVisible();
	const names = await onDisk(page);
	expect(names).toEqual(expect.arrayContaining(['entry.json', 'units.txt', 'references.json']));
	expect(names?.filter((name) => name.startsWith('unpacked'))).toEqual([]);

	await card.getByRole('button', { name: 'Self-check now' }).click();
	await expect(card.getByText('It gives its reference output.')).toBeVisible();
	await expect(card.getByText(/^Right: off its reference by .*, 0.05 allowed$/)).toBeVisible();
	await card.getByRole('button', { name: 'Verify files' }).click();
	await expect(card.getByText('Every file is what it should be.')).toBeVisible();

	// It is chosen as any other, and writes words of its own units.
	await page.evaluate(() => {
		const modes = { speechActivity: 'baseline', conversations: 'baseline' };
		localStorage.setItem('confab.settings', JSON.stringify(modes));
	});
	await page.goto('/');
	const made = await writeMadeSession(page, folder, 'made');
	await page.getByText('For MCoRec sessions').click();
	await page.getByLabel('Recogniser', { exact: true }).selectOption({ label: title });
	await chooseFolder(page, made);
	await expect(page).toHaveURL(/\/session\//);
	await expect(page.getByText(/\bU\d+/).first()).toBeVisible();
	await page.getByRole('tab', { name: 'Run' }).click();
	await expect(page.getByText(title).first()).toBeVisible();

	card = await openCard(page);
	await expect(card.getByText(/^[\d.]+ s of computing for a second/)).toBeVisible();
	await card.getByRole('button', { name: 'Delete' }).click();
	await card.getByRole('button', { name: 'Delete for good' }).click();
	await expect(card.getByText('Not added')).toBeVisible();
	expect(await onDisk(page)).toBeNull();
	await page.goto('/');
	const option = page.getByRole('option', { name: `${title} (can be added)` });
	await expect(option).toBeDisabled();
	expect(watch.strangers).toEqual([]);
	expect(watch.errors).toEqual([]);
});
