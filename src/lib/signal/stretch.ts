/**
 * A signal with another number of samples between the same two ends, by cubic interpolation
 * (Catmull-Rom): for changes of a few percent, where a filter against aliasing would do nothing.
 */
export function stretch(samples: Float32Array, length: number): Float32Array {
	const output = new Float32Array(length);
	const last = samples.length - 1;
	if (last < 0) return output;
	const step = length > 1 ? last / (length - 1) : 0;
	for (let i = 0; i < length; i++) {
		const position = i * step;
		const whole = Math.min(last, Math.floor(position));
		const part = position - whole;
		const b = samples[whole] ?? 0;
		const c = samples[Math.min(last, whole + 1)] ?? 0;
		const a = samples[Math.max(0, whole - 1)] ?? 0;
		const d = samples[Math.min(last, whole + 2)] ?? 0;
		const slope = (c - a) / 2;
		const bend = a - 2.5 * b + 2 * c - d / 2;
		const twist = (d - a) / 2 + 1.5 * (b - c);
		output[i] = b + part * (slope + part * (bend + part * twist));
	}
	return output;
}
