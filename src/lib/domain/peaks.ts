/** How loud a recording is over its length: the lowest and the highest sample of each stretch, for drawing. */
export interface Peaks {
	/** Stretches a second; the first begins at 0 in the recording. */
	readonly pairsPerSecond: number;
	/** Lowest sample of each stretch, -1 to 1. */
	readonly minima: Float32Array;
	/** Highest sample of each stretch, -1 to 1; as many as `minima`. */
	readonly maxima: Float32Array;
}
