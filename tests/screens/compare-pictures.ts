/** A small picture: four bytes a pixel (red, green, blue, alpha), rows from the top. */
export interface Picture {
	readonly width: number;
	readonly height: number;
	readonly data: Uint8ClampedArray | Uint8Array;
}

/** Pictures are kept at a quarter of their size: enough to see what moved, and small. */
export const shrinkBy = 4;

/**
 * How far apart two pixels of small pictures must be to differ, as a part of the distance from black to
 * white. A line of text comes to 0.1 and more; rounding in the drawing, and in the packing of a picture
 * that is drawn a little otherwise, to 0.03 at most.
 */
const noticeable = 0.06;

/** Fewer differing pixels than these are no change: a word of four letters has about 20. */
const tolerated = 5;

/** The part of a picture that differs from another one. */
export interface Difference {
	/** Pixels of the small picture. */
	readonly pixels: number;
	/** What holds them all, in pixels of the page. */
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

/**
 * Distance of two pixels as seen: brightness counts most, colour less (Kotsarenko and Ramos 2010, as pixel
 * comparisons use it). 0 to 1.
 */
function distance(a: Picture, at: number, b: Picture, other: number): number {
	const r = a.data[at]! - b.data[other]!;
	const g = a.data[at + 1]! - b.data[other + 1]!;
	const blue = a.data[at + 2]! - b.data[other + 2]!;
	const y = 0.29889531 * r + 0.58662247 * g + 0.11448223 * blue;
	const i = 0.59597799 * r - 0.2741761 * g - 0.32180189 * blue;
	const q = 0.21147017 * r - 0.52261711 * g + 0.31114694 * blue;
	return Math.sqrt((0.5053 * y * y + 0.299 * i * i + 0.1957 * q * q) / 35215);
}

/** Whether nothing within one pixel of the place in `b` looks like the pixel of `a` there. */
function differs(a: Picture, b: Picture, x: number, y: number): boolean {
	const at = 4 * (y * a.width + x);
	for (let dy = -1; dy <= 1; dy++) {
		for (let dx = -1; dx <= 1; dx++) {
			const [nearX, nearY] = [x + dx, y + dy];
			if (nearX < 0 || nearY < 0 || nearX >= b.width || nearY >= b.height) continue;
			if (distance(a, at, b, 4 * (nearY * b.width + nearX)) <= noticeable) return false;
		}
	}
	return true;
}

/**
 * Where two small pictures differ so that a person would see it; null where they do not. Edges that are
 * smoothed in another way do not count, nor does a shift of less than two pixels (eight of the page);
 * anything that is not there in the other picture does.
 *
 * @throws TypeError when the pictures are of different sizes.
 */
export function difference(a: Picture, b: Picture): Difference | null {
	if (a.width !== b.width || a.height !== b.height) throw new TypeError('Of different sizes');
	let pixels = 0;
	let [left, top, right, bottom] = [a.width, a.height, 0, 0];
	for (let y = 0; y < a.height; y++) {
		for (let x = 0; x < a.width; x++) {
			if (!differs(a, b, x, y) && !differs(b, a, x, y)) continue;
			pixels += 1;
			left = Math.min(left, x);
			right = Math.max(right, x + 1);
			top = Math.min(top, y);
			bottom = Math.max(bottom, y + 1);
		}
	}
	if (pixels <= tolerated) return null;
	return {
		pixels,
		left: left * shrinkBy,
		top: top * shrinkBy,
		width: (right - left) * shrinkBy,
		height: (bottom - top) * shrinkBy,
	};
}
