import type { Peaks } from '../domain/peaks.ts';

/** The waveform of a recording on its way to the screen. */
export class Waveform {
	readonly #load: (signal: AbortSignal) => Promise<Peaks>;
	#status = $state.raw<'idle' | 'loading' | 'ready' | 'failed'>('idle');
	#peaks = $state.raw<Peaks | null>(null);
	#error = $state.raw<unknown>(null);
	#going: AbortController | null = null;
	/** As `#peaks`, for decisions: what effects clean up with still sees states as they were before. */
	#there = false;

	constructor(load: (signal: AbortSignal) => Promise<Peaks>) {
		this.#load = load;
	}

	get status(): 'idle' | 'loading' | 'ready' | 'failed' {
		return this.#status;
	}

	get peaks(): Peaks | null {
		return this.#peaks;
	}

	get error(): unknown {
		return this.#error;
	}

	/** Reads it, unless it is there or being read; never rejects. */
	async show(): Promise<void> {
		if (this.#going || this.#there) return;
		const going = new AbortController();
		this.#going = going;
		this.#status = 'loading';
		try {
			const peaks = await this.#load(going.signal);
			if (going.signal.aborted) return;
			this.#there = true;
			this.#peaks = peaks;
			this.#status = 'ready';
		} catch (thrown) {
			if (going.signal.aborted) return;
			this.#error = thrown;
			this.#status = 'failed';
		} finally {
			if (this.#going === going) this.#going = null;
		}
	}

	/** Stops reading; what is there stays. */
	hide(): void {
		this.#going?.abort();
		this.#going = null;
		if (!this.#there) this.#status = 'idle';
	}
}
