/** A recording whose largest sample is below this holds no sound: -60 dBFS. */
export const SILENT_PEAK = 1e-3;

/** The largest magnitude of the samples. */
export function peakOf(samples: Float32Array): number {
	let peak = 0;
	for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
	return peak;
}
