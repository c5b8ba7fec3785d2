import type { SpeechActivity } from '../../../domain/activity.ts';
import type { Conversations } from '../../../domain/conversation.ts';
import type { Session } from '../../../domain/session.ts';
import type { RunSettings } from '../../../domain/settings.ts';
import type { TimeRange } from '../../../domain/time-range.ts';
import { findConversations } from '../../../conversations/find-conversations.ts';
import { clusterByOverlap, segmentsInside } from '../../../conversations/overlap-clustering.ts';
import { baselineTurns } from '../../../perception/segments/baseline-segments.ts';
import type { ScoredSpeaker } from '../../../perception/segments/scored-track.ts';
import type { Stage } from '../../stage.ts';
import type { RunPlan } from '../activity/plan.ts';
import { activityOf, type SegmentedSpeaker } from '../segments/segment-speakers.ts';
import { conversations as about } from './about.ts';

export interface ConversationsInput {
	readonly session: Session;
	readonly plan: RunPlan;
	readonly segmented: ReadonlyMap<string, SegmentedSpeaker>;
	/** What the baseline clusters by. */
	readonly scored: { readonly speakers: readonly ScoredSpeaker[] };
}

export interface ConversationsFound {
	readonly conversations: Conversations;
}

/** Who talks with whom, from when they talk. */
export const conversations: Stage<ConversationsInput, ConversationsFound> = {
	ids: [about.id],
	models: () => [],
	run: ({ session: { speakers }, plan, segmented, scored }) => {
		const activities = speakers.map(({ id }) => activityOf(segmented, id));
		const uems = new Map(speakers.flatMap(({ id, uem }) => (uem ? [[id, uem] as const] : [])));
		return { conversations: converse(activities, scored.speakers, uems, plan.settings) };
	},
};

function converse(
	activities: readonly SpeechActivity[],
	scored: readonly ScoredSpeaker[],
	uems: ReadonlyMap<string, TimeRange>,
	settings: RunSettings,
): Conversations {
	if (settings.conversations === 'confab') return findConversations(activities, uems);
	return clusterByOverlap(
		new Map(
			scored.map(({ speakerId, tracks }) => {
				const turns = baselineTurns(tracks);
				const uem = uems.get(speakerId);
				return [speakerId, uem ? segmentsInside(turns, uem) : turns];
			}),
		),
	);
}
