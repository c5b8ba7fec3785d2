import { elementCount } from './checkpoint.ts';
import { fromHalf, halfOf } from '../signal/half-precision.ts';

/** A matrix [rows, columns] as [columns, rows]. */
export function transposed(
	values: Float32Array,
	[rows, columns]: readonly [number, number],
): Float32Array {
	if (values.length !== elementCount([rows, columns])) throw new TypeError('not of this shape');
	const out = new Float32Array(values.length);
	// In tiles, so that both sides stay in the cache.
	const tile = 32;
	for (let top = 0; top < rows; top += tile) {
		for (let left = 0; left < columns; left += tile) {
			const bottom = Math.min(rows, top + tile);
			const right = Math.min(columns, left + tile);
			for (let row = top; row < bottom; row++) {
				for (let column = left; column < right; column++) {
					out[column * rows + row] = values[row * columns + column]!;
				}
			}
		}
	}
	return out;
}

/** Elements of a row that share a scale in `quantiseTo4Bits`. */
export const blockSize = 32;

/** A matrix in 4 bits as ONNX Runtime's `MatMulNBits` takes it. */
export interface FourBits {
	/** Two elements a byte, the first in the lower half: q + 8, for q from -8 to 7. */
	readonly packed: Uint8Array<ArrayBuffer>;
	/** One for each block, in half precision: an element is q times it. */
	readonly scales: Uint16Array<ArrayBuffer>;
}

/**
 * Quantises the rows of a matrix in blocks of 32, symmetrically. Each block tries the scale that puts
 * its largest element on the edge of the range, then the scale that fits best (least squares) what
 * came of that, and keeps the better.
 *
 * @param values as many as fill whole blocks
 */
export function quantiseTo4Bits(values: Float32Array): FourBits {
	const blocks = values.length / blockSize;
	if (!Number.isInteger(blocks)) throw new TypeError('rows do not fill whole blocks');
	const packed = new Uint8Array(values.length / 2);
	const scales = new Uint16Array(blocks);
	const levels = new Int8Array(blockSize);
	for (let block = 0; block < blocks; block++) {
		const start = block * blockSize;
		let extreme = 0;
		for (let i = start; i < start + blockSize; i++) {
			if (Math.abs(values[i]!) > Math.abs(extreme)) extreme = values[i]!;
		}
		let bits = halfOf(extreme / -8);
		const first = roundBlock(values, start, fromHalf(bits), levels);
		const better = halfOf(first.fit);
		if (roundBlock(values, start, fromHalf(better), levels).error < first.error) bits = better;
		else roundBlock(values, start, fromHalf(bits), levels);
		scales[block] = bits;
		for (let i = 0; i < blockSize; i += 2) {
			packed[(start + i) / 2] = (levels[i]! + 8) | ((levels[i + 1]! + 8) << 4);
		}
	}
	return { packed, scales };
}

/** Rounds a block into `levels`; its squared error, and the scale that would fit these levels best. */
function roundBlock(
	values: Float32Array,
	start: number,
	scale: number,
	levels: Int8Array,
): { error: number; fit: number } {
	const inverse = scale === 0 ? 0 : 1 / scale;
	let error = 0;
	let product = 0;
	let square = 0;
	for (let i = 0; i < blockSize; i++) {
		const value = values[start + i]!;
		const level = Math.max(-8, Math.min(7, Math.round(value * inverse)));
		levels[i] = level;
		error += (value - level * scale) ** 2;
		product += value * level;
		square += level * level;
	}
	return { error, fit: square === 0 ? 0 : product / square };
}

/** A matrix in 8 bits with a scale for each row. */
export interface EightBits {
	/** q, from -127 to 127, row by row. */
	readonly levels: Int8Array<ArrayBuffer>;
	/** One for each row: an element is q times it. */
	readonly scales: Float32Array<ArrayBuffer>;
}

/** Quantises the rows of a matrix, symmetrically. */
export function quantiseTo8Bits(values: Float32Array, rows: number): EightBits {
	const columns = values.length / rows;
	const levels = new Int8Array(values.length);
	const scales = new Float32Array(rows);
	for (let row = 0; row < rows; row++) {
		const start = row * columns;
		let largest = 0;
		for (let i = start; i < start + columns; i++) largest = Math.max(largest, Math.abs(values[i]!));
		const scale = largest / 127;
		scales[row] = scale;
		const inverse = scale === 0 ? 0 : 1 / scale;
		for (let i = start; i < start + columns; i++) levels[i] = Math.round(values[i]! * inverse);
	}
	return { levels, scales };
}
