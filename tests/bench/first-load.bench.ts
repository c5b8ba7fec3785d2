import { chromium, type Browser } from 'playwright';
import { chromiumArguments, requireChromium } from '../../scripts/lib/chromium.mjs';
import { inProject } from '../../scripts/lib/command.mjs';
import { firstLoadScripts } from '../../scripts/lib/first-load.mjs';
import { serve } from '../../scripts/lib/serve.mjs';
import type { Bench } from './row.ts';

const runs = 7;

/**
 * Seconds from the start of a navigation until a button of the first page reacts, nothing cached: it is
 * pressed again and again, and what its handler does is noticed.
 */
async function secondsUntilReaction(browser: Browser, origin: string): Promise<number> {
	const context = await browser.newContext();
	try {
		const page = await context.newPage();
		// No function in it has a name: what runs this file would mark it with one of its own.
		await page.addInitScript(() => {
			// The handler opens the list of folders by pressing a hidden input.
			HTMLInputElement.prototype.click = () => {
				Reflect.set(window, 'reacted', performance.now());
			};
			setInterval(() => {
				if (Reflect.has(window, 'reacted')) return;
				for (const button of document.querySelectorAll('button')) {
					if (button.textContent.includes('Choose a folder')) button.click();
				}
			}, 4);
		});
		await page.goto(origin, { waitUntil: 'commit' });
		const handle = await page.waitForFunction((): unknown => Reflect.get(window, 'reacted'));
		return Number(await handle.jsonValue()) / 1000;
	} finally {
		await context.close();
	}
}

/** How much the first page loads, and how soon it can be used. */
export const bench: Bench = {
	title: 'First load',
	missing: () => null,
	async run({ log }) {
		const server = await serve(inProject('build'), { port: 0 });
		const browser = await chromium.launch({
			executablePath: requireChromium(),
			args: chromiumArguments(),
		});
		const times: number[] = [];
		try {
			for (let run = 0; run < runs; run++) {
				const seconds = await secondsUntilReaction(browser, server.origin);
				log(`${seconds.toFixed(2)} s`);
				times.push(seconds);
			}
		} finally {
			await browser.close();
			await server.close();
		}
		const median = times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Infinity;
		const gzipped = firstLoadScripts().reduce((sum, script) => sum + script.gzipped, 0);
		return [
			{
				what: 'First page, nothing cached: until a button reacts',
				measured: { name: `median of ${runs}`, value: median, unit: 's' },
				against: { name: 'budget', value: 1.5, unit: 's' },
				target: { atMost: 1 },
			},
			{
				what: 'First page: script, gzipped',
				measured: { name: 'all', value: gzipped / 1000, unit: 'kB' },
				against: { name: 'budget', value: 200, unit: 'kB' },
				target: { atMost: 1 },
			},
		];
	},
};
