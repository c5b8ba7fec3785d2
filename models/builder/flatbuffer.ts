import { damaged } from '../../src/lib/conversion/checkpoint.ts';

/**
 * Reads tables of the FlatBuffers wire format (little-endian): what a field is missing is its default.
 * Every read is checked against the end of the buffer.
 */
export class FlatTable {
	readonly #view: DataView;
	readonly #at: number;
	readonly #fields: number;
	readonly #fieldsEnd: number;

	private constructor(view: DataView, at: number) {
		this.#view = view;
		this.#at = at;
		this.#fields = at - view.getInt32(at, true);
		this.#fieldsEnd = this.#fields + view.getUint16(this.#fields, true);
	}

	/** The table that a whole buffer holds. @throws ConfabError `ModelUnavailable` for anything else. */
	static root(bytes: Uint8Array, identifier: string): FlatTable {
		return checked(() => {
			const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
			const found = String.fromCharCode(...bytes.subarray(4, 8));
			if (found !== identifier) throw damaged(`it is not a file of the kind ${identifier}`);
			return new FlatTable(view, view.getUint32(0, true));
		});
	}

	/** A number of a field, by its place in the schema. */
	number(
		field: number,
		type: 'int8' | 'uint8' | 'int32' | 'uint32' | 'float32',
		otherwise = 0,
	): number {
		return checked(() => {
			const at = this.#place(field);
			if (at === null) return otherwise;
			switch (type) {
				case 'int8':
					return this.#view.getInt8(at);
				case 'uint8':
					return this.#view.getUint8(at);
				case 'int32':
					return this.#view.getInt32(at, true);
				case 'uint32':
					return this.#view.getUint32(at, true);
				case 'float32':
					return this.#view.getFloat32(at, true);
			}
		});
	}

	text(field: number): string {
		return new TextDecoder().decode(this.bytes(field));
	}

	/** A vector of bytes, or the bytes of a string; empty when there is none. */
	bytes(field: number): Uint8Array {
		return checked(() => {
			const vector = this.#vector(field);
			if (!vector) return new Uint8Array(0);
			const { buffer, byteOffset } = this.#view;
			if (vector.at + vector.length > this.#view.byteLength) throw damaged('it is cut short');
			return new Uint8Array(buffer, byteOffset + vector.at, vector.length);
		});
	}

	integers(field: number): number[] {
		return checked(() => {
			const { at, length } = this.#vector(field) ?? { at: 0, length: 0 };
			return Array.from({ length }, (_, i) => this.#view.getInt32(at + 4 * i, true));
		});
	}

	table(field: number): FlatTable | null {
		return checked(() => {
			const at = this.#place(field);
			return at === null ? null : this.#follow(at);
		});
	}

	tables(field: number): FlatTable[] {
		return checked(() => {
			const { at, length } = this.#vector(field) ?? { at: 0, length: 0 };
			return Array.from({ length }, (_, i) => this.#follow(at + 4 * i));
		});
	}

	#follow(at: number): FlatTable {
		return new FlatTable(this.#view, at + this.#view.getUint32(at, true));
	}

	#vector(field: number): { at: number; length: number } | null {
		const place = this.#place(field);
		if (place === null) return null;
		const at = place + this.#view.getUint32(place, true);
		const length = this.#view.getUint32(at, true);
		if (length > this.#view.byteLength) throw damaged('it is cut short');
		return { at: at + 4, length };
	}

	#place(field: number): number | null {
		const entry = this.#fields + 4 + 2 * field;
		if (entry >= this.#fieldsEnd) return null;
		const offset = this.#view.getUint16(entry, true);
		return offset === 0 ? null : this.#at + offset;
	}
}

/** A read past the end as what it means. */
function checked<T>(read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof RangeError) throw damaged('it is cut short');
		throw error;
	}
}
