import type { Screen } from './screen.ts';

/** The people of a recording that was dropped by itself: found, merged, split, and nobody at all. */
export const peopleScreens: Readonly<Record<string, Screen>> = {
	people: {
		pictured: true,
		client: 'past=talk.m4a',
		path: '/session/made-up-talk.m4a?view=people',
		act: (page) => page.getByText('3 people; the voices allow 2 to 4').waitFor(),
	},
	'people-split': {
		client: 'past=talk.m4a',
		path: '/session/made-up-talk.m4a?view=people',
		act: async (page) => {
			await page
				.locator('[data-pick="files"]')
				.first()
				.setInputFiles([
					{ name: 'talk.m4a', mimeType: 'application/octet-stream', buffer: Buffer.from('talk') },
				]);
			await page.getByRole('button', { name: 'Play a sample of Person 1' }).waitFor();
			await page.getByRole('button', { name: 'Turns of Person 2' }).click();
			await page
				.getByRole('button', { name: /^Pieces of/ })
				.first()
				.click();
			await page.getByRole('checkbox', { name: /the roof please/ }).check();
			const pieces = page.getByRole('list', { name: /^Pieces of/ });
			await pieces.getByRole('checkbox').first().uncheck();
			await page.getByRole('checkbox', { name: 'Choose Person 1' }).check();
			await page.getByRole('checkbox', { name: 'Choose Person 3' }).check();
		},
	},
	'people-merged': {
		client: 'past=talk.m4a',
		path: '/session/made-up-talk.m4a?view=people',
		act: async (page) => {
			await page.getByRole('checkbox', { name: 'Choose Person 2' }).check();
			await page.getByRole('checkbox', { name: 'Choose Person 3' }).check();
			await page.getByRole('button', { name: 'Merge' }).click();
			await page.getByRole('button', { name: 'Rename Person 1' }).click();
			await page.getByRole('textbox', { name: 'Name of person_1' }).fill('Ada');
			await page.keyboard.press('Enter');
			await page.getByText('All changes are saved').waitFor();
		},
	},
	'people-nobody': {
		client: 'past=silent.m4a',
		path: '/session/made-up-silent.m4a?view=people',
		act: (page) => page.getByRole('heading', { name: 'Nobody is heard' }).waitFor(),
	},
	'people-alone': {
		client: 'past=alone.m4a',
		path: '/session/made-up-alone.m4a?view=conversations',
		act: (page) => page.getByText('Only Person 1 is heard').waitFor(),
	},
	'people-read': {
		pictured: true,
		client: 'past=talk.m4a',
		path: '/session/made-up-talk.m4a?t=7.2',
		act: (page) => page.getByRole('heading', { name: 'Conversation A', exact: true }).waitFor(),
	},
	'people-settings': {
		client: 'past=talk.m4a',
		path: '/session/made-up-talk.m4a?view=about',
		act: (page) => page.getByText('Run again with other settings').click(),
	},
	'people-scored': {
		client: 'past=scored.m4a',
		path: '/session/made-up-scored.m4a?view=compare',
		act: (page) => page.getByRole('heading', { name: 'Word by word' }).waitFor(),
	},
};
