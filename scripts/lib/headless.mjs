import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { chromium } from 'playwright';
import { chromiumArguments, requireChromium } from './chromium.mjs';
import { inProject } from './command.mjs';
import { unseenFiles } from './file-names.mjs';
import { watchMemory } from './process-memory.mjs';
import { serve } from './serve.mjs';

/**
 * @typedef {object} HeadlessSession
 * @property {string} name
 * @property {string} stem the name as one that can be a file's
 * @property {boolean} ok
 * @property {string} [reason] one line, when it did not go through
 * @property {Record<string, string>} [files] its output folder, path to content, when it did
 * @property {string} [project] its result as a `.confab` file in base 64, when that was asked for
 * @property {number | null} peakBytes largest memory of the page meanwhile, where it can be seen
 *
 * @typedef {object} HeadlessOutcome
 * @property {HeadlessSession[]} sessions
 * @property {{ file: string, field?: string, message: string }[]} problems with the input as a whole
 *
 * @typedef {object} HeadlessApp
 * @property {readonly string[]} recognisers ids that settings may name
 * @property {readonly string[]} languages codes that settings may name
 * @property {readonly string[]} addable those of them that have to be added
 * @property {(folder: string, recogniser: string) => Promise<void>} add a recogniser from a folder
 * @property {(path: string, settings: object, score: boolean, project?: boolean) => Promise<HeadlessOutcome>} run
 *   everything in a folder or archive, or a recording with its references beside it, in a fresh page over the
 *   same store
 * @property {() => Promise<void>} close
 */

/**
 * The built app in a headless Chromium with a profile of its own, gone when closed.
 *
 * @param {(line: string) => void} onLine told how the work goes on
 * @returns {Promise<HeadlessApp>}
 */
export async function openHeadless(onLine) {
	const profile = mkdtempSync(join(tmpdir(), 'confab-profile-'));
	const server = await serve(inProject('build'), { port: 0 });
	const executablePath = requireChromium();
	const browser = await chromium.launchPersistentContext(profile, {
		executablePath,
		args: chromiumArguments(),
		headless: true,
	});
	const memory = watchMemory(profile);
	await browser.exposeFunction('confabProgress', onLine);
	await browser.exposeFunction('confabMemory', (/** @type {'reset' | 'peak'} */ asked) =>
		asked === 'reset' ? memory.reset() : memory.peakBytes(),
	);

	/** @param {import('playwright').Page} page */
	const open = async (page) => {
		await page.goto(`${server.origin}/headless`);
		await page.waitForFunction(() => 'confab' in globalThis);
	};
	/**
	 * A file, and those beside it that the app takes for its references.
	 *
	 * @param {import('playwright').Page} page
	 * @param {string} path
	 */
	const withReferences = async (page, path) => {
		const folder = dirname(path);
		const siblings = readdirSync(folder, { withFileTypes: true })
			.filter((entry) => !entry.isDirectory())
			.map(({ name }) => name);
		const call = `confab.referenceNames(...${JSON.stringify([basename(path), siblings])})`;
		const names = /** @type {string[]} */ (await page.evaluate(call));
		return [path, ...names.map((name) => join(folder, name))];
	};
	const first = await browser.newPage();
	await open(first);
	const recognisers = /** @type {string[]} */ (await first.evaluate('confab.recognisers'));
	const languages = /** @type {string[]} */ (await first.evaluate('confab.languages'));
	const addable = /** @type {string[]} */ (await first.evaluate('confab.addable'));
	await first.close();

	return {
		recognisers,
		languages,
		addable,
		async add(folder, recogniser) {
			const page = await browser.newPage();
			try {
				await open(page);
				await page.locator('#models').setInputFiles(resolve(folder));
				await page.evaluate(`confab.addModels(...${JSON.stringify(['models', recogniser])})`);
			} finally {
				await page.close();
			}
		},
		async run(path, settings, score, project = false) {
			const isFolder = statSync(path).isDirectory();
			const page = await browser.newPage();
			/** @type {(reason: Error) => void} */
			let fail = () => undefined;
			const died = new Promise((_, reject) => {
				fail = reject;
			});
			page.on('crash', () => fail(new Error('the page crashed; it may have run out of memory')));
			try {
				await open(page);
				const input = isFolder ? 'folder' : 'files';
				const given = isFolder ? resolve(path) : await withReferences(page, resolve(path));
				await page.locator(`#${input}`).setInputFiles(given);
				const call = JSON.stringify([input, settings, score, project]);
				const outcome = /** @type {HeadlessOutcome} */ (
					await Promise.race([page.evaluate(`confab.runInputs(...${call})`), died])
				);
				const problems = [...outcome.problems, ...(isFolder ? unseenFiles(path) : [])];
				return { ...outcome, problems };
			} finally {
				await page.close();
			}
		},
		async close() {
			memory.stop();
			await browser.close();
			await server.close();
			rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}
