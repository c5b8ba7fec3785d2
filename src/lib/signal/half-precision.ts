const bitsOf = new Uint32Array(1);
const numberOf = new Float32Array(bitsOf.buffer);

/** The nearest half-precision (IEEE 754 binary16) bit pattern, ties to even. */
export function halfOf(value: number): number {
	numberOf[0] = value;
	const bits = bitsOf[0] ?? 0;
	const sign = (bits >>> 16) & 0x8000;
	const magnitude = bits & 0x7fffffff;
	if (magnitude > 0x7f800000) return sign | 0x7e00;
	if (magnitude >= 0x47800000) return sign | 0x7c00;
	if (magnitude < 0x38800000) {
		// Below the smallest normal number the steps are all 2^-24.
		const steps = Math.abs(value) * 0x1000000;
		const rounded = Math.round(steps);
		return sign | (rounded - steps === 0.5 ? rounded & ~1 : rounded);
	}
	return sign | ((magnitude + 0xfff + ((magnitude >>> 13) & 1) - 0x38000000) >>> 13);
}

/** A half-precision bit pattern as a number. */
export function fromHalf(bits: number): number {
	const exponent = (bits >> 10) & 0x1f;
	const fraction = bits & 0x3ff;
	if (exponent === 31) {
		const infinite = bits & 0x8000 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
		return fraction ? Number.NaN : infinite;
	}
	const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
	return bits & 0x8000 ? -magnitude : magnitude;
}

/** Numbers in half precision. */
export function toHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
	const half = new Uint16Array(values.length);
	for (let i = 0; i < values.length; i++) half[i] = halfOf(values[i]!);
	return half;
}
