import type { AudioBlock } from '../../media/media-source.ts';
import { sampleRateHz } from '../../domain/session.ts';

/** Sound that is asked for before what is heard, in seconds: a device needs a moment. */
const leadSeconds = 0.05;
/** A browser that may play begins sooner than this. */
const patienceMilliseconds = 1000;

/**
 * Plays blocks of sound one after the other and is the clock of what it plays. Where there is no sound,
 * it is a clock all the same. Times are seconds of the file.
 */
export class SoundLineOut {
	readonly #context = new AudioContext({ sampleRate: sampleRateHz });
	readonly #volume = this.#context.createGain();
	readonly #nodes = new Set<AudioBufferSourceNode>();
	/** Where the file was when the context's clock stood at `at`; null while it stands still. */
	#anchor: { readonly seconds: number; readonly at: number; readonly rate: number } | null = null;
	#still = 0;
	#patience: ReturnType<typeof setTimeout> | undefined;

	constructor(volume: number) {
		this.#volume.connect(this.#context.destination);
		this.setVolume(volume);
	}

	get running(): boolean {
		return this.#anchor !== null;
	}

	get seconds(): number {
		if (!this.#anchor) return this.#still;
		const { seconds, at, rate } = this.#anchor;
		return seconds + Math.max(0, this.#context.currentTime - at) * rate;
	}

	/**
	 * Moves on from a place at a speed.
	 *
	 * @param onBlocked called when the browser lets nothing be heard before a click.
	 */
	start(seconds: number, rate: number, onBlocked: () => void): void {
		this.stop();
		if (this.#context.state === 'suspended') {
			void this.#context.resume().catch(() => undefined);
			clearTimeout(this.#patience);
			this.#patience = setTimeout(() => {
				if (this.#anchor && this.#context.state === 'suspended') onBlocked();
			}, patienceMilliseconds);
		}
		this.#anchor = { seconds, at: this.#context.currentTime + leadSeconds, rate };
	}

	/** Stands still where it is; what was to be heard is not. */
	stop(): void {
		this.#still = this.seconds;
		this.#anchor = null;
		for (const node of this.#nodes) {
			node.onended = null;
			node.stop();
			node.disconnect();
		}
		this.#nodes.clear();
	}

	/** Stands at another place. */
	place(seconds: number): void {
		this.stop();
		this.#still = seconds;
	}

	/** Hears a block in its place. Only while it runs. */
	schedule({ startSample, samples }: AudioBlock): void {
		if (!this.#anchor || samples.length === 0) return;
		const { seconds, at, rate } = this.#anchor;
		const buffer = this.#context.createBuffer(1, samples.length, sampleRateHz);
		buffer.copyToChannel(Float32Array.from(samples), 0);
		const node = this.#context.createBufferSource();
		node.buffer = buffer;
		node.playbackRate.value = rate;
		node.connect(this.#volume);
		node.onended = () => {
			node.disconnect();
			this.#nodes.delete(node);
		};
		const due = at + (startSample / sampleRateHz - seconds) / rate;
		const late = Math.max(0, this.#context.currentTime - due);
		if (late * rate >= buffer.duration) return;
		node.start(Math.max(due, this.#context.currentTime), late * rate);
		this.#nodes.add(node);
	}

	setVolume(volume: number): void {
		this.#volume.gain.value = volume;
	}

	close(): void {
		this.stop();
		clearTimeout(this.#patience);
		void this.#context.close().catch(() => undefined);
	}
}
