import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright/test';
import { writeProject } from '../../src/lib/formats/project/write-project.ts';
import type { ProjectSession } from '../../src/lib/formats/project/project-session.ts';
import { fakeResult, fakeSession } from '../fixtures/fake-session.ts';
import { expect, test } from './harness.ts';

const sessionId = '0123456789abcdef';

/** A project file with one made-up session, so that there is something to edit without a run. */
async function writeParty(folder: string): Promise<string> {
	const party: ProjectSession = {
		sessionId,
		folderName: 'party',
		givenName: null,
		runs: [{ result: fakeResult(fakeSession('party', sessionId)), finishedAt: 1_700_000_000_000 }],
		editions: [],
		reference: null,
	};
	async function* sessions(): AsyncIterable<ProjectSession> {
		yield await Promise.resolve(party);
	}
	const path = join(folder, 'party.confab');
	writeFileSync(path, Buffer.from(await (await writeProject(sessions(), 1)).arrayBuffer()));
	return path;
}

function line(page: Page, text: string): Locator {
	return page.getByRole('listitem').filter({ has: page.locator('p', { hasText: text }) });
}

async function change(page: Page, from: string, to: string): Promise<void> {
	await line(page, from).last().locator('p').dblclick();
	await page.getByRole('form', { name: 'Edit line' }).getByLabel('Words').fill(to);
	await page.keyboard.press('Enter');
	await expect(line(page, to).last()).toBeVisible();
}

test('changes outlive the page, reach what is exported, and are not overwritten by another tab', async ({
	context,
	folder,
	page,
	watch,
}) => {
	const file = await writeParty(folder);
	await page.goto('/');
	await page.locator('input[data-pick=files]').first().setInputFiles(file);
	await page.getByRole('link', { name: 'party', exact: true }).first().click();
	await page.getByRole('button', { name: 'Rename spk_3' }).click();
	await page.getByRole('textbox', { name: 'Name of spk_3' }).fill('Ada');
	await page.keyboard.press('Enter');
	await change(page, 'all eleven of them', 'all seven of the stops');
	await expect(page.getByText('1 line edited, 1 name.')).toBeVisible();
	await page.keyboard.press('Control+z');
	await expect(line(page, 'all eleven of them').last()).toBeVisible();
	await page.keyboard.press('Control+Shift+z');
	// Closed at once: what waits to be stored is stored on the way out.
	const address = page.url();
	// Where the browser asks, nobody answers at once.
	page.on('dialog', (dialog) => void setTimeout(() => void dialog.accept(), 300));
	// With its last page Chromium may lose the context, so the next one is there before.
	const second = await context.newPage();
	const closed = page.waitForEvent('close');
	await page.close({ runBeforeUnload: true });
	await closed;

	await second.goto(address);
	await expect(line(second, 'all seven of the stops').last()).toBeVisible();
	await expect(second.getByText('All changes are saved')).toBeVisible();
	await second.getByRole('tab', { name: 'Export' }).click();
	const [download] = await Promise.all([
		second.waitForEvent('download'),
		second.getByRole('button', { name: 'Download: Captions, everybody' }).click(),
	]);
	const text = readFileSync(await download.path(), 'utf8');
	expect(text).toContain('<v Ada>all seven of the stops');
	expect(text).not.toContain('spk_3');

	// The same in two tabs: the one that comes later does not write over the other.
	const third = await context.newPage();
	await third.goto(address);
	await second.getByRole('tab', { name: 'Transcript' }).click();
	await change(second, 'in pots', 'in tubs');
	await expect(second.getByText('All changes are saved')).toBeVisible();
	await expect(third.getByRole('heading', { name: 'Another tab' })).toBeVisible();
	await change(third, 'in pots', 'in jars');
	await third.waitForTimeout(1500);
	// Gone to another page of the app, they are not lost: it asks before it closes, and they are there again.
	await third.getByRole('link', { name: 'Confab' }).first().click();
	await expect(third.getByRole('button', { name: 'Open the example' })).toBeVisible();
	const asked = third.waitForEvent('dialog');
	await third.close({ runBeforeUnload: true });
	await (await asked).dismiss();
	await third.getByRole('link', { name: 'party', exact: true }).first().click();
	await expect(line(third, 'in jars').last()).toBeVisible();
	await expect(third.getByRole('heading', { name: 'Another tab' })).toBeVisible();
	await third.getByRole('button', { name: 'Take its changes' }).click();
	await expect(line(third, 'in tubs').last()).toBeVisible();
	await third.reload();
	await expect(line(third, 'in tubs').last()).toBeVisible();
	await third.getByRole('button', { name: 'Discard all edits' }).click();
	await expect(line(third, 'all eleven of them').last()).toBeVisible();
	expect(watch.errors).toEqual([]);
	expect(watch.strangers).toEqual([]);
});

test('leaving while the address still follows what one looks at is not called off', async ({
	folder,
	page,
}) => {
	const file = await writeParty(folder);
	await page.goto('/');
	await page.locator('input[data-pick=files]').first().setInputFiles(file);
	await page.getByRole('link', { name: 'party', exact: true }).first().click();
	const conversations = page.getByRole('tab', { name: 'Conversations' });
	await expect(conversations).toBeVisible();
	// Opened here, so that the first page's script is yet to be fetched; the line is slow.
	await page.reload();
	await expect(conversations).toBeVisible();
	await page.waitForLoadState('networkidle');
	await page.route('**/_app/**', async (route) => {
		await new Promise((later) => setTimeout(later, 600));
		await route.continue();
	});
	await conversations.click();
	await page.getByRole('link', { name: 'Confab' }).first().click();
	await expect(page.getByRole('button', { name: 'Open the example' })).toBeVisible();
});
