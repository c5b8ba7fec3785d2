/**
 * Every screen over made-up sessions, wide and narrow, light and dark (look.ts).
 *
 *     npx playwright test -c tests/screens [-g NAME]                       judges them
 *     LOOK=1 npx playwright test -c tests/screens [-g NAME]                and leaves pictures to look at
 *     npx playwright test -c tests/screens --update-snapshots [-g NAME]    stores how they look now
 */
import type { Locator, Page } from 'playwright';
import { exportScreens } from './export-screens.ts';
import { peopleScreens } from './people-screens.ts';
import { transcriptScreens } from './transcript-screens.ts';
import { look, test } from './look.ts';
import type { Screen } from './screen.ts';

/** The card of the one model whose title begins so. */
function cardOf(page: Page, title: string): Locator {
	return page.getByRole('article', { name: title });
}

/** The card, shown in full. */
async function unfold(page: Page, title: string): Promise<Locator> {
	const card = cardOf(page, title);
	const folded = card.locator(':scope > details:not([open]) > summary');
	await card.waitFor();
	if ((await folded.count()) > 0) await folded.click();
	return card;
}

function madeUpFile(name: string) {
	return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(name) };
}

/** What is dropped is made up in the page: only names matter to the made-up client. */
async function choose(page: Page, names: readonly string[]): Promise<void> {
	await page.locator('[data-pick="files"]').first().setInputFiles(names.map(madeUpFile));
}

