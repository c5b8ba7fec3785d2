import { Resampler } from '../signal/resample.ts';
import { stretch } from '../signal/stretch.ts';
import { ChannelMix } from './channel-mix.ts';
import type { AudioBlock } from './media-source.ts';

/** Every stage of Confab works on sound of this rate. */
export const SAMPLE_RATE_HZ = 16000;

/**
 * Timestamps that stray more than this from the running count of samples are a gap (filled with zeros)
 * or an overlap (dropped).
 */
const GAP_TOLERANCE_SECONDS = 0.02;

/**
 * Timestamps that stray less than this are rounding and jitter, as containers and recorders make
 * them. What strays further, but is no gap yet, is a clock that runs wrong: the sound is stretched.
 */
export const DRIFT_TOLERANCE_SECONDS = 0.005;

/** A jump shorter than this is repaired without a word: a codec's first frame, a late packet. */
const TOLD_SECONDS = 0.1;

/** A piece of sound is stretched or squeezed by this part at most. */
const MOST_STRETCH = 0.1;

/** Samples of a block: 1 s. */
const BLOCK_SAMPLES = SAMPLE_RATE_HZ;

/** Longest stretch of zeros made at a time. */
const ZEROS_SECONDS = 10;

export interface SoundLineOptions {
	/** First sample at 16 kHz that is wanted; 0 by default. */
	readonly startSample?: number;
	/** The one channel that is wanted; all are mixed by default. */
	readonly channel?: number | undefined;
	/** Told what timestamps said against the count of samples, and what was done, one sentence each. */
	readonly onFault?: ((message: string) => void) | undefined;
	/** Time of the file at which this line begins, for messages. */
	readonly originSeconds?: number;
}

/**
 * Lays decoded sound of any rate and channel count on one line of 16 kHz mono samples, sample 0 at
 * time 0, every piece where its timestamp has it. Sound before time 0 is cut.
 */
export class SoundLine {
	readonly #rateHz: number;
	readonly #mix: ChannelMix;
	readonly #resampler: Resampler;
	readonly #onFault: ((message: string) => void) | undefined;
	readonly #origin: number;
	/** Samples at the source's rate given to the resampler. */
	#position = 0;
	#started = false;
	/** Samples by which the sound was stretched, and whether that was told. */
	#stretched = 0;
	#driftTold = false;
	#pending = new Float32Array(BLOCK_SAMPLES);
	#pendingCount = 0;
	#emitted = 0;
	/** Samples at 16 kHz still to be left out. */
	#skip: number;

	constructor(
		sampleRateHz: number,
		{ startSample = 0, channel, onFault, originSeconds = 0 }: SoundLineOptions = {},
	) {
		this.#rateHz = sampleRateHz;
		this.#mix = new ChannelMix(sampleRateHz, channel);
		this.#resampler = new Resampler(sampleRateHz, SAMPLE_RATE_HZ);
		this.#onFault = onFault;
		this.#origin = originSeconds;
		this.#skip = startSample;
		this.#emitted = startSample;
	}

	/** The next 16 kHz sample to be given out. */
	get nextSample(): number {
		return this.#emitted + this.#pendingCount;
	}

	/**
	 * Adds sound that begins at `seconds`, one array for each channel, and gives the blocks that are
	 * complete. Values that are no numbers count as silence.
	 */
	*push(seconds: number, channels: readonly Float32Array[]): Generator<AudioBlock> {
		for (const piece of this.#mix.push(seconds, channels)) {
			yield* this.#place(piece.seconds, piece.mono);
		}
	}

	/** The rest, when all sound has been pushed. */
	*flush(): Generator<AudioBlock> {
		yield* this.#settle();
		yield* this.#collect(this.#resampler.flush());
		yield* this.#rest();
	}

	/** What is certain so far, when more sound should have come: another line can go on from there. */
	*pending(): Generator<AudioBlock> {
		yield* this.#settle();
		yield* this.#rest();
	}

	*#settle(): Generator<AudioBlock> {
		for (const piece of this.#mix.flush()) yield* this.#place(piece.seconds, piece.mono);
	}

	*#rest(): Generator<AudioBlock> {
		if (this.#pendingCount > 0) yield this.#cut();
	}

	*#place(seconds: number, mono: Float32Array): Generator<AudioBlock> {
		const stray = Math.round(seconds * this.#rateHz) - this.#position;
		let from = 0;
		if (!this.#started || Math.abs(stray) > GAP_TOLERANCE_SECONDS * this.#rateHz) {
			if (this.#started) this.#tellJump(stray);
			if (stray > 0) yield* this.#zeros(stray);
			else from = Math.min(mono.length, -stray);
			if (from === mono.length) return;
			this.#started = true;
			yield* this.#feed(mono.subarray(from));
			return;
		}
		const wanted = mono.length + this.#correction(stray, mono.length);
		yield* this.#feed(wanted === mono.length ? mono : stretch(mono, wanted));
	}

	/** Samples that a piece is to be longer, so that what follows strays no further than jitter does. */
	#correction(stray: number, length: number): number {
		const tolerance = Math.round(DRIFT_TOLERANCE_SECONDS * this.#rateHz);
		const excess = Math.sign(stray) * Math.max(0, Math.abs(stray) - tolerance);
		const most = Math.floor(MOST_STRETCH * length);
		const correction = Math.max(-most, Math.min(most, excess));
		this.#stretched += correction;
		// Twice what jitter alone may do: a clock, and not one late packet.
		if (!this.#driftTold && Math.abs(this.#stretched) > 2 * tolerance) {
			this.#driftTold = true;
			const percent = (Math.abs(this.#stretched + stray) / this.#position) * 100;
			this.#onFault?.(
				`the sound is ${percent.toFixed(1)} % too ${stray > 0 ? 'short' : 'long'} for its ` +
					`timestamps, seen at ${this.#at()}; it is ${stray > 0 ? 'stretched' : 'squeezed'} to them`,
			);
		}
		return correction;
	}

	#tellJump(stray: number): void {
		if (Math.abs(stray) < TOLD_SECONDS * this.#rateHz) return;
		const seconds = (Math.abs(stray) / this.#rateHz).toFixed(2);
		this.#onFault?.(
			stray > 0
				? `${seconds} s of sound are missing at ${this.#at()}; they are silent`
				: `${seconds} s of sound come twice at ${this.#at()}; the second time is left out`,
		);
	}

	#at(): string {
		return `${(this.#origin + this.#position / this.#rateHz).toFixed(2)} s`;
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
