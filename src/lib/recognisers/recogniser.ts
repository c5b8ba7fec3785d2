import type { RecognisedCue } from '../domain/transcript.ts';
import type { SlowOptions } from '../support/progress.ts';
import type { Chunk } from './chunks.ts';

/** What one person said and how it looked, from the first frame to the last. */
export interface SpeechClip {
	/** Grey, [frames, 96, 96]; a picture without a face is uniform. Empty for a recogniser that needs none. */
	readonly lips: Uint8Array;
	/** 16 kHz mono, -1 to 1; 640 samples a frame, cut or filled up with silence where it differs. */
	readonly audio: Float32Array;
	/** When the first frame is shown, in seconds of the central video. */
	readonly startSeconds: number;
	/** Probability that the person speaks, for each frame; tells where a long clip may be cut. */
	readonly speech: Float32Array | null;
	/**
	 * The turns in it, in order: what is between them is not heard, and no word is given to it. Only for a
	 * recogniser whose family joins turns, and no longer than it joins. Without them it is one turn.
	 */
	readonly turns?: readonly Chunk[];
}

/** A member of the audio-visual speech recognition family. */
export interface Recogniser {
	/** As settings name it. */
	readonly id: string;
	/**
	 * The words of a clip of any length, one cue for each chunk (15 s at most; Whisper's 30 s) in which there are words. A cue spans its
	 * whole chunk, its words lie within; so does that of a turn.
	 * @throws TypeError for lips that are not whole pictures.
	 */
	recognise(clip: SpeechClip, options?: SlowOptions): Promise<RecognisedCue[]>;
	/**
	 * The words of several clips, cues of each in order; for those to whom that is less work than one clip
	 * after the other.
	 */
	recogniseAll?(clips: readonly SpeechClip[], options?: SlowOptions): Promise<RecognisedCue[][]>;
}
