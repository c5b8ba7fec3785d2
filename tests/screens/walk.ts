import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import axe, { type RunOptions } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright';
import { createServer } from 'vite';
import { findChromium } from '../../scripts/lib/chromium.mjs';
import { PictureBook } from './picture-book.ts';

const output = fileURLToPath(new URL('../output/screens/', import.meta.url));
const pictures = fileURLToPath(new URL('pictures/', import.meta.url));
const fakeApp = fileURLToPath(new URL('fake-app.ts', import.meta.url));

/** A state of the app to look at. */
export interface Screen {
	/** What the made-up client is to do (fake-app.ts). */
	readonly client?: string;
	readonly path?: string;
	readonly act?: (page: Page) => Promise<void>;
	/** It is never twice the same, as where work goes on: no picture of it is stored. */
	readonly moves?: boolean;
}

type Screens = Readonly<Record<string, Screen>>;

const schemes = ['light', 'dark'] as const;
const widths = [390, 820, 1440];
/** Rules are about what stands in a page: these widths show all of it. */
const judgedWidths = [390, 1440];
/** What axe judges by. */
const judgedTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** How often a picture that differs is taken before it counts as different. */
const looks = 3;
/** Screens that are looked at side by side. */
const lanes = 2;

/** What time it is on every screen. */
const now = new Date('2026-03-20T10:00:00Z');

/** What to do with the screens, from the command line. */
type Task =
	| { readonly kind: 'look' }
	| { readonly kind: 'update' }
	| { readonly kind: 'check'; readonly report: string };

/** Walks through the screens as screens.ts says, and sets the exit status. */
export async function walkScreens(screens: Screens, words: readonly string[]): Promise<void> {
	const [first = '', report = ''] = words;
	const task: Task =
		first === '--check'
			? { kind: 'check', report }
			: first === '--update'
				? { kind: 'update' }
				: { kind: 'look' };
	const wanted = words.slice({ look: 0, update: 1, check: 2 }[task.kind]);
	const unknown = wanted.filter((name) => !(name in screens));
	if (unknown.length > 0) throw new Error(`There is no screen ${unknown.join(', ')}`);
	rmSync(join(output, 'changed'), { recursive: true, force: true });
	mkdirSync(join(output, 'changed'), { recursive: true });

	const server = await serveScreens();
	const found = findChromium();
	const browser = await chromium.launch({
		...(found && { executablePath: found }),
		args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
	});
	const book = await PictureBook.open(pictures, browser);
	const tally = { passed: 0, failed: 0, skipped: 0 };
	const queue = Object.entries(screens).filter(
		([name]) => wanted.length === 0 || wanted.includes(name),
	);
	const walk = async (): Promise<void> => {
		for (let next = queue.shift(); next; next = queue.shift()) {
			const [name, screen] = next;
			const faults = await new Look(name, screen, { task, browser, book, address: server.address })
				.faults()
				.catch((error: unknown) => [String(error)]);
			if (faults.length > 0) tally.failed += 1;
			else tally.passed += 1;
			if (task.kind !== 'check') console.log(name);
			for (const fault of new Set(faults)) console.error(`${name}, ${fault}`);
		}
	};
	await Promise.all(Array.from({ length: lanes }, walk));

	if (task.kind === 'update') {
		book.storeEnvironment();
		if (wanted.length === 0) book.keepOnly(new Set(Object.entries(screens).flatMap(picturesOf)));
	}
	if (task.kind === 'check') {
		if (!book.comparable) {
			const { stored, here } = book;
			tally.skipped += 1;
			// Everything else about the screens has been judged.
			console.log(
				`Not compared with the stored pictures, as other fonts or another Chromium draw them: those are of ${JSON.stringify(stored)}, this is ${JSON.stringify(here)}.`,
			);
		}
		writeFileSync(task.report, JSON.stringify(tally));
	}
	await book.close();
	await browser.close();
	await server.close();
	process.exitCode = tally.failed > 0 ? 1 : 0;
}

/** Names of the pictures that are stored of a screen. */
function picturesOf([name, { moves }]: readonly [string, Screen]): string[] {
	if (moves) return [];
	return schemes.flatMap((scheme) => widths.map((width) => pictureName(name, width, scheme)));
}

function pictureName(screen: string, width: number, scheme: string): string {
	return `${screen}-${String(width)}-${scheme}`;
}

