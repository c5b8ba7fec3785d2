import { damaged, elementCount } from '../../src/lib/conversion/checkpoint.ts';

/** Numbers of a Kaldi file: a vector [n] or a matrix [rows, columns], in single precision. */
export interface KaldiArray {
	readonly shape: readonly number[];
	readonly values: Float32Array;
}

/** What stands after a token: a truth value, an array, or one number, of which the file keeps the size alone. */
export type KaldiValue = boolean | KaldiArray | KaldiNumber;

/** Four or eight bytes that are a whole number or not, as whoever asks for them knows. */
export interface KaldiNumber {
	readonly bytes: Uint8Array;
}

/** Longer than any name in a network. */
const longestToken = 256;
/** Begins a file in Kaldi's binary form. */
const binaryMark = '\0B';

/**
 * Reads Kaldi's binary form from front to back: tokens that end with a space, numbers behind a byte with
 * their size, arrays behind `FM ` or `FV ` (`DM `, `DV ` in double precision).
 */
export class KaldiReader {
	readonly #bytes: Uint8Array;
	readonly #view: DataView;
	#at = 0;

	/** @throws ConfabError `ModelUnavailable` for a file that is not in the binary form. */
	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		if (!isBinary(bytes)) throw damaged("it is not in Kaldi's binary form");
		this.#at = binaryMark.length;
	}

	/** Characters up to a space, which is passed over. */
	token(): string {
		return this.#until(' ', longestToken);
	}

	/** Passes over a token that must be there. */
	expect(token: string): void {
		const found = this.token();
		if (found !== token) throw damaged(`"${found}" stands where ${token} is expected`);
	}

	/** Characters up to the end of the line, which is passed over. */
	line(): string {
		return this.#until('\n', this.#bytes.length);
	}

	wholeNumber(): number {
		return wholeNumberOf(this.#number());
	}

	/** Whatever stands here. */
	value(): KaldiValue {
		const [first, second, third] = [0, 1, 2].map((ahead) => this.#bytes[this.#at + ahead]);
		const isArray = third === 0x20 && (second === 0x4d || second === 0x56);
		// "F" alone is false: a token follows, and those begin with "<".
		if (first === 0x54 || (first === 0x46 && !isArray)) {
			this.#at++;
			return first === 0x54;
		}
		return isArray ? this.array() : this.#number();
	}

	array(): KaldiArray {
		const kind = this.token();
		const bytesEach = { FM: 4, FV: 4, DM: 8, DV: 8 }[kind];
		if (!bytesEach) throw damaged(`an array of the kind "${kind}" is not known`);
		const shape = [this.wholeNumber()];
		if (kind.endsWith('M')) shape.push(this.wholeNumber());
		if (shape.some((length) => length < 0)) throw damaged('an array has a negative length');
		const count = elementCount(shape);
		const start = this.#skip(count * bytesEach);
		const values = Float32Array.from({ length: count }, (_, i) =>
			bytesEach === 4
				? this.#view.getFloat32(start + 4 * i, true)
				: this.#view.getFloat64(start + 8 * i, true),
		);
		return { shape, values };
	}

	#number(): KaldiNumber {
		const size = this.#bytes[this.#skip(1)];
		if (size !== 4 && size !== 8) throw damaged(`a number has ${size} bytes`);
		const start = this.#skip(size);
		return { bytes: this.#bytes.subarray(start, start + size) };
	}

	#until(end: ' ' | '\n', longest: number): string {
		const stop = this.#bytes.indexOf(end.charCodeAt(0), this.#at);
		if (stop < 0 || stop - this.#at > longest) throw damaged('it is cut short');
		const text = new TextDecoder('latin1').decode(this.#bytes.subarray(this.#at, stop));
		this.#at = stop + 1;
		return text;
	}

	/** Passes over bytes that must be there. @returns where they begin */
	#skip(length: number): number {
		const start = this.#at;
		if (start + length > this.#bytes.length) throw damaged('it is cut short');
		this.#at += length;
		return start;
	}
}

/** @throws ConfabError `ModelUnavailable` for one that is not a 32-bit whole number. */
export function wholeNumberOf({ bytes }: KaldiNumber): number {
	if (bytes.length !== 4) throw damaged('a whole number has other than 4 bytes');
	return new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
}

export function realNumberOf({ bytes }: KaldiNumber): number {
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	return bytes.length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

/**
 * A file that holds one vector or matrix: in the binary form, or a vector as text, `[ 1 2.5 ]`.
 *
 * @throws ConfabError `ModelUnavailable` for anything else.
 */
export function readKaldiArray(bytes: Uint8Array): KaldiArray {
	if (isBinary(bytes)) return new KaldiReader(bytes).array();
	const text = new TextDecoder().decode(bytes).trim();
	const inside = /^\[([^[\]]*)\]$/.exec(text)?.[1]?.trim();
	const values = Float32Array.from(inside ? inside.split(/\s+/) : [], Number);
	if (inside === undefined || !values.every(Number.isFinite)) {
		throw damaged('it is neither a vector nor a matrix of Kaldi');
	}
	return { shape: [values.length], values };
}

function isBinary(bytes: Uint8Array): boolean {
	return bytes[0] === binaryMark.charCodeAt(0) && bytes[1] === binaryMark.charCodeAt(1);
}
