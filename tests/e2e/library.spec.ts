import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Page } from 'playwright/test';
import type { ProjectSession } from '../../src/lib/formats/project/project-session.ts';
import { writeProject } from '../../src/lib/formats/project/write-project.ts';
import { fakeResult, fakeSession } from '../fixtures/fake-session.ts';
import { expect, test } from './harness.ts';
import { chooseFolder, useBaseline, writeMadeSession } from './session-folders.ts';

/** How many records each table of the database has; none where there is no such table. */
async function recordCounts(page: Page): Promise<Record<string, number>> {
	return page.evaluate(async () => {
		const database = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open('confab');
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(new Error('the database cannot be opened'));
		});
		const tables = ['results', 'sessions', 'runs', 'editions', 'references'];
		const reading = database.transaction(tables);
		const counts = await Promise.all(
			tables.map(
				(table) =>
					new Promise<[string, number]>((resolve, reject) => {
						const request = reading.objectStore(table).count();
						request.onsuccess = () => resolve([table, request.result]);
						request.onerror = () => reject(new Error(`${table} cannot be counted`));
					}),
			),
		);
		database.close();
		return Object.fromEntries(counts);
	});
}

async function toLibrary(page: Page): Promise<void> {
	await page.getByRole('navigation').getByRole('link', { name: 'Library' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Library' })).toBeVisible();
}

/** Drops a file on the page, as from the desktop. */
async function drop(page: Page, path: string, name: string): Promise<void> {
	const bytes = readFileSync(path).toString('base64');
	await page.evaluate(
		({ bytes, name }) => {
			const data = new DataTransfer();
			const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
			data.items.add(new File([content], name));
			window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true }));
		},
		{ bytes, name },
	);
}

test('a session is renamed, taken out, really deleted, and comes back from its file', async ({
	context,
	folder,
	page,
	watch,
}) => {
	await useBaseline(context);
	await page.goto('/');
	await chooseFolder(page, await writeMadeSession(page, folder, 'party'));
	await expect(page.getByRole('heading', { level: 1, name: 'party' })).toBeVisible();
	await expect(page).toHaveURL(/\/session\//u);
	const address = new URL(page.url()).pathname;

	await toLibrary(page);
	const row = page.getByRole('listitem').filter({ hasText: 'party' });
	await expect(row).toContainText('2 speakers');
	await expect(row).toContainText('1 run');
	await row.getByRole('button', { name: 'Rename party' }).click();
	await page.getByRole('textbox', { name: 'Name of party' }).fill('Ada’s birthday');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('link', { name: 'Ada’s birthday' })).toBeVisible();

	await page.getByRole('checkbox', { name: 'Choose Ada’s birthday' }).check();
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Export chosen' }).click();
	const exported = await download;
	expect(exported.suggestedFilename()).toBe('Ada’s birthday.confab');
	const file = join(folder, 'exported.confab');
	await exported.saveAs(file);
	await page.getByRole('checkbox', { name: 'With the recordings at hand' }).first().check();
	const recordedFile = join(folder, 'recorded.confab');
	const recordedDownload = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Export chosen' }).click();
	await (await recordedDownload).saveAs(recordedFile);

	const before = await recordCounts(page);
	expect(before).toMatchObject({ sessions: 1, runs: 1, references: 1 });
	expect(before['results']).toBeGreaterThan(0);
	await page.getByRole('button', { name: 'Delete Ada’s birthday' }).click();
	await page.getByRole('button', { name: 'Keep', exact: true }).click();
	await page.getByRole('button', { name: 'Delete Ada’s birthday' }).click();
	await page.getByRole('group').getByRole('button', { name: 'Delete' }).click();
	await expect(page.getByText('None yet.')).toBeVisible();
	expect(await recordCounts(page)).toEqual({
		...{ results: 0, sessions: 0, runs: 0, editions: 0, references: 0 },
	});
	await page.goto(address);
	await expect(page.getByRole('heading', { name: 'No result is stored' })).toBeVisible();

	// Dropped anywhere, it is taken in.
	await drop(page, file, 'exported.confab');
	const notice = page.getByText('exported.confab: 1 session taken in');
	await expect(notice).toBeVisible();
	await expect(page.getByText('All of it is new here.')).toBeVisible();
	await drop(page, file, 'again.confab');
	await expect(page.getByText('here already and stay as they are')).toBeVisible();
	await toLibrary(page);
	await page.getByRole('link', { name: 'Ada’s birthday' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Ada’s birthday' })).toBeVisible();
	expect(new URL(page.url()).pathname).toBe(address);
	expect(await recordCounts(page)).toMatchObject({
		sessions: 1,
		runs: 1,
		references: 1,
		results: 0,
	});

	// The recordings are not kept; from a file that has them they can be watched, and run again.
	await expect(page.getByText('The recordings are not kept').first()).toBeVisible();
	await drop(page, recordedFile, 'recorded.confab');
	await expect(page.getByText('Its recording can be watched')).toBeVisible();
	const player = page.getByRole('region', { name: 'Player' });
	await player.getByRole('button', { name: 'Play', exact: true }).click();
	await expect(player.locator('.time')).toHaveText(/^\s*0:0[1-9]/u);
	expect(watch.strangers).toEqual([]);
	expect(watch.errors).toEqual([]);
});

test('a file that is no project is refused with what is wrong', async ({ folder, page }) => {
	await page.goto('/library');
	await expect(page.getByRole('heading', { level: 1, name: 'Library' })).toBeVisible();
	await page
		.locator('input[data-pick=projects]')
		.setInputFiles({ name: 'holiday.confab', mimeType: '', buffer: Buffer.from(folder) });
	await expect(page.getByText('holiday.confab: not readable as a project')).toBeVisible();
	await expect(page.getByText('cannot be read as a zip archive')).not.toHaveCount(0);
});

test('the library is searched and sorted, and the address tells', async ({ page }) => {
	const sessions = ['party', 'dinner'].map((name, place): ProjectSession => {
		const result = fakeResult(fakeSession(name, name));
		const runs = [{ result, finishedAt: 1_700_000_000_000 - place * 1000 }];
		return {
			...{ sessionId: name, folderName: name, givenName: null, runs },
			...{ editions: [], reference: null },
		};
	});
	const project = await writeProject(Readable.from(sessions), sessions.length);
	await page.goto('/library');
	await page.locator('input[data-pick=projects]').setInputFiles({
		name: 'two.confab',
		mimeType: '',
		buffer: Buffer.from(await project.arrayBuffer()),
	});
	const links = page.locator('main li a[href^="/session/"]');
	await expect(links).toHaveText(['party', 'dinner']);
	await page.getByLabel('Sort by').selectOption('Name');
	await expect(links).toHaveText(['dinner', 'party']);
	await page.getByLabel('Search the library').fill('part');
	await expect(links).toHaveText(['party']);
	await expect(page).toHaveURL(/\/library\?search=part&sort=name$/u);
	await page.reload();
	await expect(links).toHaveText(['party']);
	await expect(page.getByText('1 of 2 sessions')).toBeVisible();
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Export everything' }).click();
	expect((await download).suggestedFilename()).toMatch(/^confab-\d{4}-\d\d-\d\d\.confab$/u);
});
