/** Rounds to the nearest integer, halves to the even one, as numpy's `rint` and C's `lrint` do. */
export function roundHalfEven(value: number): number {
	const below = Math.floor(value);
	const part = value - below;
	const up = part > 0.5 || (part === 0.5 && below % 2 !== 0);
	// The sum turns a negative zero, which would print as one, into zero.
	return (up ? below + 1 : below) + 0;
}

/** Rounds to one decimal in single precision, as `numpy.round(float32, 1)` does. */
export function roundToTenth(value: number): number {
	const { fround } = Math;
	return fround(roundHalfEven(fround(fround(value) * 10)) / 10);
}
