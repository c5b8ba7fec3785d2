import type { Locator, Page } from 'playwright';
import type { Screen } from './screen.ts';

/** A line of the transcript. */
function lineOf(page: Page, text: string): Locator {
	return page.getByRole('listitem').locator('p').filter({ hasText: text }).first();
}

/** Some words, a name and a line less than the machine made. */
async function edited(page: Page): Promise<void> {
	await lineOf(page, 'all eleven of them').dblclick();
	const form = page.getByRole('form', { name: 'Edit line' });
	await form.getByLabel('Words').fill('all seven of the stops');
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Rename spk_3' }).click();
	await page.getByRole('textbox', { name: 'Name of spk_3' }).fill('Ada');
	await page.keyboard.press('Enter');
	await lineOf(page, 'in pots').dblclick();
	await form.getByRole('button', { name: 'Delete' }).click();
	await page.getByText('All changes are saved').waitFor();
	// The scores follow when the changes have come to rest.
	await page.getByText('18.7 %').first().waitFor();
}

/** The transcript: read, searched, edited, and what is told about it. */
export const transcriptScreens: Readonly<Record<string, Screen>> = {
	'transcript-merged': {
		client: 'past=session_40',
		path: '/session/made-up-session_40?t=21.5',
		act: (page) => page.getByRole('button', { name: 'One text' }).click(),
	},
	'transcript-search': {
		client: 'past=session_40',
		path: '/session/made-up-session_40',
		act: async (page) => {
			await page.keyboard.press('/');
			await page.keyboard.type('the ');
			await page.getByText(/^1 of /).waitFor();
			await page.keyboard.press('Enter');
		},
	},
	'transcript-edit': {
		pictured: true,
		client: 'past=session_40',
		path: '/session/made-up-session_40?t=21.5&select=20.00-24.00',
		act: async (page) => {
			await lineOf(page, 'in pots').dblclick();
			await page.getByRole('form', { name: 'Edit line' }).getByLabel('To').fill('1:90');
			await page.getByText('Write times as').waitFor();
		},
	},
	'transcript-edited': {
		client: 'past=session_40',
		path: '/session/made-up-session_40',
		act: async (page) => {
			await edited(page);
			await page.getByRole('button', { name: 'Original', exact: true }).click();
			await page.getByRole('heading', { name: 'Deleted lines' }).waitFor();
		},
	},
	'transcript-restored': {
		client: 'past=session_40',
		path: '/session/made-up-session_40',
		act: async (page) => {
			await edited(page);
			await page.getByRole('button', { name: 'Discard all edits' }).click();
			await page.getByRole('button', { name: 'Undo: Discard all edits' }).waitFor();
			await page.getByText('17.1 %').first().waitFor();
		},
	},
	'transcript-elsewhere': {
		client: 'past=session_40',
		path: '/session/made-up-session_40',
		act: async (page) => {
			await edited(page);
			await page.evaluate(() => {
				const runId = 'embedded~beam~detect~calibrated~light-asd~int16~confab~shipped';
				const channel = new BroadcastChannel('confab-editions');
				channel.postMessage({ sessionId: 'made-up-session_40', runId });
			});
			await page.getByRole('heading', { name: 'Another tab' }).waitFor();
		},
	},
	shortcuts: {
		client: 'past=session_40',
		path: '/session/made-up-session_40',
		act: async (page) => {
			await page.getByRole('heading', { name: 'Conversation A', exact: true }).waitFor();
			await page.keyboard.press('?');
			await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
		},
	},
};
