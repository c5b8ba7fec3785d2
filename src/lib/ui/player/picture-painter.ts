import { averaged, blurredSize, fittedSize, type Size } from './blurred-size.ts';
import type { Picture } from './playing-file.ts';

/** The canvas is at most this large; a larger picture is drawn smaller. */
const clearLimit: Size = { width: 1920, height: 1080 };
/** A blurred picture has nothing that a larger canvas would show. */
const blurredLimit: Size = { width: 640, height: 640 };

/**
 * Draws pictures on the one canvas of the page that shows any. Unless a clear picture was asked for, it is
 * first reduced to a few averages on a canvas of that size that is never shown: no more than these ever
 * reach the page, faces, background and all.
 */
export class PicturePainter {
	readonly #canvas: HTMLCanvasElement;
	readonly #context: CanvasRenderingContext2D;
	#small: OffscreenCanvas | null = null;
	#whole: OffscreenCanvas | null = null;

	/** @throws TypeError for a canvas that gives no context. */
	constructor(canvas: HTMLCanvasElement) {
		const context = canvas.getContext('2d');
		if (!context) throw new TypeError('The canvas cannot be drawn on');
		this.#canvas = canvas;
		this.#context = context;
	}

	paint(picture: Picture, clear: boolean): void {
		const size = sizeOf(picture);
		if (size.width === 0 || size.height === 0) return;
		const source = clear ? this.#clear(picture) : this.#blurred(picture, size);
		const { width, height } = fittedSize(size, clear ? clearLimit : blurredLimit);
		if (this.#canvas.width !== width) this.#canvas.width = width;
		if (this.#canvas.height !== height) this.#canvas.height = height;
		this.#context.imageSmoothingEnabled = true;
		this.#context.imageSmoothingQuality = 'high';
		this.#context.drawImage(source, 0, 0, width, height);
	}

	/** Takes the picture away. */
	wipe(): void {
		this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
		this.#whole = null;
	}

	#clear(picture: Picture): HTMLVideoElement | OffscreenCanvas {
		if (picture.kind === 'video') return picture.video;
		const { rgb, width, height } = picture;
		const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
		for (let i = 0, j = 0; i < rgb.length; i += 3, j += 4) {
			pixels.set(rgb.subarray(i, i + 3), j);
		}
		this.#whole = canvasOf(this.#whole, picture);
		this.#whole.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
		return this.#whole;
	}

	#blurred(picture: Picture, size: Size): OffscreenCanvas {
		// What was drawn clear before must not be kept.
		this.#whole = null;
		const small = blurredSize(size);
		this.#small = canvasOf(this.#small, small);
		const context = this.#small.getContext('2d');
		if (picture.kind === 'frame') {
			const pixels = averaged(picture.rgb, picture, small);
			context?.putImageData(new ImageData(pixels, small.width, small.height), 0, 0);
		} else if (context) {
			context.imageSmoothingEnabled = true;
			context.imageSmoothingQuality = 'high';
			context.drawImage(picture.video, 0, 0, small.width, small.height);
		}
		return this.#small;
	}
}

function sizeOf(picture: Picture): Size {
	if (picture.kind === 'frame') return picture;
	return { width: picture.video.videoWidth, height: picture.video.videoHeight };
}

function canvasOf(old: OffscreenCanvas | null, { width, height }: Size): OffscreenCanvas {
	if (old?.width === width && old.height === height) return old;
	return new OffscreenCanvas(width, height);
}
