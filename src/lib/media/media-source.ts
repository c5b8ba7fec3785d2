/** What a file holds, as far as Confab uses it. */
export interface MediaInfo {
	/** Of the longest stream, edit lists honoured. */
	readonly durationSeconds: number;
	readonly video: {
		readonly width: number;
		readonly height: number;
		readonly codec: string;
		/** Frames at 25 Hz that `frames` will give when nothing is cut. */
		readonly frameCount: number;
		/** One frame, or fewer than one a second: a cover or slides, not a film. */
		readonly isStill: boolean;
	} | null;
	readonly audio: {
		readonly sampleRateHz: number;
		readonly channels: number;
		readonly codec: string;
	} | null;
	/** Why there is no sound although the file has some; null where it has none, or it can be heard. */
	readonly soundFault: string | null;
	/** Which path decodes it. */
	readonly decoder: 'webcodecs' | 'ffmpeg';
}

/** Consecutive mono samples at 16 kHz, -1 to 1. */
export interface AudioBlock {
	/** Index of the first sample; sample 0 is at time 0 of the file's presentation. */
	readonly startSample: number;
	readonly samples: Float32Array;
}

/** Which sound is wanted. */
export interface SoundStart {
	/**
	 * The one channel, counted from 0. By default all are averaged, but for two that are one sound with
	 * opposite signs (correlation below -0.9): of those, the first.
	 */
	readonly channel?: number;
	/** First sample wanted; 0 by default. */
	readonly startSample?: number;
	/**
	 * Decodes from close to that sample on, so that hours before it cost nothing, and by the first path
	 * that can, so that the sound may be off by a codec's delay (a few hundredths of a second): for
	 * listening and looking, not for models.
	 */
	readonly near?: boolean;
}

/** Consecutive frames at 25 Hz, packed: `data.length = count * height * width * channels`. */
export interface FrameBlock {
	/** Index of the first frame; frame i is what is shown at i / 25 s. */
	readonly startFrame: number;
	readonly count: number;
	readonly width: number;
	readonly height: number;
	/** 1: grey (0.299 R + 0.587 G + 0.114 B, rounded). 3: RGB, interleaved. */
	readonly channels: 1 | 3;
	readonly data: Uint8Array;
}

export interface FrameOptions {
	/** Size the frames are scaled to (bilinear); the video's own by default. */
	readonly width?: number;
	readonly height?: number;
	readonly channels?: 1 | 3;
	/** First frame wanted, and the one after the last. All by default. */
	readonly startFrame?: number;
	readonly endFrame?: number;
	/** Frames per block at most; bounded by memory as well. */
	readonly blockFrames?: number;
	readonly signal?: AbortSignal | undefined;
}

/**
 * A file opened for decoding. Both iterators pull: nothing is decoded that was not asked for but for
 * a small look-ahead. The opener closes it.
 */
export interface MediaSource {
	readonly info: MediaInfo;
	/** The sound as 16 kHz mono. @throws ConfabError `UnsupportedMedia`. */
	audio(signal?: AbortSignal, start?: SoundStart): AsyncIterable<AudioBlock>;
	/** The picture at 25 Hz. @throws ConfabError `UnsupportedMedia`. */
	frames(options?: FrameOptions): AsyncIterable<FrameBlock>;
	close(): Promise<void>;
}
