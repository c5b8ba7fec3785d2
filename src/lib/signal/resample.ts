/** Zero crossings of the windowed sinc on both sides together, counted at the lower rate. */
const FILTER_TAPS = 32;
/** Pass band as a part of the lower rate's Nyquist frequency. */
const CUTOFF = 0.97;
/** Shape of the Kaiser window: about 90 dB of stop band. */
const KAISER_BETA = 9;

/**
 * Changes the sampling rate of a stream of mono samples by an exact ratio, with a polyphase windowed
 * sinc of linear phase and no delay: output `n` is the band-limited input at time `n / outputRateHz`.
 * The signal counts as zero before its first and after its last sample. The filter (32 taps at the
 * lower rate, Kaiser 9, cut-off 0.97) is the one libswresample uses by default.
 *
 * N input samples give `ceil(N * outputRateHz / inputRateHz)` output samples in all.
 */
export class Resampler {
	/** Output rate over input rate is `#up / #down`, in lowest terms. */
	readonly #up: number;
	readonly #down: number;
	/** Input samples on each side of the point that is interpolated. */
	readonly #reach: number;
	/** One row of `2 * reach` weights for each of the `up` fractional positions. */
	readonly #weights: Float32Array;
	/** Input that is still needed; its first sample has index `#heldStart`. */
	#held: Float32Array;
	#heldStart: number;
	#received = 0;
	#produced = 0;

	/** @throws TypeError when a rate is not a positive integer. */
	constructor(inputRateHz: number, outputRateHz: number) {
		for (const rate of [inputRateHz, outputRateHz]) {
			if (!Number.isInteger(rate) || rate <= 0) {
				throw new TypeError(`A sampling rate is a positive integer, not ${rate}`);
			}
		}
		const divisor = greatestCommonDivisor(inputRateHz, outputRateHz);
		this.#up = outputRateHz / divisor;
		this.#down = inputRateHz / divisor;
		const bandwidth = Math.min((CUTOFF * outputRateHz) / inputRateHz, 1);
		this.#reach = Math.ceil(FILTER_TAPS / bandwidth / 2);
		this.#weights = polyphaseWeights(this.#up, this.#reach, bandwidth);
		this.#held = new Float32Array(this.#reach);
		this.#heldStart = -this.#reach;
	}

	/** The output that the input so far determines; may be empty. The input is not kept. */
	push(samples: Float32Array): Float32Array {
		if (this.#up === this.#down) return samples.slice();
		this.#received += samples.length;
		const held = new Float32Array(this.#held.length + samples.length);
		held.set(this.#held);
		held.set(samples, this.#held.length);
		this.#held = held;
		const complete = this.#received - this.#reach;
		return this.#produce(complete <= 0 ? 0 : Math.ceil((complete * this.#up) / this.#down));
	}

	/** The rest of the output. The resampler is then spent. */
	flush(): Float32Array {
		if (this.#up === this.#down) return new Float32Array(0);
		const held = new Float32Array(this.#held.length + this.#reach);
		held.set(this.#held);
		this.#held = held;
		return this.#produce(Math.ceil((this.#received * this.#up) / this.#down));
	}

	#produce(end: number): Float32Array {
		const count = Math.max(0, end - this.#produced);
		const output = new Float32Array(count);
		const taps = 2 * this.#reach;
		const held = this.#held;
		const weights = this.#weights;
		for (let i = 0; i < count; i++) {
			const position = (this.#produced + i) * this.#down;
			const whole = Math.floor(position / this.#up);
			let weight = (position - whole * this.#up) * taps;
			let sample = whole - this.#reach + 1 - this.#heldStart;
			let sum = 0;
			for (let tap = 0; tap < taps; tap++) {
				sum += (weights[weight++] ?? 0) * (held[sample++] ?? 0);
			}
			output[i] = sum;
		}
		this.#produced = Math.max(this.#produced, end);
		const next = Math.floor((this.#produced * this.#down) / this.#up) - this.#reach + 1;
		if (next > this.#heldStart) {
			this.#held = this.#held.slice(next - this.#heldStart);
			this.#heldStart = next;
		}
		return output;
	}
}

/**
 * A whole mono signal at another sampling rate.
 *
 * @returns `ceil(samples.length * outputRateHz / inputRateHz)` samples.
 */
export function resample(
	samples: Float32Array,
	inputRateHz: number,
	outputRateHz: number,
): Float32Array {
	const resampler = new Resampler(inputRateHz, outputRateHz);
	const head = resampler.push(samples);
	const tail = resampler.flush();
	const output = new Float32Array(head.length + tail.length);
	output.set(head);
	output.set(tail, head.length);
	return output;
}

function polyphaseWeights(phases: number, reach: number, bandwidth: number): Float32Array {
	const taps = 2 * reach;
	const weights = new Float32Array(phases * taps);
	const row = new Float64Array(taps);
	const windowScale = besselI0(KAISER_BETA);
	for (let phase = 0; phase < phases; phase++) {
		let sum = 0;
		for (let tap = 0; tap < taps; tap++) {
			const distance = tap - reach + 1 - phase / phases;
			const inWindow = Math.max(0, 1 - (distance / reach) ** 2);
			const window = besselI0(KAISER_BETA * Math.sqrt(inWindow)) / windowScale;
			const angle = Math.PI * bandwidth * distance;
			row[tap] = (angle === 0 ? 1 : Math.sin(angle) / angle) * window;
			sum += row[tap] ?? 0;
		}
		// Each phase passes a constant unchanged, so a constant has no ripple.
		for (let tap = 0; tap < taps; tap++) weights[phase * taps + tap] = (row[tap] ?? 0) / sum;
	}
	return weights;
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
	let term = 1;
	let sum = 1;
	for (let k = 1; term > sum * 1e-17; k++) {
		term *= (x / (2 * k)) ** 2;
		sum += term;
	}
	return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
