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
