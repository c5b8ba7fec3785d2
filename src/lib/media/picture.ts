import { assert } from '../support/assert.ts';

/** How luma and chroma relate to red, green and blue (ITU-R BT.601, BT.709, BT.2020). */
export type ColourMatrix = 'bt601' | 'bt709' | 'bt2020';

/** One decoded picture in memory, as a decoder lays it out. */
export interface Picture {
	/** `420`, `422`, `444`: planes Y, U, V. `nv12`: planes Y and interleaved UV. `rgba`: one plane. */
	readonly layout: '420' | '422' | '444' | 'nv12' | 'rgba';
	readonly data: Uint8Array;
	/** Offset in `data` and bytes a row of each plane. */
	readonly planes: readonly { readonly offset: number; readonly stride: number }[];
	readonly width: number;
	readonly height: number;
	readonly matrix: ColourMatrix;
	/** Whether luma runs from 0 to 255 instead of 16 to 235. */
	readonly fullRange: boolean;
	/** Degrees the picture is to be turned clockwise, then mirrored left to right if `flip`. */
	readonly rotation: 0 | 90 | 180 | 270;
	readonly flip: boolean;
}

/** The matrix a container or a codec names; BT.601 where it names none, as in FFmpeg. */
export function colourMatrix(name: string | null | undefined): ColourMatrix {
	if (name === 'bt709') return 'bt709';
	return name?.startsWith('bt2020') ? 'bt2020' : 'bt601';
}

/** What a picture is turned into: packed rows of grey (1 channel) or RGB (3 channels, interleaved). */
export interface Target {
	readonly width: number;
	readonly height: number;
	readonly channels: 1 | 3;
}

/** The weight of red and of blue in luma. */
const lumaWeights: Record<ColourMatrix, { red: number; blue: number }> = {
	bt601: { red: 0.299, blue: 0.114 },
	bt709: { red: 0.2126, blue: 0.0722 },
	bt2020: { red: 0.2627, blue: 0.0593 },
};

/** Fixed-point position of the sums below. */
const SHIFT = 16;
const HALF = 1 << (SHIFT - 1);

/**
 * Turns pictures into grey or RGB pixels of one size, reusing its scratch memory from one picture to
 * the next. Grey is 0.299 R + 0.587 G + 0.114 B, rounded, whatever the picture's own matrix. In BT.601
 * that sum is the luma itself, so there it is taken from the Y plane alone; this differs from the way
 * over RGB only for colours outside the RGB cube, which that way would clip. Chroma is not
 * interpolated. Scaling is bilinear between pixel centres, without low-pass, as OpenCV's INTER_LINEAR.
 */
export class PictureConverter {
	readonly #target: Target;
	#full = new Uint8Array(0);
	#turned = new Uint8Array(0);

	constructor(target: Target) {
		this.#target = target;
	}

