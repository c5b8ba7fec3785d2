/**
 * Pixels across the shorter side of a blurred picture. No face is larger than the picture it is in, so
 * none is ever more than this many pixels wide: nobody is recognised in that.
 */
const shorterSide = 6;

/** A picture of extreme shape is no reason for more. */
const longerSide = 32;

export interface Size {
	readonly width: number;
	readonly height: number;
}

/** Size of the few averages that a picture is reduced to. */
export function blurredSize({ width, height }: Size): Size {
	const ratio = Math.max(width, height) / Math.max(1, Math.min(width, height));
	const longer = Math.min(longerSide, Math.max(shorterSide, Math.round(shorterSide * ratio)));
	return width >= height
		? { width: longer, height: shorterSide }
		: { width: shorterSide, height: longer };
}

/** The size, with the same shape, that is at most so wide and so high. */
export function fittedSize({ width, height }: Size, most: Size): Size {
	const scale = Math.min(1, most.width / width, most.height / height);
	return {
		width: Math.max(1, Math.round(width * scale)),
		height: Math.max(1, Math.round(height * scale)),
	};
}

/**
 * The means of the parts of a picture.
 *
 * @param rgb interleaved, `from.width * from.height * 3`
 * @returns red, green, blue and an opaque alpha of each part, as a canvas takes them
 */
export function averaged(rgb: Uint8Array, from: Size, to: Size): Uint8ClampedArray<ArrayBuffer> {
	const result = new Uint8ClampedArray(to.width * to.height * 4);
	for (let row = 0; row < to.height; row++) {
		const top = Math.floor((row * from.height) / to.height);
		const bottom = Math.max(top + 1, Math.floor(((row + 1) * from.height) / to.height));
		for (let column = 0; column < to.width; column++) {
			const left = Math.floor((column * from.width) / to.width);
			const right = Math.max(left + 1, Math.floor(((column + 1) * from.width) / to.width));
			const sums = [0, 0, 0];
			for (let y = top; y < bottom; y++) {
				for (let at = (y * from.width + left) * 3; at < (y * from.width + right) * 3; at += 3) {
					for (let c = 0; c < 3; c++) sums[c] = (sums[c] ?? 0) + (rgb[at + c] ?? 0);
				}
			}
			const count = (bottom - top) * (right - left);
			const place = (row * to.width + column) * 4;
			result.set([...sums.map((sum) => sum / count), 255], place);
		}
	}
	return result;
}
