import type { StudioDocument } from '../../domain/studio-document.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import type { JsonRange, SessionJson } from '../../../../static/schema/confab-session-1.d.ts';
import { spokenWords } from '../spoken-words.ts';

/** Version of the format; `static/schema/` has its schema and its types. */
const version = 1;

const finite = (value: number | null): number | null =>
	value !== null && Number.isFinite(value) ? value : null;

const range = ({ startSeconds, endSeconds }: TimeRange): JsonRange => ({
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
