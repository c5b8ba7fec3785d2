/** Finds the lowest and the highest sample of each stretch of so many samples, as they come. */
export class PeakMeter {
	readonly #stretch: number;
	#minimum: Float32Array<ArrayBuffer>;
	#maximum: Float32Array<ArrayBuffer>;
	#end = 0;

	/**
	 * @param stretchSamples samples of one pair.
	 * @param expectedSamples how many are likely to come; more are taken, too.
	 */
	constructor(stretchSamples: number, expectedSamples: number) {
		this.#stretch = stretchSamples;
		const length = Math.max(1, Math.ceil(expectedSamples / stretchSamples));
		this.#minimum = new Float32Array(length);
		this.#maximum = new Float32Array(length);
	}

	/** Takes samples of which the first is number `startSample`. What no block covers counts as silence. */
	add(startSample: number, samples: Float32Array): void {
		const end = startSample + samples.length;
		this.#reserve(Math.ceil(end / this.#stretch));
		for (let from = 0; from < samples.length;) {
			const pair = Math.floor((startSample + from) / this.#stretch);
			const until = Math.min(samples.length, (pair + 1) * this.#stretch - startSample);
			let low = Infinity;
			let high = -Infinity;
			for (let i = from; i < until; i++) {
				const sample = samples[i]!;
				if (sample < low) low = sample;
				if (sample > high) high = sample;
			}
			// The first block of a pair sets it; one that is split over two blocks widens it.
			const begun = startSample + from > pair * this.#stretch && this.#end > pair * this.#stretch;
			this.#minimum[pair] = begun ? Math.min(low, this.#minimum[pair]!) : low;
			this.#maximum[pair] = begun ? Math.max(high, this.#maximum[pair]!) : high;
			from = until;
		}
		this.#end = Math.max(this.#end, end);
	}

	/** Pairs so far; entry i belongs to samples i * stretch to (i + 1) * stretch. */
	result(): { minimum: Float32Array<ArrayBuffer>; maximum: Float32Array<ArrayBuffer> } {
		const length = Math.ceil(this.#end / this.#stretch);
		return { minimum: this.#minimum.slice(0, length), maximum: this.#maximum.slice(0, length) };
	}

	#reserve(length: number): void {
		if (length <= this.#minimum.length) return;
		const grown = Math.max(length, 2 * this.#minimum.length);
		const copy = (old: Float32Array): Float32Array<ArrayBuffer> => {
			const next = new Float32Array(grown);
			next.set(old);
			return next;
		};
		this.#minimum = copy(this.#minimum);
		this.#maximum = copy(this.#maximum);
	}
}
