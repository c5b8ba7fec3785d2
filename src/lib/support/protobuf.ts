import { ConfabError } from './errors.ts';

/**
 * Writes the protocol buffer wire format (proto2/proto3 encoding), as far as ONNX files need it:
 * variable-length integers, 32-bit floats and length-delimited fields.
 */
export class ProtobufWriter {
	readonly #parts: Uint8Array[] = [];
	#length = 0;

	/** A whole number or a boolean (wire type 0). Negative numbers take ten bytes, as the format has it. */
	integer(field: number, value: number | bigint): this {
		return this.#varint(BigInt(field) << 3n).#varint(BigInt.asUintN(64, BigInt(value)));
	}

	/** A 32-bit float (wire type 5). */
	float(field: number, value: number): this {
		const bytes = new Uint8Array(4);
		new DataView(bytes.buffer).setFloat32(0, value, true);
		return this.#varint((BigInt(field) << 3n) | 5n).#append(bytes);
	}

	/** Bytes (wire type 2). */
	bytes(field: number, value: Uint8Array): this {
		return this.#varint((BigInt(field) << 3n) | 2n)
			.#varint(BigInt(value.byteLength))
			.#append(value);
	}

	/** Text as UTF-8. */
	text(field: number, value: string): this {
		return this.bytes(field, new TextEncoder().encode(value));
	}

	/** A nested message. */
	message(field: number, write: (message: ProtobufWriter) => void): this {
		const inner = new ProtobufWriter();
		write(inner);
		return this.bytes(field, inner.finish());
	}

	/** Fields as they stand in another message, tags included. */
	raw(fields: Uint8Array): this {
		return this.#append(fields);
	}

	/** All that was written. */
	finish(): Uint8Array<ArrayBuffer> {
		const whole = new Uint8Array(this.#length);
		let at = 0;
		for (const part of this.#parts) {
			whole.set(part, at);
			at += part.byteLength;
		}
		return whole;
	}

	#append(bytes: Uint8Array): this {
		this.#parts.push(bytes);
		this.#length += bytes.byteLength;
		return this;
	}

	#varint(value: bigint): this {
		const bytes: number[] = [];
		let rest = value;
		while (rest > 127n) {
			bytes.push(Number(rest & 127n) | 128);
			rest >>= 7n;
		}
		bytes.push(Number(rest));
		return this.#append(Uint8Array.from(bytes));
	}
}

/** One field of a protocol buffer message. */
export interface ProtobufField {
	readonly number: number;
	/** The whole field as it stands in the file, tag included. */
	readonly raw: Uint8Array;
	/** The number of a field of wire type 0, as far as doubles are exact; else null. */
	readonly value: number | null;
	/** The content of a length-delimited field; else null. */
	readonly content: Uint8Array | null;
}

/**
 * The fields of one message, in file order. Nothing is copied.
 *
 * @throws ConfabError `ModelUnavailable` for bytes that are no message.
 */
export function protobufFields(message: Uint8Array): ProtobufField[] {
	const fields: ProtobufField[] = [];
	let at = 0;
	const varint = (): number => {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = message[at++];
			if (byte === undefined) throw unreadable('it is cut short');
			value += (byte & 127) * 2 ** shift;
			if (byte < 128) return value;
		}
	};
	while (at < message.byteLength) {
		const start = at;
		const tag = varint();
		let value: number | null = null;
		let content: Uint8Array | null = null;
		switch (tag & 7) {
			case 0:
				value = varint();
				break;
			case 1:
				at += 8;
				break;
			case 2: {
				const length = varint();
				content = message.subarray(at, at + length);
				at += length;
				break;
			}
			case 5:
				at += 4;
				break;
			default:
				throw unreadable('it is not an ONNX file');
		}
		if (at > message.byteLength) throw unreadable('it is cut short');
		fields.push({
			number: Math.floor(tag / 8),
			raw: message.subarray(start, at),
			value,
			content,
		});
	}
	return fields;
}

/** All parts, one after the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.byteLength;
	}
	return whole;
}

function unreadable(why: string): ConfabError {
	return new ConfabError('ModelUnavailable', `The graph cannot be read: ${why}.`);
}
