import type { SpeechActivity } from '../domain/activity.ts';
import type { Conversations, PairEvidence } from '../domain/conversation.ts';
import type { GroupLimits } from '../domain/group-limits.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { present } from '../support/assert.ts';
import { describePair } from './pair-evidence.ts';
import { bestPartition } from './partition-search.ts';
import { fitSpeakingStates } from './speaking-states.ts';
import { alignActivities } from './speech-grid.ts';
import { conversationEvidence } from './turn-model.ts';

/** Conversation numbers in the order in which the speakers bring them up. */
export function numberByAppearance(
	speakers: readonly string[],
	partition: readonly (readonly number[])[],
): Map<string, number> {
	const numbers = new Map<number, number>();
	return new Map(
		speakers.map((speaker, i) => {
			const group = partition.findIndex((members) => members.includes(i));
			if (!numbers.has(group)) numbers.set(group, numbers.size);
			return [speaker, present(numbers.get(group), 'conversation')];
		}),
	);
}

/**
 * Who talks with whom, from turn-taking alone: people in one conversation fall silent when another
 * starts and start when another stops; people in different ones do not care. Each possible group
 * has a likelihood ratio (turn-model.ts), and the division with the most evidence is taken among those
 * that the limits allow. Within MCoRec's there is one possibility only up to three speakers. A speaker who
 * is silent or never seen goes where it costs the least, and the confidence says how little that means.
 * @param activities one per speaker; the result is in their order.
 * @param limits which divisions are allowed, and how likely they are at first.
 * @param uems evaluated part by speaker; what lies outside is not looked at.
 * @throws TypeError without activities, or with two of one speaker.
 */
export function findConversations(
	activities: readonly SpeechActivity[],
	limits: GroupLimits,
	uems: ReadonlyMap<string, TimeRange> = new Map(),
): Conversations {
	const speakers = activities.map((activity) => activity.speakerId);
	if (speakers.length === 0) throw new TypeError('No speakers to find conversations of');
	if (new Set(speakers).size < speakers.length)
		throw new TypeError('Two activities of one speaker');
	const grids = alignActivities(activities, uems);
	const states = grids.map((grid) => fitSpeakingStates(grid.logOdds));
	const evidenceOf = (members: readonly number[]): number =>
		conversationEvidence(members.map((i) => present(states[i], 'states')));
	const choice = bestPartition(speakers.length, evidenceOf, limits);
	const evidence: PairEvidence[] = [];
	for (let a = 0; a < speakers.length; a += 1) {
		for (let b = a + 1; b < speakers.length; b += 1) {
			const ratio = choice.pairRatio(a, b) ?? evidenceOf([a, b]);
			const pairGrids = [present(grids[a], 'grid'), present(grids[b], 'grid')] as const;
			const pairStates = [present(states[a], 'states'), present(states[b], 'states')] as const;
			evidence.push(describePair(pairGrids, pairStates, ratio));
		}
	}
	return {
		clusters: numberByAppearance(speakers, choice.partition),
		evidence,
		confidence: choice.confidence,
	};
}
