import { PhaseMeter, meanOfChannels } from '../signal/channels.ts';

/** Sound of one channel, and when it begins. */
interface Mono {
	readonly seconds: number;
	readonly mono: Float32Array;
}

/** Stereo is held back this long at most while it is not known how to mix it. */
const HELD_SECONDS = 10;

/**
 * Makes one channel of many: the mean of all, or of two channels that cancel each other the first.
 * Until enough is heard to tell which, up to 10 s are held back.
 */
export class ChannelMix {
	readonly #rateHz: number;
	readonly #channel: number | undefined;
	readonly #meter: PhaseMeter;
	#held: { readonly seconds: number; readonly channels: readonly Float32Array[] }[] = [];
	#heldCount = 0;
	#holding = true;
	#antiPhase = false;

	/** @param channel the one that is wanted; a mix by default. */
	constructor(rateHz: number, channel?: number) {
		this.#rateHz = rateHz;
		this.#channel = channel;
		this.#meter = new PhaseMeter(rateHz);
	}

	/** Adds a piece; gives what is certain. */
	*push(seconds: number, channels: readonly Float32Array[]): Generator<Mono> {
		for (const channel of channels) clean(channel);
		const [first, second, third] = channels;
		if (this.#channel !== undefined || !first || !second || third) {
			yield { seconds, mono: this.#mixed(channels) };
			return;
		}
		if (!this.#antiPhase && this.#meter.isAntiPhase === null) this.#meter.add(first, second);
		this.#antiPhase ||= this.#meter.isAntiPhase === true;
		if (!this.#holding) {
			yield { seconds, mono: this.#mixed(channels) };
			return;
		}
		this.#held.push({ seconds, channels });
		this.#heldCount += first.length;
		if (this.#meter.isAntiPhase === null && this.#heldCount < HELD_SECONDS * this.#rateHz) return;
		yield* this.flush();
	}

	/** What was held back. */
	*flush(): Generator<Mono> {
		this.#holding = false;
		const held = this.#held;
		this.#held = [];
		for (const { seconds, channels } of held) yield { seconds, mono: this.#mixed(channels) };
	}

	#mixed(channels: readonly Float32Array[]): Float32Array {
		if (this.#channel !== undefined) return channels[this.#channel] ?? new Float32Array(0);
		return this.#antiPhase ? (channels[0] ?? new Float32Array(0)) : meanOfChannels(channels);
	}
}

/** Values that are no numbers, as damaged floating-point sound has them, become silence. */
function clean(samples: Float32Array): void {
	for (let i = 0; i < samples.length; i++) {
		if (!Number.isFinite(samples[i])) samples[i] = 0;
	}
}