	/** Writes the picture at `offset` of `output`. */
	convert(picture: Picture, output: Uint8Array, offset: number): void {
		const { width, height, channels } = this.#target;
		assert(output.length >= offset + width * height * channels, 'the frame fits');
		const turned = picture.rotation === 90 || picture.rotation === 270;
		const upright = picture.rotation === 0 && !picture.flip;
		const shownWidth = turned ? picture.height : picture.width;
		const shownHeight = turned ? picture.width : picture.height;
		const sameSize = shownWidth === width && shownHeight === height;
		if (upright && sameSize) {
			toPixels(picture, channels, output, offset);
			return;
		}
		const size = picture.width * picture.height * channels;
		if (this.#full.length < size) this.#full = new Uint8Array(size);
		toPixels(picture, channels, this.#full, 0);
		let pixels = this.#full;
		if (!upright) {
			if (this.#turned.length < size) this.#turned = new Uint8Array(size);
			const destination = sameSize ? output : this.#turned;
			turn(picture, channels, pixels, destination, sameSize ? offset : 0);
			if (sameSize) return;
			pixels = this.#turned;
		}
		scale(pixels, shownWidth, shownHeight, channels, output, offset, width, height);
	}
}

function toPixels(picture: Picture, channels: 1 | 3, output: Uint8Array, offset: number): void {
	if (picture.layout === 'rgba') rgbaToPixels(picture, channels, output, offset);
	else if (channels === 1 && picture.matrix === 'bt601') lumaToGrey(picture, output, offset);
	else convertColours(picture, channels, output, offset);
}

function rgbaToPixels(picture: Picture, channels: 1 | 3, output: Uint8Array, offset: number): void {
	const { data, width, height } = picture;
	const plane = planeOf(picture, 0);
	let out = offset;
	for (let y = 0; y < height; y++) {
		let at = plane.offset + y * plane.stride;
		for (let x = 0; x < width; x++, at += 4) {
			const red = data[at] ?? 0;
			const green = data[at + 1] ?? 0;
			const blue = data[at + 2] ?? 0;
			if (channels === 1) {
				output[out++] = (red * 19595 + green * 38470 + blue * 7471 + HALF) >> SHIFT;
			} else {
				output[out++] = red;
				output[out++] = green;
				output[out++] = blue;
			}
		}
	}
}

/** Luma at full range, for each value of the Y plane. */
function lumaTable(fullRange: boolean): Uint8Array {
	const table = new Uint8Array(256);
	for (let y = 0; y < 256; y++) {
		table[y] = fullRange ? y : Math.min(255, Math.max(0, Math.round(((y - 16) * 255) / 219)));
	}
	return table;
}

const limitedLuma = lumaTable(false);

function lumaToGrey(picture: Picture, output: Uint8Array, offset: number): void {
	const { data, width, height } = picture;
	const plane = planeOf(picture, 0);
	for (let y = 0; y < height; y++) {
		const from = plane.offset + y * plane.stride;
		const to = offset + y * width;
		if (picture.fullRange) {
			output.set(data.subarray(from, from + width), to);
		} else {
			for (let x = 0; x < width; x++) output[to + x] = limitedLuma[data[from + x] ?? 0] ?? 0;
		}
	}
}

/** Position and spacing of the chroma samples. */
function chromaOf(picture: Picture) {
	const u = planeOf(picture, 1);
	const interleaved = picture.layout === 'nv12';
	const v = interleaved ? { offset: u.offset + 1, stride: u.stride } : planeOf(picture, 2);
	return {
		u,
		v,
		step: interleaved ? 2 : 1,
		shiftX: picture.layout === '444' ? 0 : 1,
		shiftY: picture.layout === '420' || interleaved ? 1 : 0,
	};
}

/** Fixed-point weights of U and V in each channel, and of Y in all of them, range conversion included. */
function colourWeights(picture: Picture, channels: 1 | 3) {
	const { red, blue } = lumaWeights[picture.matrix];
	const green = 1 - red - blue;
	const one = 1 << SHIFT;
	const luma = Math.round((picture.fullRange ? 1 : 255 / 219) * one);
	const chroma = (picture.fullRange ? 1 : 255 / 224) * one;
	const redV = Math.round(chroma * 2 * (1 - red));
	const greenU = -Math.round((chroma * 2 * (1 - blue) * blue) / green);
	const greenV = -Math.round((chroma * 2 * (1 - red) * red) / green);
	const blueU = Math.round(chroma * 2 * (1 - blue));
	const black = picture.fullRange ? 0 : 16;
	if (channels === 3) return { black, luma, u: [0, greenU, blueU], v: [redV, greenV, 0] };
	// Grey is BT.601's, whatever the picture's own matrix.
	const greyU = Math.round(0.114 * blueU + 0.587 * greenU);
	const greyV = Math.round(0.299 * redV + 0.587 * greenV);
	return { black, luma, u: [greyU], v: [greyV] };
}

function convertColours(
	picture: Picture,
	channels: 1 | 3,
	output: Uint8Array,
	offset: number,
): void {
	const { data, width, height } = picture;
	const luma = planeOf(picture, 0);
	const { u, v, step, shiftX, shiftY } = chromaOf(picture);
	const weights = colourWeights(picture, channels);
	const ofU = Int32Array.from(weights.u);
	const ofV = Int32Array.from(weights.v);
	// A clamped array rounds and clips on writing.
	const clamped = new Uint8ClampedArray(output.buffer, output.byteOffset, output.byteLength);
	let out = offset;
	for (let y = 0; y < height; y++) {
		const lumaRow = luma.offset + y * luma.stride;
		const uRow = u.offset + (y >> shiftY) * u.stride;
		const vRow = v.offset + (y >> shiftY) * v.stride;
		for (let x = 0; x < width; x++) {
			const at = (x >> shiftX) * step;
			const base = ((data[lumaRow + x] ?? 0) - weights.black) * weights.luma + HALF;
			const du = (data[uRow + at] ?? 0) - 128;
			const dv = (data[vRow + at] ?? 0) - 128;
			for (let c = 0; c < channels; c++) {
				clamped[out++] = (base + du * (ofU[c] ?? 0) + dv * (ofV[c] ?? 0)) >> SHIFT;
			}
		}
	}
}

function turn(
	picture: Picture,
	channels: 1 | 3,
	pixels: Uint8Array,
	output: Uint8Array,
	offset: number,
): void {
	const { width, height, rotation, flip } = picture;
	const turned = rotation === 90 || rotation === 270;
	const shownWidth = turned ? height : width;
	const shownHeight = turned ? width : height;
	let out = offset;
	for (let y = 0; y < shownHeight; y++) {
		for (let column = 0; column < shownWidth; column++) {
			const x = flip ? shownWidth - 1 - column : column;
			let sourceX = x;
			let sourceY = y;
			if (rotation === 90) {
				sourceX = y;
				sourceY = height - 1 - x;
			} else if (rotation === 180) {
				sourceX = width - 1 - x;
				sourceY = height - 1 - y;
			} else if (rotation === 270) {
				sourceX = width - 1 - y;
				sourceY = x;
			}
			const at = (sourceY * width + sourceX) * channels;
			for (let c = 0; c < channels; c++) output[out++] = pixels[at + c] ?? 0;
		}
	}
}

function scale(
	pixels: Uint8Array,
	width: number,
	height: number,
	channels: 1 | 3,
	output: Uint8Array,
	offset: number,
	targetWidth: number,
	targetHeight: number,
): void {
	const columns = neighbours(width, targetWidth);
	const rows = neighbours(height, targetHeight);
	let out = offset;
	for (let y = 0; y < targetHeight; y++) {
		const top = (rows.low[y] ?? 0) * width;
		const bottom = (rows.high[y] ?? 0) * width;
		const down = rows.weight[y] ?? 0;
		for (let x = 0; x < targetWidth; x++) {
			const left = columns.low[x] ?? 0;
			const right = columns.high[x] ?? 0;
			const across = columns.weight[x] ?? 0;
			for (let c = 0; c < channels; c++) {
				const a = pixels[(top + left) * channels + c] ?? 0;
				const b = pixels[(top + right) * channels + c] ?? 0;
				const d = pixels[(bottom + left) * channels + c] ?? 0;
				const e = pixels[(bottom + right) * channels + c] ?? 0;
				const upper = a + (b - a) * across;
				const lower = d + (e - d) * across;
				output[out++] = Math.round(upper + (lower - upper) * down);
			}
		}
	}
}

/** For each target pixel the two source pixels around its centre, and the weight of the second. */
function neighbours(size: number, targetSize: number) {
	const low = new Int32Array(targetSize);
	const high = new Int32Array(targetSize);
	const weight = new Float64Array(targetSize);
	for (let i = 0; i < targetSize; i++) {
		const centre = ((i + 0.5) * size) / targetSize - 0.5;
		const position = Math.min(size - 1, Math.max(0, centre));
		low[i] = Math.floor(position);
		high[i] = Math.min(size - 1, Math.floor(position) + 1);
		weight[i] = position - Math.floor(position);
	}
	return { low, high, weight };
}

function planeOf(picture: Picture, index: number): { offset: number; stride: number } {
	const plane = picture.planes[index];
	assert(plane, `plane ${index} is there`);
	return plane;
}
