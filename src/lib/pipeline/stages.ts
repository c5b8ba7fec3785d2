import type { ActivityScores, Segment, SpeechActivity } from '../domain/activity.ts';
import type { Conversations } from '../domain/conversation.ts';
import type { ModelUse, SessionScores } from '../domain/result.ts';
import type { Labels, SourceFile, Speaker } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { RecognisedCue, Transcript } from '../domain/transcript.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { SlowOptions } from '../support/progress.ts';

/** Scores of one track with what is needed to place them. */
export interface ScoredTrack {
	readonly trackId: string;
	/** When the track's first frame is shown, in seconds of the central video. */
	readonly startSeconds: number;
	readonly activity: ActivityScores;
}

/** What the segmenter is given of one speaker. */
export interface ScoredSpeaker {
	readonly speakerId: string;
	readonly tracks: readonly ScoredTrack[];
}

export interface SegmentedSpeaker {
	readonly activity: SpeechActivity;
	/** In time order. */
	readonly segments: readonly Segment[];
}

/** Frames of a track, counted from its own first frame; `endFrame` is the one after the last. */
export interface FrameRange {
	readonly startFrame: number;
	readonly endFrame: number;
}

/** Where the face's 68 points lie in a track. Frames that were not asked for hold NaN. */
export interface LandmarkTrack {
	/** `[frames, 68, 2]` x and y in pixels of the track's picture, gaps filled. */
	readonly points: Float32Array;
	/** Stretches in which no face was found for longer than can be filled in. */
	readonly lost: readonly FrameRange[];
}

/** Where a recogniser's lips come from. */
export type LipSource =
	/** The face track itself, with the points found in it. */
	| { readonly kind: 'landmarks'; readonly media: MediaSource; readonly landmarks: LandmarkTrack }
	/** The 96x96 clip that came with the session. */
	| { readonly kind: 'clip'; readonly media: MediaSource };

/** Which stages have results of their own in the store. */
export type StoredStage = 'voice' | 'activity' | 'lips' | 'recognition';

/**
 * The work itself, as the pipeline sees it. The real one binds models to the rooms below
 * (workers/stages.ts); tests give a fake, so the pipeline's own rules are tested in Node.
 */
export interface Stages {
	/**
	 * Names the code, models and parameters behind a stage's results. Results are kept by it: another
	 * model or setting gives another name and so never meets an old result.
	 */
	version(stage: StoredStage, settings: RunSettings): Promise<string>;

	/** @throws ConfabError `UnsupportedMedia`. The caller closes what it gets. */
	open(file: SourceFile, signal?: AbortSignal): Promise<MediaSource>;

	/** Probability that anyone speaks, one value per frame at 25 Hz. */
	voiceActivity(media: MediaSource, slow: SlowOptions): Promise<Float32Array>;

	/** Scores a whole track. */
	scoreTrack(
		media: MediaSource,
		frameStart: number,
		settings: RunSettings,
		slow: SlowOptions,
	): Promise<ActivityScores>;

	/** Reads shipped scores. @throws ConfabError `InvalidSession`. */
	parseScores(file: SourceFile, signal?: AbortSignal): Promise<ActivityScores>;

	/** Speech and segments of all speakers at once: what the others do is evidence. */
	segment(
		speakers: readonly ScoredSpeaker[],
		voiceActivity: Float32Array | null,
		settings: RunSettings,
	): ReadonlyMap<string, SegmentedSpeaker>;

	/** Finds the face's points in the frames asked for. */
	landmarks(
		media: MediaSource,
		ranges: readonly FrameRange[],
		slow: SlowOptions,
	): Promise<LandmarkTrack>;

	/**
	 * The words of one segment, one cue per chunk that was decoded. Times are in seconds of the
	 * central video. `range` is the segment in frames of the track.
	 */
	recognise(
		lips: LipSource,
		segment: Segment,
		range: FrameRange,
		activity: SpeechActivity,
		settings: RunSettings,
		slow: SlowOptions,
	): Promise<readonly RecognisedCue[]>;

	converse(
		activities: readonly SpeechActivity[],
		segments: ReadonlyMap<string, readonly Segment[]>,
		speakers: readonly Speaker[],
		settings: RunSettings,
	): Conversations;

	score(
		labels: Labels,
		speakers: readonly Speaker[],
		transcripts: readonly Transcript[],
		conversations: Conversations,
	): SessionScores;

	/** Which models were used so far, and where they ran. */
	uses(): readonly ModelUse[];
}
