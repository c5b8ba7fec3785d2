import type { Conversations } from '../../../domain/conversation.ts';
import type { DiarisationScores } from '../../../domain/diarisation.ts';
import type { SessionScores } from '../../../domain/result.ts';
import type { Session, Speaker } from '../../../domain/session.ts';
import type { RecognisedCue } from '../../../domain/transcript.ts';
import { diarisationScoresInSteps } from '../../../evaluation/diarisation-scores.ts';
import { scoreSession } from '../../../evaluation/session-scores.ts';
import { scoredSpeech } from '../../../formats/index.ts';
import { inSlices } from '../../../support/slices.ts';
import type { Stage } from '../../stage.ts';
import type { SegmentedSpeaker } from '../segments/segment-speakers.ts';
import { scores as about } from './about.ts';

export interface ScoresInput {
	readonly session: Pick<Session, 'cast' | 'labels'>;
	readonly speakers: readonly Speaker[];
	readonly durationSeconds: number;
	readonly segmented: ReadonlyMap<string, SegmentedSpeaker>;
	readonly cues: ReadonlyMap<string, readonly RecognisedCue[]>;
	readonly conversations: Conversations;
}

export interface ScoresFound {
	/** The challenge's; null where there are no labels, or people were found rather than given. */
	readonly scores: SessionScores | null;
	/** Of found people; null where there are no labels, or they were given. */
	readonly diarisation: DiarisationScores | null;
}

/**
 * Compares with the labels: words and conversations of given speakers as the official scorer does, found
 * people by the diarisation error rates.
 */
export const scores: Stage<ScoresInput, ScoresFound> = {
	ids: [about.id],
	models: () => [],
	run: async (input, _ports, { signal }) => {
		const { session, speakers, durationSeconds, segmented, cues, conversations } = input;
		const { labels, cast } = session;
		if (!labels) return { scores: null, diarisation: null };
		const written = new Map(
			speakers.map(({ id, uem }) => [id, scoredSpeech(cues.get(id) ?? [], uem)] as const),
		);
		if (cast === 'given') {
			const own = scoreSession(labels, written, conversations.clusters, speakers);
			return { scores: own, diarisation: null };
		}
		const people = speakers.map(({ id }) => ({
			id,
			turns: segmented.get(id)?.segments ?? [],
			cues: written.get(id) ?? [],
		}));
		const steps = diarisationScoresInSteps(labels, people, durationSeconds);
		return { scores: null, diarisation: await inSlices(steps, { signal }) };
	},
};
