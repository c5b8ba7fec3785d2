import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe, { type RunOptions } from 'axe-core';
import { expect, test as base, type Browser, type Page, type TestInfo } from 'playwright/test';
import type { Screen } from './screen.ts';

const schemes = ['light', 'dark'] as const;
const widths = [390, 820, 1440];
/** Rules are about what stands in a page: these widths show all of it. */
const judgedWidths = [390, 1440];
/** What axe judges by. */
const judgedTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What pictures are stored of: each width and each scheme once. */
const pictured = ['1440-light', '390-dark'];

/** What time it is on every screen. */
const now = new Date('2026-03-20T10:00:00Z');

const environmentFile = new URL('pictures/environment.txt', import.meta.url);

/** A test that knows whether the stored pictures were drawn by what draws here. */
export const test = base.extend<object, { readonly comparable: boolean }>({
	comparable: [
		async ({ browser }, use, { config }) => {
			const here = await environmentOf(browser);
			if (config.updateSnapshots === 'all') writeFileSync(environmentFile, here);
			const stored = existsSync(environmentFile) ? readFileSync(environmentFile, 'utf8') : '';
			if (here !== stored) {
				console.log('Pictures are not compared: another Chromium or other fonts drew them.');
			}
			await use(here === stored);
		},
		{ scope: 'worker' },
	],
});

/**
 * Looks at one screen in every width and scheme: fails on an accessibility violation (axe), a page wider
 * than its window, a script error, what moves in spite of reduced motion, or what is not as in its picture.
 * With LOOK set, leaves pictures of it in tests/output/screens.
 */
export async function look(
	page: Page,
	name: string,
	screen: Screen,
	comparable: boolean,
	info: TestInfo,
): Promise<void> {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	await page.clock.setFixedTime(now);
	await page.addInitScript((client) => (window.name = client), screen.client ?? '');
	const { href } = new URL(screen.path ?? '/', process.env['SCREENS_ADDRESS']);
	await page.goto(href, { waitUntil: 'commit' });
	await page.getByRole('heading', { level: 1 }).waitFor();
	await screen.act?.(page);
	for (const scheme of schemes) {
		await page.emulateMedia({ colorScheme: scheme });
		for (const width of widths) {
			await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
			const where = `${String(width)}-${scheme}`;
			const moving = await atRest(page);
			if (moving > 0) faults.push(`${where}: ${String(moving)} things move`);
			const overflow = await page.evaluate(
				() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
			);
			if (overflow > 0) faults.push(`${where}: ${String(overflow)} px too wide`);
			if (judgedWidths.includes(width)) {
				const found = await violationsOn(page, scheme);
				faults.push(...found.map((violation) => `${where}: ${violation}`));
			}
			if (process.env['LOOK'] !== undefined) {
				await scrollToTop(page);
				const path = join(info.project.outputDir, `${name}-${where}.png`);
				// Under a dialog nobody can scroll, and its backdrop ends with the window.
				const fullPage = (await page.locator('dialog:modal').count()) === 0;
				await page.screenshot({ path, fullPage, animations: 'disabled' });
			}
			if (screen.pictured && comparable && pictured.includes(where)) {
				await scrollToTop(page);
				await expect.soft(page).toHaveScreenshot(`${name}-${where}.png`);
			}
		}
	}
	expect(faults).toEqual([]);
}

/** What axe finds on the page, each with the first elements it stands at. The page has one document, and its script. */
async function violationsOn(page: Page, scheme: 'light' | 'dark'): Promise<string[]> {
	if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
	const options: RunOptions = {
		// Of all that is judged, contrast alone depends on the scheme.
		runOnly:
			scheme === 'light'
				? { type: 'tag', values: judgedTags }
				: { type: 'rule', values: ['color-contrast'] },
		// Of what is right only the rule is asked for, which spares most of the work.
		resultTypes: ['violations'],
	};
	return page.evaluate(async (how) => {
		const judge = Reflect.get(globalThis, 'axe') as typeof axe;
		const { violations } = await judge.run(document, how);
		return violations.map(({ id, nodes }) => {
			const targets = nodes.map((node) => node.target.join(' ')).slice(0, 3);
			return `${id} at ${targets.join('; ')}`;
		});
	}, options);
}

/**
 * Waits until a change has come to rest: colours and places are judged as they are then.
 *
 * @returns how much was moving, though these pages ask for less motion
 */
async function atRest(page: Page): Promise<number> {
	return page.evaluate(async () => {
		await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
		const moving = document
			.getAnimations()
			.filter(({ effect }) => Number(effect?.getComputedTiming().endTime ?? 0) > 1);
		// What never ends is stopped for the picture.
		const ending = moving.filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
		await Promise.allSettled(ending.map(({ finished }) => finished));
		return moving.length;
	});
}

/**
 * Everything that scrolls, at its beginning: where a pane stood after the last change of width depends on
 * what was drawn first.
 */
async function scrollToTop(page: Page): Promise<void> {
	await page.evaluate(async () => {
		for (const element of document.querySelectorAll('*')) element.scrollTo(0, 0);
		await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
	});
}

/** What draws: the Chromium, and what texts in the families of the app measure in its fonts. */
async function environmentOf(browser: Browser): Promise<string> {
	const page = await browser.newPage();
	const tokens = readFileSync(new URL('../../src/lib/ui/tokens.css', import.meta.url), 'utf8');
	await page.setContent(`<style>${tokens}</style><p>Fonts</p>`);
	const measures = await page.evaluate(() => {
		const texts = ['Hamburgefonstiv 0123456789', 'Who talks with whom …', '– “” ’ → ⌘ ✓'];
		return ['--font-text', '--font-code'].flatMap((family) =>
			[400, 550, 680].flatMap((weight) =>
				texts.map((text) => {
					const span = document.createElement('span');
					span.textContent = text;
					span.style.cssText = `font: ${String(weight)} 40px var(${family}); white-space: nowrap`;
					document.body.append(span);
					return span.getBoundingClientRect().width.toFixed(2);
				}),
			),
		);
	});
	await page.close();
	const fonts = createHash('sha256').update(measures.join(' ')).digest('hex').slice(0, 16);
	return `Chromium ${browser.version().split('.')[0] ?? ''}, fonts ${fonts}\n`;
}
