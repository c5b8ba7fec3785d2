import type { Conversations } from '../../../domain/conversation.ts';
import { limitsFor } from '../../../domain/group-limits.ts';
import type { Session, Speaker } from '../../../domain/session.ts';
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
	readonly session: Pick<Session, 'cast'>;
	readonly speakers: readonly Speaker[];
	readonly plan: RunPlan;
	readonly segmented: ReadonlyMap<string, SegmentedSpeaker>;
	/** What the baseline clusters by; it is for faces alone. */
	readonly scored?: { readonly speakers: readonly ScoredSpeaker[] };
}

export interface ConversationsFound {
	readonly conversations: Conversations;
}

/** Who talks with whom, from when they talk. */
export const conversations: Stage<ConversationsInput, ConversationsFound> = {
	ids: [about.id],
	models: () => [],
	run: ({ session, speakers, plan, segmented, scored }) => {
		if (speakers.length === 0) {
			return { conversations: { clusters: new Map(), evidence: [], confidence: null } };
		}
		const activities = speakers.map(({ id }) => activityOf(segmented, id));
		const uems = new Map(speakers.flatMap(({ id, uem }) => (uem ? [[id, uem] as const] : [])));
		const limits = limitsFor(session.cast);
		const byOverlap = plan.settings.conversations === 'baseline' && scored;
		return {
			conversations: byOverlap
				? overlapping(scored.speakers, uems)
				: findConversations(activities, limits, uems),
		};
	},
};

function overlapping(
	scored: readonly ScoredSpeaker[],
	uems: ReadonlyMap<string, TimeRange>,
): Conversations {
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
