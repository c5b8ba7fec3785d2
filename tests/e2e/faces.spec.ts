import type { Page } from 'playwright/test';
import { hasShared } from '../shared.ts';
import { expect, test } from './harness.ts';
import { chooseFolder, useBaseline, writeTrimmedSession } from './session-folders.ts';

/*
 * Pictures are judged in the page by numbers; none of them leaves it, and no screenshot is taken.
 */

declare global {
	interface Window {
		/** What was drawn on canvases since the page was opened. */
		drawn: { readonly kind: string; readonly width: number }[];
	}
}

/** Tells apart what a page draws: a video's frame, or a picture made smaller before. */
function watchDrawing(): void {
	window.drawn = [];
	const { prototype } = CanvasRenderingContext2D;
	const original = Reflect.get(prototype, 'drawImage') as (...given: unknown[]) => void;
	Reflect.set(
		prototype,
		'drawImage',
		function (this: CanvasRenderingContext2D, ...given: unknown[]) {
			const [source] = given;
			if (source instanceof HTMLVideoElement) {
				window.drawn.push({ kind: 'video', width: source.videoWidth });
			} else if (source instanceof ImageBitmap) {
				window.drawn.push({ kind: 'bitmap', width: source.width });
			} else window.drawn.push({ kind: 'other', width: NaN });
			Reflect.apply(original, this, given);
		},
	);
}

/** Mean square of the Laplacian of what the page's one canvas shows: its fine detail. */
function detail(page: Page): Promise<{ detail: number; mean: number }> {
	return page.locator('.face.drawn canvas').evaluate((canvas) => {
		if (!(canvas instanceof HTMLCanvasElement)) throw new TypeError('a canvas was expected');
		const { width, height } = canvas;
		const { data } = canvas.getContext('2d')?.getImageData(0, 0, width, height) ?? { data: [] };
		const luma = Array.from({ length: width * height }, (_, i) => {
			const [red = 0, green = 0, blue = 0] = data.slice(4 * i, 4 * i + 3);
			return 0.299 * red + 0.587 * green + 0.114 * blue;
		});
		let sum = 0;
		for (let y = 1; y < height - 1; y++) {
			for (let x = 1; x < width - 1; x++) {
				const at = (dx: number, dy: number) => luma[(y + dy) * width + x + dx] ?? 0;
				sum += (4 * at(0, 0) - at(1, 0) - at(-1, 0) - at(0, 1) - at(0, -1)) ** 2;
			}
		}
		const mean = luma.reduce((total, value) => total + value, 0) / luma.length;
		return { detail: sum / ((width - 2) * (height - 2)), mean };
	});
}

test.skip(!hasShared, 'needs the real recordings');

test('faces are blurred until switched on, and again when switched off', async ({
	context,
	folder,
	page,
}) => {
	await useBaseline(context);
	await context.addInitScript(watchDrawing);
	const session = await writeTrimmedSession('grid-party-4', folder, {
		name: 'faces',
		speakers: ['spk_0'],
		seconds: 3,
	});
	await page.goto('/');
	await chooseFolder(page, session);
	await expect(page.getByRole('tab', { name: 'Take away' })).toBeVisible({ timeout: 120_000 });

	await expect(page.locator('.face.drawn canvas')).toHaveCount(1);
	const blurred = await detail(page);
	// Six by six pixels are all that was ever drawn, and nothing else in the page holds a picture.
	expect(await page.evaluate(() => window.drawn)).toEqual([{ kind: 'bitmap', width: 6 }]);
	await expect(page.locator('video, img, picture, image, object, embed, iframe')).toHaveCount(0);
	await expect(page.locator('canvas')).toHaveCount(1);
	expect(await page.locator('body').innerHTML()).not.toContain('blob:');

	// A click too many does not show them: it is asked first.
	await page.getByRole('button', { name: 'Show faces' }).click();
	const dialog = page.getByRole('dialog', { name: 'Show the faces of this session?' });
	await dialog.getByRole('button', { name: 'Keep blurred' }).click();
	expect(await page.evaluate(() => window.drawn.length)).toBe(1);

	await page.getByRole('button', { name: 'Show faces' }).click();
	await dialog.getByRole('button', { name: 'Show faces' }).click();
	await expect.poll(() => page.evaluate(() => window.drawn.at(-1)?.kind)).toBe('video');
	const clear = await detail(page);
	expect(clear.mean).toBeGreaterThan(10);
	// The same picture: as bright on the whole, without its detail.
	expect(Math.abs(blurred.mean - clear.mean)).toBeLessThan(12);
	expect(blurred.detail).toBeLessThan(clear.detail / 20);

	await page.getByRole('button', { name: 'Blur faces' }).click();
	await expect.poll(() => page.evaluate(() => window.drawn.at(-1)?.kind)).toBe('bitmap');
	expect((await detail(page)).detail).toBeLessThan(clear.detail / 20);
});
