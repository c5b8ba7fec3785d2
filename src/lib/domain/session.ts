import type { Problem } from '../support/errors.ts';
import type { TimeRange } from './time-range.ts';
import type { Cue } from './transcript.ts';

/** Pictures per second of every MCoRec video, and of every score, box and lip frame here. */
export const frameRateHz = 25;

/** Samples per second of all sound inside Confab. */
export const sampleRateHz = 16_000;

/** A file that was dropped, on disk or inside an archive; nothing of it is read before `open`. */
export interface SourceFile {
	/** Path inside the session folder, with forward slashes. */
	readonly path: string;
	/** Size in bytes. */
	readonly size: number;
	/** Which of its sound tracks is heard, counted from 0; the file's default one where it is left out. */
	readonly audioTrack?: number;
	/**
	 * The bytes, to be read by slices. For a compressed archive entry this unpacks it.
	 * @throws ConfabError `InvalidSession` when an archive entry is damaged.
	 */
	open(signal?: AbortSignal): Promise<Blob>;
}

/** Corners of a face in pixels of the central video. x may exceed its width: the picture wraps around. */
export interface FaceBox {
	readonly x1: number;
	readonly y1: number;
	readonly x2: number;
	readonly y2: number;
}

/** One unbroken stretch of one speaker's face, as its own video with the session's sound. */
export interface Track {
	/** `track_00`. Unique within the speaker. */
	readonly id: string;
	readonly video: SourceFile;
	/** When the track's first frame is shown, in seconds of the central video. */
	readonly startSeconds: number;
	/** Number of the first frame at 25 Hz in the central video. */
	readonly frameStart: number;
	/** Face boxes by frame number of the central video (25 Hz). */
	readonly boxes: SourceFile | null;
	/** Shipped active speaker scores (`track_XX_asd.json`). */
	readonly activity: SourceFile | null;
	/** Shipped 96x96 lip clip (`track_XX_lip.av.mp4`). */
	readonly lips: SourceFile | null;
}

export interface Speaker {
	/** `spk_0`. Unique within the session; safe as a file name. */
	readonly id: string;
	/** The part of the session that is evaluated, in seconds of the central video. */
	readonly uem: TimeRange | null;
	/** In the order of the metadata. */
	readonly tracks: readonly Track[];
}

/** What people wrote down: the truth to score against. */
export interface Labels {
	/** Conversation number by speaker, when `speaker_to_cluster.json` is there. */
	readonly conversations: ReadonlyMap<string, number> | null;
	/** Reference cues by speaker, for those whose file is there. */
	readonly transcripts: ReadonlyMap<string, readonly Cue[]>;
	/** When speakers talk, for those of whom somebody wrote that down without the words. */
	readonly turns?: ReadonlyMap<string, readonly TimeRange[]>;
}

/** One recording, with its speakers where they are known, ready to be processed. */
export interface Session {
	/** The folder's name, or the file's without its ending. */
	readonly name: string;
	/** Hash of the content (sizes and sampled bytes of every file used): the same files, the same id. */
	readonly id: string;
	/**
	 * Picture and sound of everybody at once: MCoRec's central video, or the file that was dropped. Null in
	 * sets that ship face tracks alone.
	 */
	readonly recording: SourceFile | null;
	/** Whether metadata say who is in it (`given`) or a run finds out (`found`). */
	readonly cast: 'given' | 'found';
	/** Those that the metadata give; none where they are to be found. */
	readonly speakers: readonly Speaker[];
	readonly labels: Labels | null;
	/** Every file of it that is used, metadata and labels among them: with these it can be read again. */
	readonly files: readonly SourceFile[];
	/** What was wrong but did not keep the rest from being used. */
	readonly problems: readonly Problem[];
}

/** Bytes of all its files. */
export function sessionBytes({ files }: Session): number {
	return files.reduce((sum, { size }) => sum + size, 0);
}
