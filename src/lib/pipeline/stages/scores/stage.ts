import type { Conversations } from '../../../domain/conversation.ts';
import type { SessionScores } from '../../../domain/result.ts';
import type { Session } from '../../../domain/session.ts';
import type { RecognisedCue } from '../../../domain/transcript.ts';
import { scoreSession } from '../../../evaluation/session-scores.ts';
import { scoredSpeech } from '../../../formats/index.ts';
import type { Stage } from '../../stage.ts';
import { scores as about } from './about.ts';

export interface ScoresInput {
	readonly session: Session;
	readonly cues: ReadonlyMap<string, readonly RecognisedCue[]>;
	readonly conversations: Conversations;
}

export interface ScoresFound {
	/** Null where there are no labels. */
	readonly scores: SessionScores | null;
}

/** Compares words and conversations with the labels, as the official scorer does. */
export const scores: Stage<ScoresInput, ScoresFound> = {
	ids: [about.id],
	models: () => [],
	run: ({ session: { labels, speakers }, cues, conversations }) => {
		if (!labels) return { scores: null };
		const written = speakers.map(({ id, uem }) => {
			return [id, scoredSpeech(cues.get(id) ?? [], uem)] as const;
		});
		return { scores: scoreSession(labels, new Map(written), conversations.clusters, speakers) };
	},
};
