import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import * as v from 'valibot';
import { difference, shrinkBy } from './compare-pictures.ts';

/*
 * How the screens looked when somebody last looked at them: small pictures, committed. Letters are drawn
 * otherwise by other fonts, so they are compared only where the browser and the fonts are the same.
 */

const environmentSchema = v.object({ chromium: v.string(), fonts: v.string() });

type Environment = v.InferOutput<typeof environmentSchema>;

/** Of WebP: what is drawn alike is packed alike, so only the size and the noise of it matter. */
const quality = 0.5;

interface Shrunk {
	readonly webp: Buffer;
	readonly width: number;
	readonly height: number;
}

/** The stored pictures, and a page that shrinks and opens pictures. */
export class PictureBook {
	readonly #folder: string;
	readonly #page: Page;
	/** What draws here. */
	readonly here: Environment;
	/** What has drawn the stored ones; null when there are none. */
	readonly stored: Environment | null;

	private constructor(folder: string, page: Page, here: Environment) {
		this.#folder = folder;
		this.#page = page;
		this.here = here;
		const file = join(folder, 'environment.json');
		this.stored = existsSync(file)
			? v.parse(environmentSchema, JSON.parse(readFileSync(file, 'utf8')))
			: null;
	}

	/** The caller closes it. */
	static async open(folder: string, browser: Browser): Promise<PictureBook> {
		const page = await browser.newPage();
		const [chromium = ''] = browser.version().split('.');
		return new PictureBook(folder, page, { chromium, fonts: await fontsOf(page) });
	}

	async close(): Promise<void> {
		await this.#page.close();
	}

	/** Whether the stored pictures were drawn by what draws here. */
	get comparable(): boolean {
		const { here, stored } = this;
		return stored !== null && stored.chromium === here.chromium && stored.fonts === here.fonts;
	}

	/** Stores a picture in the place of the one of that name. */
	async store(name: string, png: Buffer): Promise<void> {
		mkdirSync(this.#folder, { recursive: true });
		writeFileSync(this.#path(name), (await this.#shrink(png)).webp);
	}

	/** Says what has drawn the stored ones. */
	storeEnvironment(): void {
		const text = `${JSON.stringify(this.here, null, '\t')}\n`;
		writeFileSync(join(this.#folder, 'environment.json'), text);
	}

	/** Removes the pictures of screens that are no more. */
	keepOnly(names: ReadonlySet<string>): void {
		for (const file of readdirSync(this.#folder)) {
			if (file.endsWith('.webp') && !names.has(file.slice(0, -'.webp'.length))) {
				rmSync(join(this.#folder, file));
			}
		}
	}

	/** What is other than in the stored picture, in words; null when it is the same. */
	async faultOf(name: string, png: Buffer): Promise<string | null> {
		if (!existsSync(this.#path(name))) return 'no picture of it is stored';
		const webp = readFileSync(this.#path(name));
		const now = await this.#shrink(png);
		if (now.webp.equals(webp)) return null;
		const before = await this.#open(webp);
		if (before.width !== now.width || Math.abs(before.height - now.height) > 1) {
			const [was, is] = [before, now].map(
				({ width, height }) => `${width * shrinkBy} by ${height * shrinkBy}`,
			);
			return `it is ${is ?? ''} pixels, in the stored picture ${was ?? ''}`;
		}
		const height = Math.min(before.height, now.height);
		const drawn = await this.#open(now.webp);
		const found = difference({ ...drawn, height }, { ...before, height });
		return (
			found &&
			`it differs from the stored picture within ${found.width} by ${found.height} pixels ` +
				`at ${found.left}, ${found.top}`
		);
	}

	#path(name: string): string {
		return join(this.#folder, `${name}.webp`);
	}

	async #shrink(png: Buffer): Promise<Shrunk> {
		const [base64, width, height] = await this.#page.evaluate(
			async ([source, by, packing]) => {
				const blob = await (await fetch(`data:image/png;base64,${source}`)).blob();
				const image = await createImageBitmap(blob);
				const [width, height] = [Math.ceil(image.width / by), Math.ceil(image.height / by)];
				const whole = new OffscreenCanvas(width * by, height * by).getContext('2d');
				const canvas = new OffscreenCanvas(width, height);
				const small = canvas.getContext('2d');
				if (!whole || !small) throw new Error('no canvas');
				whole.drawImage(image, 0, 0);
				const { data } = whole.getImageData(0, 0, width * by, height * by);
				const out = small.createImageData(width, height);
				// The mean of each square, by hand: a browser's own way of shrinking may change.
				for (let y = 0; y < height; y++) {
					for (let x = 0; x < width; x++) {
						for (let channel = 0; channel < 4; channel++) {
							let sum = 0;
							for (let i = 0; i < by * by; i++) {
								const row = y * by + Math.floor(i / by);
								sum += data[4 * (row * width * by + x * by + (i % by)) + channel] ?? 0;
							}
							out.data[4 * (y * width + x) + channel] = sum / (by * by);
						}
					}
				}
				small.putImageData(out, 0, 0);
				const packed = await canvas.convertToBlob({ type: 'image/webp', quality: packing });
				const bytes = new Uint8Array(await packed.arrayBuffer());
				let text = '';
				for (const byte of bytes) text += String.fromCharCode(byte);
				return [btoa(text), width, height] as const;
			},
			[png.toString('base64'), shrinkBy, quality] as const,
		);
		return { webp: Buffer.from(base64, 'base64'), width, height };
	}

	async #open(webp: Buffer): Promise<{ width: number; height: number; data: Uint8Array }> {
		const [width, height, base64] = await this.#page.evaluate(async (source) => {
			const blob = await (await fetch(`data:image/webp;base64,${source}`)).blob();
			const image = await createImageBitmap(blob);
			const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
			if (!context) throw new Error('no canvas');
			context.drawImage(image, 0, 0);
			const { data } = context.getImageData(0, 0, image.width, image.height);
			let text = '';
			for (const byte of data) text += String.fromCharCode(byte);
			return [image.width, image.height, btoa(text)] as const;
		}, webp.toString('base64'));
		return { width, height, data: Buffer.from(base64, 'base64') };
	}
}

/** Which fonts draw: what texts in the families of the app measure. */
async function fontsOf(page: Page): Promise<string> {
	const tokens = readFileSync(new URL('../../src/lib/ui/tokens.css', import.meta.url), 'utf8');
	await page.setContent(`<style>${tokens}</style><p>Fonts</p>`);
	const widths = await page.evaluate(() => {
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
	return createHash('sha256').update(widths.join(' ')).digest('hex').slice(0, 16);
}
