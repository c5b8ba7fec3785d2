import * as v from 'valibot';

const measurement = v.object({ bytes: v.number() });

/** The browser's own count of what a page, its frames and its workers hold; Chromium only. */
type Measure = () => Promise<unknown>;

/** The browser's measurement, or null where it has none or the page is not cross-origin isolated. */
function memoryMeasure(): Measure | null {
	const measure: unknown = Reflect.get(performance, 'measureUserAgentSpecificMemory');
	if (!globalThis.crossOriginIsolated || typeof measure !== 'function') return null;
	return () => Promise.resolve(Reflect.apply(measure, performance, []) as unknown);
}

/**
 * Watches how much memory the page and its workers hold. The browser answers when it collects
 * garbage, seconds later, so this is a lower bound of the true peak.
 */
export class MemoryMeter {
	readonly #measure: Measure | null;
	#peak: number | null = null;
	#measuring: Promise<void> | null = null;
	#timer: ReturnType<typeof setInterval> | null = null;

	constructor(measure: Measure | null = memoryMeasure()) {
		this.#measure = measure;
	}

	/** Largest measurement since `start`, in bytes; null when there is none. */
	get peakBytes(): number | null {
		return this.#peak;
	}

	start(everyMilliseconds = 2000): void {
		this.stop();
		this.#peak = null;
		this.#sample();
		this.#timer = setInterval(() => this.#sample(), everyMilliseconds);
	}

	stop(): void {
		if (this.#timer !== null) clearInterval(this.#timer);
		this.#timer = null;
	}

	#sample(): void {
		if (!this.#measure || this.#measuring) return;
		this.#measuring = this.#measure()
			.then((value) => {
				const parsed = v.safeParse(measurement, value);
				if (parsed.success) this.#peak = Math.max(this.#peak ?? 0, parsed.output.bytes);
			})
			// A browser that refuses to measure leaves the peak unknown.
			.catch(() => undefined)
			.finally(() => {
				this.#measuring = null;
			});
	}
}
