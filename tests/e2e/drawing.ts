import type { Locator, Page } from 'playwright/test';

/*
 * Pictures are judged in the page by numbers; none of them leaves it, and no screenshot is taken.
 */

interface Drawn {
	/** What was drawn: a video's frame, or what was made of one before. */
	readonly source: string;
	/** Sides of it, and of the canvas it was drawn on, in pixels. */
	readonly from: readonly [number, number];
	readonly onto: readonly [number, number];
}

declare global {
	interface Window {
		/** What was drawn on canvases, shown or not, since the page was opened. */
		drawn: Drawn[];
	}
}

/** Notes all pictures that a page draws. Runs in the page, before anything else. */
export function watchDrawing(): void {
	window.drawn = [];
	/** Canvases that hold a picture, or what was made of one. */
	const holders = new WeakSet<object>();
	const contexts = [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D];
	for (const { prototype } of contexts) {
		const drawImage = Reflect.get(prototype, 'drawImage') as (...given: unknown[]) => void;
		Reflect.set(
			prototype,
			'drawImage',
			function (this: OffscreenCanvasRenderingContext2D, ...given: unknown[]) {
				const [source] = given;
				const video = source instanceof HTMLVideoElement;
				const bitmap = source instanceof ImageBitmap;
				const canvas =
					source instanceof OffscreenCanvas || source instanceof HTMLCanvasElement ? source : null;
				if (video || bitmap || !canvas || holders.has(canvas)) {
					holders.add(this.canvas);
					const [width, height] = video
						? [source.videoWidth, source.videoHeight]
						: bitmap
							? [source.width, source.height]
							: [canvas?.width ?? Infinity, canvas?.height ?? Infinity];
					window.drawn.push({
						source: Object.prototype.toString.call(source),
						from: [width, height],
						onto: [this.canvas.width, this.canvas.height],
					});
				}
				Reflect.apply(drawImage, this, given);
			},
		);
		const putImageData = Reflect.get(prototype, 'putImageData') as (...given: unknown[]) => void;
		Reflect.set(
			prototype,
			'putImageData',
			function (this: OffscreenCanvasRenderingContext2D, ...given: unknown[]) {
				holders.add(this.canvas);
				const { width, height } = this.canvas;
				window.drawn.push({ source: 'pixels', from: [width, height], onto: [width, height] });
				Reflect.apply(putImageData, this, given);
			},
		);
	}
}

/**
 * What was drawn that may show more than a blur: any picture of more than six pixels across its shorter
 * side that was drawn on a canvas of more than that.
 */
export function drawnClear(page: Page): Promise<Drawn[]> {
	return page.evaluate(() => {
		const few = (sides: readonly [number, number]): boolean =>
			Math.min(...sides) <= 6 && Math.max(...sides) <= 32;
		return window.drawn.filter(({ from, onto }) => !few(from) && !few(onto));
	});
}

/** How fine and how bright a canvas is. */
interface Detail {
	/** Mean luma, 0 to 255. */
	readonly mean: number;
	/** Mean square of the Laplacian of each of 8 by 4 parts, drawn at the same size: their fine detail. */
	readonly blocks: number[];
}

/** Judges what a canvas shows. */
export function detailOf(canvas: Locator): Promise<Detail> {
	return canvas.evaluate((element) => {
		if (!(element instanceof HTMLCanvasElement)) throw new TypeError('a canvas was expected');
		const { width, height } = element;
		const { data } = element.getContext('2d')?.getImageData(0, 0, width, height) ?? { data: [] };
		const luma = Float32Array.from({ length: width * height }, (_, i) => {
			const [red = 0, green = 0, blue = 0] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]];
			return 0.299 * red + 0.587 * green + 0.114 * blue;
		});
		const [columns, rows] = [8, 4];
		const sums = new Float64Array(columns * rows);
		const counts = new Float64Array(columns * rows);
		for (let y = 1; y < height - 1; y++) {
			for (let x = 1; x < width - 1; x++) {
				const at = (dx: number, dy: number) => luma[(y + dy) * width + x + dx] ?? 0;
				const fine = 4 * at(0, 0) - at(1, 0) - at(-1, 0) - at(0, 1) - at(0, -1);
				const block = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width);
				sums[block] = (sums[block] ?? 0) + fine ** 2;
				counts[block] = (counts[block] ?? 0) + 1;
			}
		}
		return {
			mean: luma.reduce((total, value) => total + value, 0) / luma.length,
			blocks: Array.from(sums, (sum, i) => sum / Math.max(1, counts[i] ?? 1)),
		};
	});
}