async function serveScreens(): Promise<{ address: string; close: () => Promise<void> }> {
	const server = await createServer({
		configFile: false,
		cacheDir: 'node_modules/.vite-screens',
		plugins: [
			{
				name: 'made-up-client',
				enforce: 'pre',
				resolveId: (id) => (id.endsWith('lib/app/app.ts') ? fakeApp : null),
			},
			sveltekit(),
		],
		worker: { format: 'es' },
		// Nothing may reload a page while it is looked at.
		optimizeDeps: { noDiscovery: true },
		server: { port: 0, hmr: false, watch: null },
		logLevel: 'error',
	});
	await server.listen();
	return { address: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}

interface Surroundings {
	readonly task: Task;
	readonly browser: Browser;
	readonly book: PictureBook;
	readonly address: string;
}

/** One screen, looked at in every width and scheme. */
class Look {
	readonly #name: string;
	readonly #screen: Screen;
	readonly #with: Surroundings;
	readonly #faults: string[] = [];

	constructor(name: string, screen: Screen, surroundings: Surroundings) {
		this.#name = name;
		this.#screen = screen;
		this.#with = surroundings;
	}

	/** What is wrong with it. */
	async faults(): Promise<string[]> {
		const context = await this.#with.browser.newContext({
			reducedMotion: 'reduce',
			locale: 'en-GB',
			timezoneId: 'UTC',
		});
		context.setDefaultTimeout(120_000);
		const page = await context.newPage();
		page.on('pageerror', (error) => this.#faults.push(error.message));
		await page.clock.setFixedTime(now);
		await page.addInitScript((client) => (window.name = client), this.#screen.client ?? '');
		await page.setViewportSize({ width: 1440, height: 900 });
		const { address } = this.#with;
		await page.goto(new URL(this.#screen.path ?? '/', address).href, { waitUntil: 'commit' });
		await page.getByRole('heading', { level: 1 }).waitFor();
		await this.#screen.act?.(page);
		for (const scheme of schemes) {
			await page.emulateMedia({ colorScheme: scheme });
			// Colours follow from parent to child, a picture for each.
			await page.waitForTimeout(300);
			for (const width of widths) {
				await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
				const moving = await atRest(page);
				if (moving > 0)
					this.#faults.push(`${String(moving)} things move in spite of reduced motion`);
				await this.#lookAt(page, width, scheme);
			}
		}
		await context.close();
		return this.#faults;
	}

	async #lookAt(page: Page, width: number, scheme: string): Promise<void> {
		const where = `${String(width)} px, ${scheme}`;
		await this.#takePicture(page, width, scheme);
		const overflow = await page.evaluate(
			() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
		);
		if (overflow > 0) this.#faults.push(`${where}: ${String(overflow)} px too wide`);
		if (!judgedWidths.includes(width)) return;
		// Of all that is judged, contrast alone depends on the scheme.
		const violations = await violationsOn(
			page,
			scheme === 'light'
				? { type: 'tag', values: judgedTags }
				: { type: 'rule', values: ['color-contrast'] },
		);
		for (const violation of violations) this.#faults.push(`${where}: ${violation}`);
	}

	async #takePicture(page: Page, width: number, scheme: string): Promise<void> {
		const { task, book } = this.#with;
		if (task.kind !== 'look' && this.#screen.moves) return;
		if (task.kind === 'check' && !book.comparable) return;
		// Under a dialog nobody can scroll, and its backdrop ends with the window.
		const fullPage = (await page.locator('dialog:modal').count()) === 0;
		const shoot = async (): Promise<Buffer> => {
			await scrollToTop(page);
			return page.screenshot({ fullPage, animations: 'disabled' });
		};
		let picture = await shoot();
		const name = pictureName(this.#name, width, scheme);
		if (task.kind === 'look') writeFileSync(join(output, `${name}.png`), picture);
		if (task.kind === 'update') await book.store(name, picture);
		if (task.kind !== 'check') return;
		let fault = await book.faultOf(name, picture);
		// On a busy machine colours may still be on their way; what is wrong stays so.
		for (let look = 1; fault !== null && look < looks; look++) {
			await page.waitForTimeout(1000);
			picture = await shoot();
			fault = await book.faultOf(name, picture);
		}
		if (fault === null) return;
		writeFileSync(join(output, 'changed', `${name}.png`), picture);
		this.#faults.push(`${String(width)} px, ${scheme}: ${fault}`);
	}
}

/** What axe finds on the page, each with the first elements it stands at. The page has one document, and its script. */
async function violationsOn(
	page: Page,
	runOnly: NonNullable<RunOptions['runOnly']>,
): Promise<string[]> {
	if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
	return page.evaluate(
		async (options) => {
			const judge = Reflect.get(globalThis, 'axe') as typeof axe;
			const { violations } = await judge.run(document, options);
			return violations.map(({ id, nodes }) => {
				const targets = nodes.map((node) => node.target.join(' ')).slice(0, 3);
				return `${id} at ${targets.join('; ')}`;
			});
		},
		// Of what is right only the rule is asked for, which spares most of the work.
		{ runOnly, resultTypes: ['violations'] } satisfies RunOptions,
	);
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
