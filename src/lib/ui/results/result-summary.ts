import { durationOf } from '../../domain/time-range.ts';
import type { SessionResult, SpeakerResult } from '../../domain/result.ts';
import type { RecognisedCue } from '../../domain/transcript.ts';

/** One speaker as the result page shows them. */
export interface SpeakerSummary {
	readonly speaker: SpeakerResult;
	/** Seconds of talk, the sum of the segments. */
	readonly talkSeconds: number;
	readonly wordCount: number;
}

/** The people of one conversation. */
export interface ConversationGroup {
	/** Null for speakers that no conversation was found for. */
	readonly conversation: number | null;
	readonly speakers: readonly SpeakerSummary[];
}

/** Conversations in the order of their numbers, speakers in the order of the session. */
export function conversationGroups(result: SessionResult): readonly ConversationGroup[] {
	const groups = new Map<number | null, SpeakerSummary[]>();
	for (const speaker of result.speakers) {
		const conversation = result.conversations.clusters.get(speaker.speakerId) ?? null;
		groups.set(conversation, [...(groups.get(conversation) ?? []), summaryOf(speaker)]);
	}
	return [...groups]
		.map(([conversation, speakers]) => ({ conversation, speakers }))
		.sort((a, b) => (a.conversation ?? Infinity) - (b.conversation ?? Infinity));
}

function summaryOf(speaker: SpeakerResult): SpeakerSummary {
	return {
		speaker,
		talkSeconds: speaker.segments.reduce((sum, segment) => sum + durationOf(segment), 0),
		wordCount: speaker.transcript.cues.reduce((sum, cue) => sum + wordCountOf(cue), 0),
	};
}

function wordCountOf(cue: RecognisedCue): number {
	return cue.text.split(/\s+/u).filter((word) => word !== '').length;
}
