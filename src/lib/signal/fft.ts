/** Discrete Fourier transform of real signals of one fixed length. */
export interface RealFft {
	/** Samples per transform: a power of two. */
	readonly size: number;
	/**
	 * Squared magnitudes |X[k]|^2 for k = 0 .. size / 2, unscaled.
	 * @param frame `size` samples at most; missing ones count as zero.
	 * @param power Receives `size / 2 + 1` values.
	 */
	power(frame: Float64Array, power: Float64Array): void;
}

/**
 * A radix-2 transform in double precision. The real signal is folded into a complex one of half the
 * length, as is usual. The result holds its own work space: not for use from two places at once.
 * @throws TypeError unless `size` is a power of two and at least 4.
 */
export function realFft(size: number): RealFft {
	if (!Number.isInteger(size) || size < 4 || (size & (size - 1)) !== 0) {
		throw new TypeError(`FFT size ${size} is not a power of two from 4 on`);
	}
	const half = size / 2;
	const reversed = bitReversal(half);
	const cosine = new Float64Array(half);
	const sine = new Float64Array(half);
	for (let k = 0; k < half; k++) {
		cosine[k] = Math.cos((2 * Math.PI * k) / size);
		sine[k] = -Math.sin((2 * Math.PI * k) / size);
	}
	const re = new Float64Array(half);
	const im = new Float64Array(half);

	function transformHalf(): void {
		for (let span = 1; span < half; span *= 2) {
			// Twiddles of a transform of 2 * span points, out of the table for `size` points.
			const stride = half / span;
			for (let start = 0; start < half; start += 2 * span) {
				for (let k = 0; k < span; k++) {
					const wr = cosine[k * stride]!;
					const wi = sine[k * stride]!;
					const a = start + k;
					const b = a + span;
					const br = re[b]! * wr - im[b]! * wi;
					const bi = re[b]! * wi + im[b]! * wr;
					re[b] = re[a]! - br;
					im[b] = im[a]! - bi;
					re[a] = re[a]! + br;
					im[a] = im[a]! + bi;
				}
			}
		}
	}

	return {
		size,
		power(frame, power) {
			for (let k = 0; k < half; k++) {
				const from = 2 * reversed[k]!;
				re[k] = frame[from] ?? 0;
				im[k] = frame[from + 1] ?? 0;
			}
			transformHalf();
			const dc = re[0]! + im[0]!;
			const nyquist = re[0]! - im[0]!;
			power[0] = dc * dc;
			power[half] = nyquist * nyquist;
			for (let k = 1; k < half; k++) {
				const j = half - k;
				const evenR = (re[k]! + re[j]!) / 2;
				const evenI = (im[k]! - im[j]!) / 2;
				const oddR = (im[k]! + im[j]!) / 2;
				const oddI = (re[j]! - re[k]!) / 2;
				const xr = evenR + oddR * cosine[k]! - oddI * sine[k]!;
				const xi = evenI + oddR * sine[k]! + oddI * cosine[k]!;
				power[k] = xr * xr + xi * xi;
			}
		},
	};
}

function bitReversal(count: number): Uint32Array {
	const bits = Math.log2(count);
	const reversed = new Uint32Array(count);
	for (let k = 0; k < count; k++) {
		let r = 0;
		for (let bit = 0; bit < bits; bit++) r |= ((k >> bit) & 1) << (bits - 1 - bit);
		reversed[k] = r;
	}
	return reversed;
}
