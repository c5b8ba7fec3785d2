/** Below this correlation two channels are one sound, one of them upside down: their mean is silence. */
const ANTI_PHASE = -0.9;

/** Mean square of sound that says something about its channels: -50 dBFS. */
const AUDIBLE = 1e-5;

/** Sound that settles how two channels are mixed, in seconds. */
const SETTLED_SECONDS = 3;

/**
 * Whether two channels are one sound with opposite signs, learnt piece by piece. Such channels come of
 * a wire the wrong way round, and must not be averaged.
 */
export class PhaseMeter {
	readonly #rateHz: number;
	#audible = 0;
	#product = 0;
	#first = 0;
	#second = 0;

	constructor(rateHz: number) {
		this.#rateHz = rateHz;
	}

	/** Adds a piece of both channels, of equal length. What is near silence does not count. */
	add(first: Float32Array, second: Float32Array): void {
		let product = 0;
		let firstPower = 0;
		let secondPower = 0;
		for (let i = 0; i < first.length; i++) {
			const a = first[i] ?? 0;
			const b = second[i] ?? 0;
			product += a * b;
			firstPower += a * a;
			secondPower += b * b;
		}
		if (Math.max(firstPower, secondPower) < AUDIBLE * first.length) return;
		this.#audible += first.length;
		this.#product += product;
		this.#first += firstPower;
		this.#second += secondPower;
	}

	/** Null while too little sound was heard to tell (3 s). */
	get isAntiPhase(): boolean | null {
		if (this.#audible < SETTLED_SECONDS * this.#rateHz) return null;
		return this.#correlation < ANTI_PHASE;
	}

	/** From -1 to 1; 0 where a channel is silent. */
	get #correlation(): number {
		const power = Math.sqrt(this.#first * this.#second);
		return power > 0 ? this.#product / power : 0;
	}
}

/** The mean of channels of equal length. One channel is passed on as it is. */
export function meanOfChannels(channels: readonly Float32Array[]): Float32Array {
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

const FRAME_SECONDS = 0.02;
const WINDOW_SECONDS = 1;
/** Speech comes in syllables: in a second of it the loud tenth and the quiet tenth differ by this much. */
const SPEECH_RANGE_DB = 10;
/** Energies of a window's channels that rise and fall together more than this are one sound. */
const SAME_SOUND = 0.3;
/** Part of the speech windows in which channels must differ. */
const MOST_WINDOWS = 0.5;
/** A channel this much above all others has its own speaker's mouth nearest. */
const DOMINANT_DB = 6;
/** A channel of a person has them nearest in at least this part of the windows that are anyone's. */
const OWN_PART = 0.1;

/** What channels of one recording have to do with each other. */
export interface ChannelVerdict {
	/** Seconds with speech, all that was judged by. */
	readonly speechSeconds: number;
	/** Part of them in which the channels' energies rise and fall apart (correlation below 0.3). */
	readonly unlikeShare: number;
	/** Part of them in which one channel is 6 dB above all others. */
	readonly dominatedShare: number;
	/** Of those, the part of each channel. */
	readonly ownShares: readonly number[];
	/**
	 * Each channel is a person: their energies rise and fall apart most of the time, or, as with
	 * microphones that hear the others faintly, most of the time one is nearest and each is at times.
	 */
	readonly areSeparate: boolean;
}

/** Learns second by second whether 2 to 8 channels are a person each. */
export class ChannelMeter {
	readonly #count: number;
	readonly #frame: number;
	readonly #framesInWindow = Math.round(WINDOW_SECONDS / FRAME_SECONDS);
	/** Mean squares of the window's frames, for each channel. */
	readonly #energies: number[][];
	readonly #own: number[];
	#speech = 0;
	#unlike = 0;

	constructor(channels: number, rateHz: number) {
		this.#count = channels;
		this.#frame = Math.round(FRAME_SECONDS * rateHz);
		this.#energies = Array.from({ length: channels }, () => []);
		this.#own = new Array<number>(channels).fill(0);
	}

	/** Adds a piece of every channel; whole frames of 20 ms count. */
	add(channels: readonly Float32Array[]): void {
		const length = Math.min(...channels.map((channel) => channel.length));
		for (let at = 0; at + this.#frame <= length; at += this.#frame) {
			for (const [c, channel] of channels.entries()) {
				let sum = 0;
				for (let i = at; i < at + this.#frame; i++) sum += (channel[i] ?? 0) ** 2;
				this.#energies[c]?.push(sum / this.#frame);
			}
			if ((this.#energies[0]?.length ?? 0) >= this.#framesInWindow) this.#judge();
		}
	}

	get verdict(): ChannelVerdict {
		const dominated = this.#own.reduce((sum, count) => sum + count, 0);
		const ownShares = this.#own.map((count) => (dominated > 0 ? count / dominated : 0));
		const unlikeShare = this.#speech > 0 ? this.#unlike / this.#speech : 0;
		const dominatedShare = this.#speech > 0 ? dominated / this.#speech : 0;
		const each = dominatedShare >= MOST_WINDOWS && ownShares.every((part) => part >= OWN_PART);
		return {
			speechSeconds: this.#speech * WINDOW_SECONDS,
			unlikeShare,
			dominatedShare,
			ownShares,
			areSeparate: this.#count >= 2 && this.#count <= 8 && (unlikeShare >= MOST_WINDOWS || each),
		};
	}

	#judge(): void {
		const means = this.#energies.map((energies) => sumOf(energies) / energies.length);
		const loudest = means.indexOf(Math.max(...means));
		if (isSpeech(this.#energies[loudest] ?? [])) {
			this.#speech++;
			if (this.#areUnlike()) this.#unlike++;
			const others = Math.max(...means.filter((_, channel) => channel !== loudest));
			if ((means[loudest] ?? 0) >= others * 10 ** (DOMINANT_DB / 10)) {
				this.#own[loudest] = (this.#own[loudest] ?? 0) + 1;
			}
		}
		for (const energies of this.#energies) energies.length = 0;
	}

	/** Whether no two channels' energies rise and fall together. */
	#areUnlike(): boolean {
		return this.#energies.every((one, i) =>
			this.#energies.slice(i + 1).every((other) => correlation(one, other) < SAME_SOUND),
		);
	}
}

function isSpeech(energies: readonly number[]): boolean {
	if (sumOf(energies) / energies.length < AUDIBLE) return false;
	const sorted = [...energies].sort((a, b) => a - b);
	const quiet = sorted[Math.floor(0.1 * sorted.length)] ?? 0;
	const loud = sorted[Math.floor(0.9 * sorted.length)] ?? 0;
	return loud >= quiet * 10 ** (SPEECH_RANGE_DB / 10);
}

/** Pearson's, of equally many numbers; 0 where one does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number {
	const meanA = sumOf(a) / a.length;
	const meanB = sumOf(b) / b.length;
	let product = 0;
	let powerA = 0;
	let powerB = 0;
	for (const [i, value] of a.entries()) {
		const x = value - meanA;
		const y = (b[i] ?? 0) - meanB;
		product += x * y;
		powerA += x * x;
		powerB += y * y;
	}
	const power = Math.sqrt(powerA * powerB);
	return power > 0 ? product / power : 0;
}

function sumOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0);
}
