import type { Page } from 'playwright';
import type { Screen } from './screen.ts';

async function chooseLabels(page: Page, name: string, text: string): Promise<void> {
	const file = { name, mimeType: 'text/plain', buffer: Buffer.from(text) };
	await page.locator('[data-pick="labels"]').setInputFiles([file]);
}

const exportPath = '/session/made-up-session_40?view=export';

/** What is taken away of a result, and labels that are dropped on it. */
export const exportScreens: Readonly<Record<string, Screen>> = {
	'result-export': {
		pictured: true,
		client: 'past=session_40',
		path: `${exportPath}&select=12.00-30.50`,
		act: (page) =>
			page.getByRole('button', { name: 'Everything (.zip)', disabled: false }).waitFor(),
	},
	'result-labels-asked': {
		client: 'past=session_40',
		path: exportPath,
		act: async (page) => {
			const lines = [
				'anna 3 5 so did you',
				'anna 6 7 no way',
				'Bert 5 6 i did',
				'spk_1 8 9 in pots',
			];
			await chooseLabels(page, 'party.stm', lines.map((line) => `x 1 ${line}\n`).join(''));
			await page.getByLabel('anna').selectOption({ label: 'spk_1' });
			await page.getByText('Two names mean the same speaker').waitFor();
		},
	},
	'result-labels-speech': {
		client: 'past=session_40&unlabelled=1',
		path: exportPath,
		act: async (page) => {
			const line = (id: number) => `SPEAKER x 1 ${id + 3} 20.5 <NA> <NA> spk_${id} <NA> <NA>\n`;
			await chooseLabels(page, 'party.rttm', [0, 1, 2, 3].map(line).join(''));
			await page.getByText('Compared with when 4 speakers talk', { exact: true }).waitFor();
			await page.getByRole('button', { name: 'See the comparison' }).click();
			await page.getByRole('heading', { name: 'When each speaks' }).waitFor();
		},
	},
	'result-labels-refused': {
		client: 'past=session_40',
		path: exportPath,
		act: async (page) => {
			await chooseLabels(page, 'party.stm', 'x 1 anna 3 2 so\nx 1 anna six 7 no\nx 1 Bert\n');
			await page.getByRole('alert').waitFor();
		},
	},
};
