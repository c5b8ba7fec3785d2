import type { Similarity } from './affine.ts';

/** One picture, packed rows of interleaved channels, 0 to 255. */
export interface Picture {
	readonly width: number;
	readonly height: number;
	readonly channels: 1 | 3;
	readonly data: Uint8Array;
}

/** An upright rectangle in pixels; may reach beyond its picture. */
export interface Rectangle {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/**
 * A `width` x `height` grey window whose pixel (column, row) shows the point
 * `toSource(left + column, top + row)` of a grey picture. Bilinear between pixel centres; black beyond the
 * border (the meaning of OpenCV's warpAffine with a constant border).
 */
export function warpGrey(
	source: Picture,
	toSource: Similarity,
	window: { left: number; top: number; width: number; height: number },
): Uint8Array {
	if (source.channels !== 1) throw new TypeError('warpGrey takes grey pictures only');
	const { data, width, height } = source;
	const out = new Uint8Array(window.width * window.height);
	const pixel = (x: number, y: number): number =>
		x < 0 || y < 0 || x >= width || y >= height ? 0 : (data[y * width + x] ?? 0);
	let index = 0;
	for (let row = 0; row < window.height; row++) {
		for (let column = 0; column < window.width; column++) {
			const u = window.left + column;
			const v = window.top + row;
			const x = toSource.a * u - toSource.b * v + toSource.tx;
			const y = toSource.b * u + toSource.a * v + toSource.ty;
			const x0 = Math.floor(x);
			const y0 = Math.floor(y);
			const fx = x - x0;
			const fy = y - y0;
			const top = pixel(x0, y0) * (1 - fx) + pixel(x0 + 1, y0) * fx;
			const bottom = pixel(x0, y0 + 1) * (1 - fx) + pixel(x0 + 1, y0 + 1) * fx;
			out[index++] = Math.round(top * (1 - fy) + bottom * fy);
		}
	}
	return out;
}

/**
 * The part of a picture inside `box`, scaled to `size` x `size` (bilinear, pixel centres at .5, the
 * border's pixels repeated beyond it), as three planes [3, size, size] of `(value - mean) / scale`. A
 * grey picture gives three equal planes. `reversed` swaps first and last channel (RGB to BGR).
 */
export function resamplePlanes(
	source: Picture,
	box: Rectangle,
	size: number,
	normalise: { mean: number; scale: number; reversed: boolean },
): Float32Array {
	const { data, width, height, channels } = source;
	const plane = size * size;
	const out = new Float32Array(3 * plane);
	const stepX = (box.right - box.left) / size;
	const stepY = (box.bottom - box.top) / size;
	const columns = interpolation(box.left, stepX, size, width, channels);
	const rows = interpolation(box.top, stepY, size, height, width * channels);
	for (let channel = 0; channel < channels; channel++) {
		const target = (normalise.reversed ? channels - 1 - channel : channel) * plane;
		for (let row = 0; row < size; row++) {
			const upper = (rows.low[row] ?? 0) + channel;
			const lower = (rows.high[row] ?? 0) + channel;
			const fy = rows.fraction[row] ?? 0;
			for (let column = 0; column < size; column++) {
				const left = columns.low[column] ?? 0;
				const right = columns.high[column] ?? 0;
				const fx = columns.fraction[column] ?? 0;
				const top = (data[upper + left] ?? 0) * (1 - fx) + (data[upper + right] ?? 0) * fx;
				const bottom = (data[lower + left] ?? 0) * (1 - fx) + (data[lower + right] ?? 0) * fx;
				const value = top * (1 - fy) + bottom * fy;
				out[target + row * size + column] = (value - normalise.mean) / normalise.scale;
			}
		}
	}
	if (channels === 1) repeatPlane(out, plane);
	return out;
}

/** For each output index the two source offsets (times `stride`) and the weight of the second. */
function interpolation(
	start: number,
	step: number,
	size: number,
	limit: number,
	stride: number,
): { low: Int32Array; high: Int32Array; fraction: Float32Array } {
	const low = new Int32Array(size);
	const high = new Int32Array(size);
	const fraction = new Float32Array(size);
	for (let i = 0; i < size; i++) {
		const position = Math.min(limit - 1, Math.max(0, start + (i + 0.5) * step - 0.5));
		const floor = Math.floor(position);
		low[i] = floor * stride;
		high[i] = Math.min(limit - 1, floor + 1) * stride;
		fraction[i] = position - floor;
	}
	return { low, high, fraction };
}

/**
 * A `size` x `size` window whose pixel (column, row) shows the point `toSource(column, row)` of a picture, as three
 * planes [3, size, size] of `(value - mean) / scale`; a grey picture gives three equal planes. Bilinear between pixel
 * centres, black beyond the border.
 */
export function warpPlanes(
	source: Picture,
	toSource: Similarity,
	size: number,
	{ mean, scale }: { readonly mean: number; readonly scale: number },
): Float32Array {
	const { data, width, height, channels } = source;
	const out = new Float32Array(3 * size * size);
	const pixel = (x: number, y: number, channel: number): number =>
		x < 0 || y < 0 || x >= width || y >= height
			? 0
			: (data[(y * width + x) * channels + channel] ?? 0);
	for (let row = 0; row < size; row++) {
		for (let column = 0; column < size; column++) {
			const x = toSource.a * column - toSource.b * row + toSource.tx;
			const y = toSource.b * column + toSource.a * row + toSource.ty;
			const x0 = Math.floor(x);
			const y0 = Math.floor(y);
			const fx = x - x0;
			const fy = y - y0;
			for (let channel = 0; channel < channels; channel++) {
				const top = pixel(x0, y0, channel) * (1 - fx) + pixel(x0 + 1, y0, channel) * fx;
				const bottom = pixel(x0, y0 + 1, channel) * (1 - fx) + pixel(x0 + 1, y0 + 1, channel) * fx;
				const value = top * (1 - fy) + bottom * fy;
				out[(channel * size + row) * size + column] = (value - mean) / scale;
			}
		}
	}
	if (channels === 1) repeatPlane(out, size * size);
	return out;
}

function repeatPlane(planes: Float32Array, plane: number): void {
	planes.copyWithin(plane, 0, plane);
	planes.copyWithin(2 * plane, 0, plane);
}

/** A picture in another size: bilinear between pixel centres, without low-pass, as OpenCV's INTER_LINEAR. */
export function resize(
	source: Picture,
	{ width, height }: { readonly width: number; readonly height: number },
): Picture {
	const { channels } = source;
	if (width === source.width && height === source.height) return source;
	const columns = interpolation(0, source.width / width, width, source.width, channels);
	const rows = interpolation(
		0,
		source.height / height,
		height,
		source.height,
		source.width * channels,
	);
	const data = new Uint8Array(width * height * channels);
	let out = 0;
	for (let row = 0; row < height; row++) {
		const upper = rows.low[row]!;
		const lower = rows.high[row]!;
		const down = rows.fraction[row]!;
		for (let column = 0; column < width; column++) {
			const left = columns.low[column]!;
			const right = columns.high[column]!;
			const across = columns.fraction[column]!;
			for (let c = 0; c < channels; c++) {
				const top =
					source.data[upper + left + c]! * (1 - across) + source.data[upper + right + c]! * across;
				const bottom =
					source.data[lower + left + c]! * (1 - across) + source.data[lower + right + c]! * across;
				data[out++] = Math.round(top * (1 - down) + bottom * down);
			}
		}
	}
	return { width, height, channels, data };
}
