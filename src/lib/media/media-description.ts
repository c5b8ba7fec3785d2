/** One sound track of a file. */
export interface AudioTrackDescription {
	readonly codec: string;
	readonly channels: number;
	readonly sampleRateHz: number;
	/** ISO 639, or null where the file does not say. */
	readonly language: string | null;
	/** Whether it is the one that is used when none is asked for; one is. */
	readonly isDefault: boolean;
}

/** What a file holds, found without decoding it. */
export interface MediaDescription {
	/** From the earlier of picture's and sound's beginnings to the later of their ends. */
	readonly durationSeconds: number;
	readonly video: {
		readonly codec: string;
		/** Size as displayed: turned upright, pixels square. */
		readonly width: number;
		readonly height: number;
		/** Degrees clockwise that the stored picture is turned for display. */
		readonly rotation: 0 | 90 | 180 | 270;
		/** Of the first 300 frames; null where there is one. */
		readonly framesPerSecond: number | null;
		readonly isVariableRate: boolean;
		/** One frame, or fewer than one a second: a cover or slides, not a film. */
		readonly isStill: boolean;
		/** Marked as a 360 degree picture, or of the shape and size of one. */
		readonly isSpherical: boolean;
	} | null;
	/** The tracks in the order of the file; their index is what `OpenMediaOptions.audioTrack` takes. */
	readonly audio: { readonly tracks: readonly AudioTrackDescription[] } | null;
	/** How much later the sound begins than the picture; 0 where there is one of them. */
	readonly offsetSeconds: number;
	/** What is uncommon about it, and what is done, one sentence each. */
	readonly notes: readonly string[];
}

/** What both readers of containers find out; the rest follows from it. */
export interface FoundMedia {
	readonly durationSeconds: number;
	readonly video:
		| (Omit<
				NonNullable<MediaDescription['video']>,
				'framesPerSecond' | 'isVariableRate' | 'isStill'
		  > & {
				/** When the first frames begin, in order. */
				readonly starts: readonly number[];
		  })
		| null;
	/** Those that can be decoded. */
	readonly tracks: readonly AudioTrackDescription[];
	/** Whether there is sound of a kind that nobody here can decode, and no other. */
	readonly hasUnknownSound: boolean;
	readonly offsetSeconds: number;
}
