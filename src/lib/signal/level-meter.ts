/**
 * Measures how loud sound is, stretch by stretch, as it comes: the root of the mean square and the highest
 * absolute sample, in decibels relative to full scale (dBFS, 20 log10 of the value; a sample of ±1 is 0). So a
 * sine of full scale has a mean of -3.01, as SoX and FFmpeg give it; AES17 would call it 0.
 */
export class LevelMeter {
	readonly #stretch: number;
	/** Sums of squares. */
	#energies: Float64Array<ArrayBuffer>;
	#peaks: Float32Array<ArrayBuffer>;
	#end = 0;

	/**
	 * @param stretchSamples samples of one value
	 * @param expectedSamples how many are likely to come; more are taken, too
	 */
	constructor(stretchSamples: number, expectedSamples: number) {
		this.#stretch = stretchSamples;
		const length = Math.max(1, Math.ceil(expectedSamples / stretchSamples));
		this.#energies = new Float64Array(length);
		this.#peaks = new Float32Array(length);
	}

	/** Takes samples of which the first is number `startSample`. What no block covers counts as silence. */
	add(startSample: number, samples: Float32Array): void {
		const end = startSample + samples.length;
		this.#reserve(Math.ceil(end / this.#stretch));
		for (let from = 0; from < samples.length;) {
			const place = Math.floor((startSample + from) / this.#stretch);
			const until = Math.min(samples.length, (place + 1) * this.#stretch - startSample);
			let energy = this.#energies[place]!;
			let peak = this.#peaks[place]!;
			for (; from < until; from++) {
				const sample = samples[from]!;
				energy += sample * sample;
				peak = Math.max(peak, Math.abs(sample));
			}
			this.#energies[place] = energy;
			this.#peaks[place] = peak;
		}
		this.#end = Math.max(this.#end, end);
	}

	/** In dBFS, -Infinity for digital silence; of the last stretch, as much as there is. */
	result(): { readonly rms: Float32Array; readonly peak: Float32Array } {
		const length = Math.ceil(this.#end / this.#stretch);
		const rms = new Float32Array(length);
		const peak = new Float32Array(length);
		for (let i = 0; i < length; i++) {
			const samples = Math.min(this.#stretch, this.#end - i * this.#stretch);
			rms[i] = 10 * Math.log10(this.#energies[i]! / samples);
			peak[i] = 20 * Math.log10(this.#peaks[i]!);
		}
		return { rms, peak };
	}

	#reserve(length: number): void {
		if (length <= this.#peaks.length) return;
		const grown = Math.max(length, 2 * this.#peaks.length);
		const energies = new Float64Array(grown);
		energies.set(this.#energies);
		const peaks = new Float32Array(grown);
		peaks.set(this.#peaks);
		this.#energies = energies;
		this.#peaks = peaks;
	}
}
