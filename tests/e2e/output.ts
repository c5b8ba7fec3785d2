import { readFileSync } from 'node:fs';
import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js';
import type { Page } from 'playwright/test';

/** The files of the challenge's output folder, of the result that a page shows. */
export async function outputOf(page: Page): Promise<Map<string, string>> {
	await page.getByRole('tab', { name: 'Export' }).click();
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('button', { name: 'Download: MCoRec output' }).click(),
	]);
	const reader = new ZipReader(new BlobReader(new Blob([readFileSync(await download.path())])));
	const files = new Map<string, string>();
	for (const entry of await reader.getEntries()) {
		if (entry.directory) continue;
		files.set(entry.filename, await entry.getData(new TextWriter()));
	}
	return files;
}
