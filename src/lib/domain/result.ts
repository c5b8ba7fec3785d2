import type { Problem } from '../support/errors.ts';
import type { Segment, SpeechActivity } from './activity.ts';
import type { Conversations } from './conversation.ts';
import type { DiarisationScores } from './diarisation.ts';
import type { Layer } from './layer.ts';
import type { FoundPeople } from './people.ts';
import type { RunSettings } from './settings.ts';
import type { TimeRange } from './time-range.ts';
import type { Transcript } from './transcript.ts';

/** The challenge's scores, fractions rounded to four decimals as its scorer does. */
export interface Scores {
	/** Word error rate; may exceed 1. */
	readonly wer: number | null;
	/** F1 of "these two are in one conversation". */
	readonly f1: number | null;
	/** 0.5 * WER + 0.5 * (1 - F1). */
	readonly joint: number | null;
}

/** Scores of a session: means over its speakers, but `f1`, which is over its pairs. */
export interface SessionScores extends Scores {
	readonly perSpeaker: ReadonlyMap<string, Scores>;
	/** Why a number is missing. */
	readonly problems: readonly Problem[];
}

export interface SpeakerResult {
	readonly speakerId: string;
	readonly uem: TimeRange | null;
	readonly activity: SpeechActivity;
	readonly segments: readonly Segment[];
	readonly transcript: Transcript;
}

/** What ran where. */
export interface ModelUse {
	readonly id: string;
	readonly provider: 'webgpu' | 'wasm';
	/** `fp32`, `fp16`, `q8`, `q4`. */
	readonly precision: string;
	/** Why it is not the first choice, when it is not. */
	readonly note?: string;
}

export interface RunReport {
	/** Wall-clock seconds by stage; what came from the store counts what it took when it was computed. */
	readonly stages: Readonly<Record<string, number>>;
	/** Stages whose every result was already stored. */
	readonly fromStore: readonly string[];
	/** What all of it was computed with, in this run or before. */
	readonly models: readonly ModelUse[];
	/** Wall-clock seconds of the run itself. */
	readonly seconds: number;
}

/** All that is known about a session after a run. */
export interface SessionResult {
	readonly sessionId: string;
	/** Tells it from other runs of the session: made once, when it runs (`runIdOf`), and stored. */
	readonly runId: string;
	readonly sessionName: string;
	readonly durationSeconds: number;
	readonly settings: RunSettings;
	/** In the order of the metadata, or of `people`. */
	readonly speakers: readonly SpeakerResult[];
	/** How they were found; null where the metadata gave them. */
	readonly people: FoundPeople | null;
	readonly conversations: Conversations;
	/** Only where labels are there. */
	readonly scores: SessionScores | null;
	/** Only where people were found and a reference is there. */
	readonly diarisation: DiarisationScores | null;
	/** What stages measured beside all this. */
	readonly layers: readonly Layer[];
	readonly report: RunReport;
	readonly problems: readonly Problem[];
}
