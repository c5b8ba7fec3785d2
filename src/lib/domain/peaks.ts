/**
 * How loud a recording is over time, to be drawn as a waveform: the lowest and the highest sample of each
 * stretch of `1 / rateHz` seconds. Both arrays have the same length; entry i covers i / rateHz to
 * (i + 1) / rateHz seconds of the recording. Samples are -1 to 1; where there is no sound, both are 0.
 */
export interface Peaks {
	/** Entries per second. */
	readonly rateHz: number;
	readonly minimum: Float32Array;
	readonly maximum: Float32Array;
}
