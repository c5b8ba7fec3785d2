/** `round(255 * 4096 / i)`: what saturation is multiplied by, in 12 bit fixed point. */
const saturationDivisors = divisors(255);

/** `round(180 * 4096 / (6 * i))`: the same for hue. */
const hueDivisors = divisors(180 / 6);

const shift = 12;
const half = 1 << (shift - 1);

/**
 * A colour as OpenCV's 8 bit HSV, to the digit: hue 0 to 179, saturation and value 0 to 255.
 *
 * @param out written at `offset`, `offset + 1` and `offset + 2`
 */
export function rgbToHsv(
	red: number,
	green: number,
	blue: number,
	out: Uint8Array,
	offset: number,
): void {
	const value = Math.max(red, green, blue);
	const difference = value - Math.min(red, green, blue);
	const term =
		value === red
			? green - blue
			: value === green
				? blue - red + 2 * difference
				: red - green + 4 * difference;
	const hue = (term * hueDivisors[difference]! + half) >> shift;
	out[offset] = hue < 0 ? hue + 180 : hue;
	out[offset + 1] = (difference * saturationDivisors[value]! + half) >> shift;
	out[offset + 2] = value;
}

function divisors(scale: number): Int32Array {
	return Int32Array.from({ length: 256 }, (_, i) => (i === 0 ? 0 : Math.round((scale * 4096) / i)));
}
