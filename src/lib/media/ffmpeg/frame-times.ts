/** A stretch of decoded sound that is one frame of the decoder, or a part of one. */
interface TimedPiece {
	readonly seconds: number;
	readonly count: number;
}

/**
 * When each frame of raw sound begins: FFmpeg's filter `ashowinfo` logs it before the frame's samples
 * are written.
 */
export class FrameTimes {
	readonly #rateHz: number;
	readonly #frames: { start: number; count: number }[] = [];
	/** Where the sound should go on, in samples, when nothing says otherwise. */
	#next = 0;

	constructor(rateHz: number) {
		this.#rateHz = rateHz;
	}

	/** Takes a line that the filter logged. */
	read(line: string): void {
		const field = (name: string): number =>
			Number(new RegExp(` ${name}:\\s*(-?\\d+)`).exec(line)?.[1] ?? NaN);
		const [start, count, rate] = [field('pts'), field('nb_samples'), field('rate')];
		if (!(count > 0) || !(rate > 0)) return;
		// A stream that changes its rate in the middle is brought back to the first one behind the filter.
		const scale = this.#rateHz / rate;
		this.#frames.push({ start: start * scale, count: Math.round(count * scale) });
	}

	/** The next samples, `most` at most, and their time. */
	take(most: number): TimedPiece {
		const frame = this.#frames[0];
		if (!frame) return this.#give(this.#next, most);
		const start = Number.isNaN(frame.start) ? this.#next : frame.start;
		const count = Math.min(most, frame.count);
		if (count === frame.count) this.#frames.shift();
		else {
			frame.start = start + count;
			frame.count -= count;
		}
		return this.#give(start, count);
	}

	#give(start: number, count: number): TimedPiece {
		this.#next = start + count;
		return { seconds: start / this.#rateHz, count };
	}
}
