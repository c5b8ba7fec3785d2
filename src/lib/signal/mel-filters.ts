/** One band of a filterbank: weights of neighbouring FFT bins. */
interface MelFilter {
	readonly firstBin: number;
	readonly weights: Float64Array;
}

/**
 * Triangular filters whose corners lie evenly on a frequency scale: band b rises from corner b to
 * corner b + 1 and falls to corner b + 2.
 * @param corners in the scale's unit, two more than bands
 * @param bins place of each FFT bin on the same scale, rising
 */
export function triangularFilters(
	corners: readonly number[],
	bins: readonly number[],
): MelFilter[] {
	return corners.slice(0, -2).map((low, band) => {
		const peak = corners[band + 1]!;
		const high = corners[band + 2]!;
		const inside = (at: number): boolean => at > low && at < high;
		const firstBin = Math.max(0, bins.findIndex(inside));
		const weights = bins
			.filter(inside)
			.map((at) => (at <= peak ? (at - low) / (peak - low) : (high - at) / (high - peak)));
		return { firstBin, weights: Float64Array.from(weights) };
	});
}

/** Energy in each band. @param energies receives one value a filter */
export function applyFilters(
	filters: readonly MelFilter[],
	power: Float64Array,
	energies: Float64Array,
): void {
	filters.forEach(({ firstBin, weights }, band) => {
		let sum = 0;
		for (let i = 0; i < weights.length; i++) sum += weights[i]! * power[firstBin + i]!;
		energies[band] = sum;
	});
}