const screens: Readonly<Record<string, Screen>> = {
	'drop-empty': { pictured: true },
	'drop-library': {
		pictured: true,
		client: 'past=session_12,session_40_with_a_rather_long_name_that_goes_on,dev-3',
	},
	'library-empty': { path: '/library' },
	library: {
		pictured: true,
		client:
			'past=session_12,session_40_with_a_rather_long_name_that_goes_on,dev-3,party,dinner,garden',
		path: '/library?sort=name',
		act: async (page) => {
			await page
				.locator('[data-pick="files"]')
				.or(page.locator('[data-pick="projects"]'))
				.first()
				.setInputFiles([madeUpFile('from-elsewhere.confab')]);
			await page.getByText('taken in').waitFor();
			await page.getByRole('checkbox', { name: 'Choose dinner' }).check();
			await page.getByText('How this is measured').click();
		},
	},
	'library-asked': {
		client: 'past=session_12,dinner,party&persist=no',
		path: '/library',
		act: async (page) => {
			await page.getByRole('button', { name: 'Keep this storage' }).click();
			await page.getByText('The browser said no').waitFor();
			await page.getByRole('button', { name: 'Rename dinner' }).click();
			await page.getByRole('button', { name: 'Delete party' }).click();
		},
	},
	'library-none-found': {
		client: 'past=session_12,dinner',
		path: '/library?search=garden',
		act: (page) => page.getByText('No session has').waitFor(),
	},
	'drop-refused': {
		client: 'step=200',
		act: async (page) => {
			await choose(page, ['broken_session', 'unreadable.zip', 'broken_2']);
			await page.getByText('ends too early').waitFor();
			await choose(page, ['broken_session', 'broken_other']);
			await page.getByText('nothing in it can be read').waitFor();
		},
	},
	'drop-over': {
		act: async (page) => {
			await page.evaluate(() => {
				const data = new DataTransfer();
				data.items.add(new File(['x'], 'party.zip'));
				window.dispatchEvent(new DragEvent('dragenter', { dataTransfer: data }));
			});
			await page.getByText('Drop to read it').waitFor();
		},
	},
	'job-running': {
		client: 'step=60',
		act: async (page) => {
			await choose(page, ['session_40.zip', 'session_41.zip', 'session_42.zip']);
			await page.getByText(/left$/).first().waitFor();
			await page.getByText('2 more').or(page.getByText('%').first()).first().waitFor();
			await page.waitForTimeout(3500);
		},
	},
	'job-cancelled': {
		client: 'step=30',
		act: async (page) => {
			await choose(page, ['session_40.zip']);
			await page.getByRole('heading', { name: 'Stages' }).waitFor();
			await page.waitForTimeout(1500);
			await page.getByRole('button', { name: 'Cancel', exact: true }).click();
			await page.getByRole('heading', { name: 'Cancelled' }).waitFor();
		},
	},
	'job-failed': {
		pictured: true,
		client: 'step=2&fail=1',
		act: async (page) => {
			await choose(page, ['session_40.zip']);
			await page.getByRole('alert').waitFor();
		},
	},
	'job-gone': { path: '/job/7' },
	result: {
		pictured: true,
		client: 'past=session_40',
		path: '/session/made-up-session_40?t=21.5',
		act: (page) => page.getByRole('heading', { name: 'Conversation A', exact: true }).waitFor(),
	},
	'result-speaker': {
		client: 'past=session_40',
		path: '/session/made-up-session_40?speaker=spk_4',
		act: async (page) => {
			await page.getByRole('button', { name: 'Options' }).click();
			await page.getByText('Show as a table').click();
		},
	},
	'timeline-near': {
		pictured: true,
		client: 'past=session_40',
		path: '/session/made-up-session_40?t=21.5&zoom=18-30&select=24-26.5',
		act: (page) => page.getByText('0:24.0 to 0:26.5').waitFor(),
	},
	'timeline-curves': {
		client: 'past=session_40',
		path: '/session/made-up-session_40?t=21.5',
		act: async (page) => {
			await choose(page, ['session_40.zip']);
			await page.getByRole('button', { name: 'Options' }).click();
			await page.getByLabel('Speech curves').check();
			await page.getByLabel('Waveform').check();
			await page.getByText('Reading the sound').waitFor({ state: 'detached' });
			await page.getByText('Keys and gestures').click();
		},
	},
	'timeline-labels': {
		client: 'past=session_40',
		path: '/session/made-up-session_40?zoom=18-24&speaker=spk_1',
		act: async (page) => {
			await page.getByRole('button', { name: 'Options' }).click();
			await page.getByLabel('Labels').waitFor();
		},
	},
	conversations: {
		pictured: true,
		client: 'past=session_40',
		path: '/session/made-up-session_40?view=conversations',
		act: async (page) => {
			await page.getByText('among 40 that are allowed').waitFor();
			const map = page.locator('.map');
			await map.evaluate((element) => element.scrollIntoView({ block: 'center' }));
			// There and back, as a hand does it: on somebody of the other conversation, and home.
			for (const [companion, conversation] of [
				['spk_4', 'B'],
				['spk_3', 'A'],
			] as const) {
				const [from, to] = await Promise.all(
					['spk_0', companion].map((name) =>
						map.getByRole('button', { name }).locator('.face').boundingBox(),
					),
				);
				if (!from || !to) throw new Error('nobody is on the map');
				await page.mouse.move(from.x + 20, from.y + 20);
				await page.mouse.down();
				await page.mouse.move(to.x + 10, to.y + 10, { steps: 4 });
				await page.mouse.up();
				await page.getByText(`spk_0 is in Conversation ${conversation} now.`).waitFor();
				// The map may be laid out anew.
				await page.waitForTimeout(300);
			}
		},
	},
	'conversations-pair': {
		client: 'past=session_40',
		path: '/session/made-up-session_40?view=conversations&speaker=spk_3',
		act: async (page) => {
			await page.getByText('among 40 that are allowed').waitFor();
			await page.getByLabel('Move spk_4 to').selectOption('Conversation A');
			await page.getByRole('button', { name: 'Evidence of spk_0 and spk_3' }).first().click();
			await page.getByRole('heading', { name: 'spk_0 and spk_3' }).waitFor();
		},
	},
	'conversations-apart': {
		client: 'past=session_40',
		path: '/session/made-up-session_40?view=conversations',
		act: async (page) => {
			for (const speaker of ['spk_3', 'spk_4', 'spk_5']) {
				await page.getByLabel(`Move ${speaker} to`).selectOption('A new conversation');
			}
			await page.getByText('Conversation F').first().waitFor();
		},
	},
	'crowd-timeline': {
		client: 'past=crowd&unlabelled=1',
		path: '/session/made-up-crowd?t=21.5',
		act: (page) => page.getByRole('heading', { name: 'Conversation I', exact: true }).waitFor(),
	},
	'crowd-conversations': {
		client: 'past=crowd&unlabelled=1',
		path: '/session/made-up-crowd?view=conversations&speaker=spk_3',
		act: (page) => page.getByText('With more than eight speakers').waitFor(),
	},
	compare: {
		pictured: true,
		client: 'past=session_40',
		path: '/session/made-up-session_40?view=compare',
		act: async (page) => {
			await page.getByRole('heading', { name: 'Word by word' }).waitFor();
			await page.keyboard.press('n');
			await page.locator('.current').waitFor();
		},
	},
	'compare-edited': {
		client: 'past=session_40',
		path: '/session/made-up-session_40?view=conversations',
		act: async (page) => {
			await page.getByLabel('Move spk_4 to').selectOption('Conversation A');
			await page.getByRole('tab', { name: 'Scores' }).click();
			await page.getByText('Machine: ').first().waitFor();
		},
	},
	'compare-runs': {
		client: 'past=session_40&recogniser=whisper-tiny&recogniser=whisper-base&unlabelled=1',
		path: '/session/made-up-session_40?view=compare',
		act: async (page) => {
			await page.getByRole('button', { name: /^Delete Whisper base/ }).click();
			await page.getByRole('button', { name: /^Compare with Whisper tiny/ }).click();
			await page.getByRole('heading', { name: 'Side by side' }).waitFor();
		},
	},
	dataset: {
		pictured: true,
		client:
			'past=session_40,session_41_with_a_rather_long_name_that_goes_on,dev-3&recogniser=whisper-tiny',
		path: '/compare',
		act: async (page) => {
			await page.getByLabel('Run of dev-3').selectOption({ label: 'Whisper tiny' });
			await page.getByLabel('session_40 counts').uncheck();
			await page.getByRole('button', { name: 'Score 2 sessions' }).click();
			await page.getByRole('row', { name: 'All 2 sessions' }).waitFor();
			await page.getByRole('button', { name: 'Word errors' }).click();
		},
	},
	'dataset-empty': {
		client: 'past=session_40&unlabelled=1',
		path: '/compare',
		act: (page) => page.getByRole('heading', { name: 'Nothing to compare yet' }).waitFor(),
	},
	'privacy-blocked': {
		pictured: true,
		path: '/privacy',
		act: async (page) => {
			await page.getByRole('button', { name: 'Try to phone home' }).click();
			await page.getByText('All 11 ways out were blocked.').waitFor();
			await page.getByText('Everything is here').waitFor();
			await page.getByText('addresses').click();
		},
	},
	'privacy-bare': {
		client: 'bare=1&newer=1',
		path: '/privacy',
		act: async (page) => {
			await page.getByRole('button', { name: 'Try to phone home' }).click();
			await page.getByText('not shown to be blocked. Either').waitFor();
			await page.getByText('A newer version').waitFor();
			await page.getByText('runtime/ort/here.wasm').waitFor();
			await page.getByText('What is counted').click();
		},
	},
	'result-failed-media': {
		// Long enough to be watched: only then does its result take the job's place.
		client: 'step=2',
		act: async (page) => {
			await choose(page, ['session_40.zip']);
			await page.getByText('cannot be played').waitFor();
		},
	},
	...transcriptScreens,
	...exportScreens,
	...peopleScreens,
	'result-missing': { path: '/session/nobody' },
	'not-found': { pictured: true, path: '/nowhere' },
	'models-empty': {
		path: '/models',
		act: (page) => page.getByText('WebGPU works here').first().waitFor(),
	},
	'models-stored': {
		pictured: true,
		client: 'models=stored',
		path: '/models',
		act: async (page) => {
			const card = await unfold(page, 'AV-HuBERT, fine-tuned');
			await card.getByText('Source, licence and files').click();
			await card.getByRole('button', { name: 'Delete' }).click();
			const tiny = await unfold(page, 'Whisper tiny');
			await tiny.getByRole('button', { name: 'Verify files' }).click();
			await page.getByRole('heading', { name: 'Damaged files' }).waitFor();
			await unfold(page, 'Whisper base');
			await unfold(page, 'WeSpeaker');
			const embedded = await unfold(page, 'Embedded recogniser');
			await embedded.getByText('Source, licence and files').click();
		},
	},
	'models-downloading': {
		client: 'models=going',
		path: '/models',
		act: async (page) => {
			for (const name of ['Whisper tiny', 'Whisper base']) {
				await (await unfold(page, name)).getByRole('button', { name: /^Download/ }).click();
				await cardOf(page, name).getByRole('button', { name: 'Pause' }).waitFor();
			}
			const paused = cardOf(page, 'Whisper base');
			await paused.getByRole('button', { name: 'Pause' }).click();
			await paused.getByText('Paused').waitFor();
			const gate = await unfold(page, 'AV-HuBERT, cocktail party');
			await gate.locator('[data-pick="files"]').setInputFiles([madeUpFile('model-bin.zip')]);
			await gate.getByText('its terms').waitFor();
			await gate.getByRole('checkbox').check();
		},
	},
	'models-refused': {
		client: 'models=refused',
		path: '/models',
		act: async (page) => {
			const card = await unfold(page, 'Whisper tiny');
			await card.getByRole('button', { name: /^Download/ }).click();
			await page.getByRole('alert').waitFor();
		},
	},
	'models-wrong-file': {
		client: 'models=wrong',
		path: '/models',
		act: async (page) => {
			const card = await unfold(page, 'WeSpeaker');
			await card.getByText('Add it from files').click();
			await card.locator('[data-pick="files"]').setInputFiles([madeUpFile('a.onnx')]);
			await page.getByRole('alert').waitFor();
		},
	},
	'models-scarce': {
		client: 'scarce=1',
		path: '/models',
		act: async (page) => {
			await unfold(page, 'Whisper base');
			await page.getByRole('heading', { name: 'It does not fit' }).first().waitFor();
			await page.getByRole('checkbox', { name: 'Never ask other servers' }).check();
		},
	},
	'models-offline': {
		path: '/models',
		act: async (page) => {
			await unfold(page, 'Whisper tiny');
			await page.context().setOffline(true);
			await page.getByText('nothing can be downloaded now').first().waitFor();
		},
	},
};

for (const [name, screen] of Object.entries(screens)) {
	test(name, ({ page, comparable }, info) => look(page, name, screen, comparable, info));
}
