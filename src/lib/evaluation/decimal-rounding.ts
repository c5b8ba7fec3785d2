/**
 * `value` to four decimals as the scorer's `round(value, 4)` does it: the nearest decimal, and of two
 * that are equally near the one with an even last digit.
 */
export function roundToFourDecimals(value: number): number {
	// A double lies midway between two such decimals only as an odd number of 1/32: (2k + 1) / 20000
	// has a power of two below the line only where 625 divides 2k + 1.
	const thirtySeconds = value * 32;
	if (!Number.isInteger(thirtySeconds) || thirtySeconds % 2 === 0) return Number(value.toFixed(4));
	const below = Math.floor(value * 10_000);
	return (below % 2 === 0 ? below : below + 1) / 10_000;
}
