import type { ActivityScores, Segment, SpeechActivity } from '../domain/activity.ts';
import type { Conversations } from '../domain/conversation.ts';
import type { ModelUse, SessionScores } from '../domain/result.ts';
import type { Labels, SourceFile, Speaker } from '../domain/session.ts';
import type { Detector, RunSettings } from '../domain/settings.ts';
import type { RecognisedCue, Transcript } from '../domain/transcript.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { ScoredSpeaker } from '../perception/segments/scored-track.ts';
import type { VoicePrint, VoiceThresholds } from '../perception/voice/voice-embedder.ts';
import type { Batching } from '../recognisers/family.ts';
import type { Problem } from '../support/errors.ts';
import type { SlowOptions } from '../support/progress.ts';

/** One segment as a recogniser gets it. */
export interface SegmentClip {
	readonly segment: Segment;
	readonly activity: SpeechActivity;
	/** Without pictures for a recogniser that does not look at lips. */
	readonly lips: LipClip;
	/** 640 samples for each frame. */
	readonly audio: Float32Array;
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

/** Lip pictures of a stretch of a track. */
export interface LipClip {
	/** Grey, `[frames, 96, 96]`. */
	readonly data: Uint8Array;
	/** 1 for each picture that shows a face, 0 for the others. */
	readonly seen: Uint8Array;
}

/** Where lips come from: the face track itself, or the 96x96 clip that came with the session. */
export type LipSource = 'track' | 'clip';

export interface OpenOptions {
	readonly signal?: AbortSignal | undefined;
	/** Told, as long as the file is open, what went wrong in decoding it and was got round. */
	readonly onProblem?: ((problem: Problem) => void) | undefined;
}

/** What tells who speaks in a run. */
export interface ChosenDetector {
	readonly id: Detector;
	/** Why it is not the one that the settings name. */
	readonly instead: string | null;
}

/** Voices of several stretches of one recording, by one embedder. */
export interface VoicePrints {
	readonly prints: readonly VoicePrint[];
	readonly thresholds: VoiceThresholds;
}

/**
 * Which stages have results of their own in the store. Lips have none: they are pictures of faces,
 * and pictures are not kept.
 */
export type StoredStage = 'voice' | 'activity' | 'voices' | 'recognition';

/**
 * The work itself, as the pipeline sees it. The real one binds models to the rooms below
 * (workers/stages.ts); tests give a fake, so the pipeline's own rules are tested in Node.
 */
export interface Stages {
	/**
	 * Names the code, models and parameters behind a stage's results. Results are kept by it: another
	 * model or setting gives another name and so never meets an old result.
	 * @param source where lips come from, for recognition and for scores by lips; lip clips need no models
	 * of the face.
	 * @throws ConfabError `ModelUnavailable` when one of the models is not here.
	 */
	version(stage: StoredStage, settings: RunSettings, source?: LipSource): Promise<string>;

	/** @throws ConfabError `UnsupportedMedia`. The caller closes what it gets. */
	open(file: SourceFile, options?: OpenOptions): Promise<MediaSource>;

	/**
	 * What can tell who speaks: what the settings name or, where its models are not here and another will
	 * do, that one, with the reason.
	 *
	 * @throws ConfabError `ModelUnavailable` when nothing can.
	 */
	detector(settings: RunSettings): Promise<ChosenDetector>;

	/** Probability that anyone speaks, one value per frame at 25 Hz. */
	voiceActivity(media: MediaSource, slow: SlowOptions): Promise<Float32Array>;

	/** Scores a whole track by Light-ASD. */
	scoreTrack(
		media: MediaSource,
		frameStart: number,
		settings: RunSettings,
		slow: SlowOptions,
	): Promise<ActivityScores>;

	/** Scores a whole track by its lips and its sound, with the embedded recogniser. */
	scoreLips(
		media: MediaSource,
		source: LipSource,
		frameStart: number,
		slow: SlowOptions,
	): Promise<ActivityScores>;

	/** Reads shipped scores. @throws ConfabError `InvalidSession`. */
	parseScores(file: SourceFile, signal?: AbortSignal): Promise<ActivityScores>;

	/**
	 * Speech and segments of all speakers at once: where the line between speech and silence lies is learnt
	 * from all of them before it is from each. The settings name the detector whose scores these are.
	 */
	segment(
		speakers: readonly ScoredSpeaker[],
		voiceActivity: Float32Array | null,
		settings: RunSettings,
	): ReadonlyMap<string, SegmentedSpeaker>;

	/**
	 * The voice in each of several sets of stretches, in seconds of the recording. The sound is read once
	 * and no more of it kept than a set that is not complete yet.
	 */
	voicePrints(
		media: MediaSource,
		stretches: readonly (readonly TimeRange[])[],
		slow: SlowOptions,
	): Promise<VoicePrints>;

	/** All sound of a track: 16 kHz mono. */
	audio(media: MediaSource, signal?: AbortSignal): Promise<Float32Array>;

	/** The lips in the frames asked for. */
	lips(
		media: MediaSource,
		source: LipSource,
		range: FrameRange,
		slow: SlowOptions,
	): Promise<LipClip>;

	/** Whether the recogniser that the settings name looks at lips. */
	needsLips(settings: RunSettings): boolean;

	/**
	 * How many segments `recognise` likes to get at once; null where that makes no difference.
	 *
	 * @throws ConfabError `ModelUnavailable`.
	 */
	batching(settings: RunSettings): Promise<Batching | null>;

	/**
	 * The words of some segments: for each, one cue per chunk that was decoded. Times are in seconds of the
	 * central video. Where a recogniser fails and another one takes its place, `version` is that one's
	 * from here on.
	 */
	recognise(
		clips: readonly SegmentClip[],
		settings: RunSettings,
		slow: SlowOptions,
	): Promise<readonly (readonly RecognisedCue[])[]>;

	converse(
		activities: readonly SpeechActivity[],
		scored: readonly ScoredSpeaker[],
		speakers: readonly Speaker[],
		settings: RunSettings,
	): Conversations;

	score(
		labels: Labels,
		speakers: readonly Speaker[],
		transcripts: readonly Transcript[],
		conversations: Conversations,
	): SessionScores;

	/** What went wrong with models of the run that others, or other ways to run them, made up for. */
	problems(): readonly Problem[];

	/** Which models were used since this was last asked, and where they ran. */
	takeUses(): readonly ModelUse[];
}
