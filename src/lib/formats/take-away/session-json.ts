import type { StudioDocument } from '../../domain/studio-document.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import { spokenWords } from '../spoken-words.ts';

/** Version of the format; `static/schema/confab-session-1.schema.json` describes it. */
const version = 1;

/** A word of a cue. Times in seconds of the recording. */
export interface JsonWord extends TimeRange {
	readonly text: string;
	/** 0 to 1; 1 for what a person wrote; null where the word's time is shared out by length. */
	readonly confidence: number | null;
}

export interface JsonCue extends TimeRange {
	/** Unique within the session. */
	readonly id: string;
	readonly text: string;
	/** Mean over the recognised words, 0 to 1. */
	readonly confidence: number | null;
	/** Whether a person made or changed it. */
	readonly edited: boolean;
	readonly words: readonly JsonWord[];
}

export interface JsonSegment extends TimeRange {
	readonly trackId: string;
	/** Mean probability of speech, 0 to 1. */
	readonly meanProbability: number | null;
}

export interface JsonSpeaker {
	readonly id: string;
	/** The name that a person gave, else the id. */
	readonly name: string;
	/** Number of the conversation; null where none was found. */
	readonly conversation: number | null;
	/** The part of the session that is evaluated. */
	readonly uem: TimeRange | null;
	/** Where the run held the speaker to talk. */
	readonly segments: readonly JsonSegment[];
	/** In the order of their starts; they may overlap. */
	readonly cues: readonly JsonCue[];
}

export interface JsonConversation {
	readonly number: number;
	readonly name: string;
	readonly speakerIds: readonly string[];
}

/** What speaks for two speakers being in one conversation; null where a number is not finite. */
export interface JsonEvidence {
	readonly speakerIds: readonly [string, string];
	readonly logLikelihoodRatio: number | null;
	readonly overlapFraction: number | null;
	readonly turnsPerMinute: number | null;
	readonly correlation: number | null;
}

/** A session with all changes, as one JSON document. */
export interface SessionJson {
	readonly format: 'confab-session';
	readonly version: 1;
	readonly session: {
		readonly id: string;
		readonly name: string;
		readonly durationSeconds: number;
	};
	readonly speakers: readonly JsonSpeaker[];
	readonly conversations: readonly JsonConversation[];
	/** Posterior of the run's own grouping, 0 to 1; null where its method has none. */
	readonly groupingConfidence: number | null;
	readonly evidence: readonly JsonEvidence[];
}

const finite = (value: number | null): number | null =>
	value !== null && Number.isFinite(value) ? value : null;

const range = ({ startSeconds, endSeconds }: TimeRange): TimeRange => ({
	startSeconds,
	endSeconds,
});

/** The document as it is written; texts and times are exactly those of the document. */
export function sessionJsonOf(document: StudioDocument): SessionJson {
	return {
		format: 'confab-session',
		version,
		session: {
			id: document.sessionId,
			name: document.sessionName,
			durationSeconds: document.durationSeconds,
		},
		speakers: document.speakers.map(({ id, name, conversation, uem, segments, cues }) => ({
			id,
			name,
			conversation,
			uem: uem && range(uem),
			segments: segments.map((segment) => ({
				...range(segment),
				trackId: segment.trackId,
				meanProbability: finite(segment.meanProbability),
			})),
			cues: cues.map((cue) => ({
				id: cue.id,
				...range(cue),
				text: cue.text,
				confidence: finite(cue.confidence),
				edited: cue.edited,
				words: spokenWords(cue).map((word) => ({
					...range(word),
					text: word.text,
					confidence: finite(word.confidence),
				})),
			})),
		})),
		conversations: document.conversations.map(({ number, name, speakerIds }) => ({
			number,
			name,
			speakerIds,
		})),
		groupingConfidence: finite(document.confidence),
		evidence: document.evidence.map((pair) => ({
			speakerIds: [pair.a, pair.b],
			logLikelihoodRatio: finite(pair.logLikelihoodRatio),
			overlapFraction: finite(pair.overlapFraction),
			turnsPerMinute: finite(pair.turnsPerMinute),
			correlation: finite(pair.correlation),
		})),
	};
}

/** The same as text. */
export function sessionJson(document: StudioDocument): string {
	return `${JSON.stringify(sessionJsonOf(document), null, 2)}\n`;
}
