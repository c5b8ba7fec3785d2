import { Resampler } from '../signal/resample.ts';
import type { AudioBlock } from './media-source.ts';

/** Every stage of Confab works on sound of this rate. */
export const SAMPLE_RATE_HZ = 16000;

/**
 * Timestamps that stray less than this from the running count of samples are rounding, as containers
 * do it; beyond it they are a gap (filled with zeros) or an overlap (dropped).
 */
export const GAP_TOLERANCE_SECONDS = 0.02;

/** Samples of a block: 1 s. */
const BLOCK_SAMPLES = SAMPLE_RATE_HZ;

/** Longest stretch of zeros made at a time. */
const ZEROS_SECONDS = 10;

/**
 * Lays decoded sound of any rate and channel count on one line of 16 kHz mono samples, sample 0 at
 * time 0. Sound before time 0 is cut. Channels are averaged.
 */
export class SoundLine {
	readonly #rateHz: number;
	readonly #resampler: Resampler;
	/** Samples at the source's rate given to the resampler. */
	#position = 0;
	#started = false;
	#pending = new Float32Array(BLOCK_SAMPLES);
	#pendingCount = 0;
	#emitted = 0;
	/** Samples at 16 kHz still to be left out. */
	#skip: number;

	/** @param startSample first sample at 16 kHz that is wanted. */
	constructor(sampleRateHz: number, startSample = 0) {
		this.#rateHz = sampleRateHz;
		this.#resampler = new Resampler(sampleRateHz, SAMPLE_RATE_HZ);
		this.#skip = startSample;
		this.#emitted = startSample;
	}

	/** The next 16 kHz sample to be given out. */
	get nextSample(): number {
		return this.#emitted + this.#pendingCount;
	}

	/**
	 * Adds consecutive sound that begins at `seconds`, one array for each channel, and gives the
	 * blocks that are complete.
	 */
	*push(seconds: number, channels: readonly Float32Array[]): Generator<AudioBlock> {
		const mono = average(channels);
		const wanted = Math.round(seconds * this.#rateHz);
		let from = 0;
		const stray = wanted - this.#position;
		if (!this.#started || Math.abs(stray) > GAP_TOLERANCE_SECONDS * this.#rateHz) {
			if (stray > 0) yield* this.#zeros(stray);
			else from = Math.min(mono.length, -stray);
		}
		if (from === mono.length) return;
		this.#started = true;
		yield* this.#feed(mono.subarray(from));
	}

	/** The rest, when all sound has been pushed. */
	*flush(): Generator<AudioBlock> {
		yield* this.#collect(this.#resampler.flush());
		yield* this.pending();
	}

	/** What is certain so far, when more sound should have come: another line can go on from there. */
	*pending(): Generator<AudioBlock> {
		if (this.#pendingCount > 0) yield this.#cut();
	}

	*#zeros(count: number): Generator<AudioBlock> {
		const most = ZEROS_SECONDS * this.#rateHz;
		for (let left = count; left > 0; left -= most) {
			yield* this.#feed(new Float32Array(Math.min(left, most)));
		}
	}

	*#feed(mono: Float32Array): Generator<AudioBlock> {
		this.#position += mono.length;
		yield* this.#collect(this.#resampler.push(mono));
	}

	*#collect(samples: Float32Array): Generator<AudioBlock> {
		let from = Math.min(this.#skip, samples.length);
		this.#skip -= from;
		while (from < samples.length) {
			const count = Math.min(BLOCK_SAMPLES - this.#pendingCount, samples.length - from);
			this.#pending.set(samples.subarray(from, from + count), this.#pendingCount);
			this.#pendingCount += count;
			from += count;
			if (this.#pendingCount === BLOCK_SAMPLES) yield this.#cut();
		}
	}

	#cut(): AudioBlock {
		const block = {
			startSample: this.#emitted,
			samples: this.#pending.slice(0, this.#pendingCount),
		};
		this.#emitted += this.#pendingCount;
		this.#pendingCount = 0;
		return block;
	}
}

function average(channels: readonly Float32Array[]): Float32Array {
	const [first, ...others] = channels;
	if (!first) return new Float32Array(0);
	if (others.length === 0) return first;
	const mono = Float32Array.from(first);
	for (const channel of others) {
		for (let i = 0; i < mono.length; i++) mono[i] = (mono[i] ?? 0) + (channel[i] ?? 0);
	}
	for (let i = 0; i < mono.length; i++) mono[i] = (mono[i] ?? 0) / channels.length;
	return mono;
}
