interface Level {
	readonly minima: Float32Array;
	readonly maxima: Float32Array;
}

/**
 * Lowest and highest of a long row of values over stretches of any length, at a cost that depends on
 * the number of stretches alone: a curve is drawn from it with the same effort over a minute and over
 * hours. NaN counts as unknown and is passed over.
 */
export class MinMaxPyramid {
	/** Values in the row. */
	readonly length: number;
	/** Level k holds blocks of 2^k values. */
	readonly #levels: readonly Level[];

	/**
	 * @param minima the row, or its lower side where each value is a stretch itself; kept, not copied
	 * @param maxima its upper side, as long as `minima`
	 * @throws TypeError when they differ in length.
	 */
	constructor(minima: Float32Array, maxima: Float32Array = minima) {
		if (maxima.length !== minima.length) {
			throw new TypeError(`${minima.length} minima and ${maxima.length} maxima`);
		}
		this.length = minima.length;
		const levels: Level[] = [{ minima, maxima }];
		for (let below = levels[0]; below && below.minima.length > 1; below = levels.at(-1)) {
			levels.push(halved(below));
		}
		this.#levels = levels;
	}

	/**
	 * Lowest and highest of stretches that follow each other, two numbers for each into `into`; NaN for
	 * both where nothing is known. A stretch may take in up to one of its own lengths more at either end.
	 *
	 * @param from where the first begins, in values; may lie outside the row
	 * @param step length of each, in values, above 0
	 * @param count how many; `into` holds twice as many
	 */
	stretches(from: number, step: number, count: number, into: Float32Array): void {
		const top = this.#levels.length - 1;
		const depth = Math.min(top, Math.max(0, Math.floor(Math.log2(step))));
		const { minima, maxima } = this.#levels[depth]!;
		const blockLength = 2 ** depth;
		for (let i = 0; i < count; i += 1) {
			const begin = Math.floor((from + i * step) / blockLength);
			const end = Math.max(begin + 1, Math.ceil((from + (i + 1) * step) / blockLength));
			let low = Infinity;
			let high = -Infinity;
			for (let k = Math.max(0, begin); k < Math.min(end, minima.length); k += 1) {
				if (minima[k]! < low) low = minima[k]!;
				if (maxima[k]! > high) high = maxima[k]!;
			}
			into[2 * i] = low <= high ? low : NaN;
			into[2 * i + 1] = low <= high ? high : NaN;
		}
	}
}

/** The level above: each block of it is two of this one. */
function halved({ minima, maxima }: Level): Level {
	const length = Math.ceil(minima.length / 2);
	const above = { minima: new Float32Array(length), maxima: new Float32Array(length) };
	for (let i = 0; i < length; i += 1) {
		const other = Math.min(2 * i + 1, minima.length - 1);
		above.minima[i] = lower(minima[2 * i]!, minima[other]!);
		above.maxima[i] = -lower(-maxima[2 * i]!, -maxima[other]!);
	}
	return above;
}

/** The lower of two; the known one where the other is not. */
function lower(a: number, b: number): number {
	return Number.isNaN(a) || b < a ? b : a;
}
