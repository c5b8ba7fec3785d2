import type { GroupLimits } from '../domain/group-limits.ts';
import type { SpeakerResult } from '../domain/result.ts';
import { present } from '../support/assert.ts';
import { numberByAppearance } from './find-conversations.ts';
import { logSumExp, mostExhaustive } from './partition-search.ts';
import { allowedPartitions, combinations, indices, partitionScore } from './partitions.ts';
import type { GroupEvidence } from './partitions.ts';
import { fitSpeakingStates } from './speaking-states.ts';
import type { SpeakingStates } from './speaking-states.ts';
import { alignActivities } from './speech-grid.ts';
import { conversationEvidence } from './turn-model.ts';

/** One way to divide the speakers into conversations. */
export interface Grouping {
	/** Numbered as the chosen one is: 0, 1, ... in the order in which the speakers bring them up. */
	readonly clusters: ReadonlyMap<string, number>;
	/** Among all allowed ways, 0 to 1. */
	readonly posterior: number;
	/** Natural log of how much likelier the chosen way is; 0 for that one. */
	readonly behind: number;
}

export interface PairOutlook {
	readonly a: string;
	readonly b: string;
	/** Posterior of their being in one conversation, 0 to 1. */
	readonly together: number;
	/** The likeliest way that says the contrary about them; null where none is allowed. */
	readonly contrary: Grouping | null;
}

/** What else could be, and how likely it is. */
export interface Alternatives {
	/** The likeliest first; it is the one that was chosen. */
	readonly ranked: readonly Grouping[];
	/** All pairs, in the order of the speakers. */
	readonly pairs: readonly PairOutlook[];
	/** By speaker the likeliest way in which they talk with others than in the chosen one; null for none. */
	readonly elsewhere: ReadonlyMap<string, Grouping | null>;
}

/** Which speakers share a conversation, whatever the numbers. */
function companyKey(clusters: ReadonlyMap<string, number>, speakers: readonly string[]): string {
	const first = new Map<number | undefined, number>();
	return speakers
		.map((speaker, i) => {
			const number = clusters.get(speaker);
			// Without a conversation everyone is alone.
			if (number === undefined) return i;
			if (!first.has(number)) first.set(number, i);
			return first.get(number);
		})
		.join();
}

/** The way that puts the same people together, or null where it is none of them. */
export function groupingLike(
	{ ranked }: Alternatives,
	clusters: ReadonlyMap<string, number>,
): Grouping | null {
	const speakers = [...(ranked[0]?.clusters.keys() ?? [])];
	const wanted = companyKey(clusters, speakers);
	return ranked.find((grouping) => companyKey(grouping.clusters, speakers) === wanted) ?? null;
}

/** Who shares the speaker's conversation, themselves included. */
function company({ clusters }: Grouping, speaker: string): string {
	return [...clusters]
		.filter(([, number]) => number === clusters.get(speaker))
		.map(([id]) => id)
		.join('\n');
}

/**
 * All allowed ways by their evidence and by how likely they are at first.
 * @param speakers at most eight.
 */
export function rankGroupings(
	speakers: readonly string[],
	evidence: GroupEvidence,
	limits: GroupLimits,
): Alternatives {
	const scoreOf = partitionScore(speakers.length, limits, evidence);
	const scored = allowedPartitions(speakers.length, limits).map((partition) => ({
		clusters: numberByAppearance(speakers, partition),
		score: scoreOf(partition),
	}));
	// Stable: of equals the first stays first, which is the one that the search takes.
	scored.sort((a, b) => b.score - a.score);
	const total = logSumExp(scored.map(({ score }) => score));
	const best = present(scored[0], 'best way').score;
	const ranked = scored.map(({ clusters, score }) => ({
		clusters,
		posterior: Math.exp(score - total),
		behind: best - score,
	}));
	const chosen = present(ranked[0], 'best way');
	const together = ({ clusters }: Grouping, a: string, b: string): boolean =>
		clusters.get(a) === clusters.get(b);
	const pairs = speakers.flatMap((a, i) =>
		speakers.slice(i + 1).map((b) => ({
			a,
			b,
			together: Math.min(
				1,
				ranked
					.filter((grouping) => together(grouping, a, b))
					.reduce((sum, { posterior }) => sum + posterior, 0),
			),
			contrary:
				ranked.find((grouping) => together(grouping, a, b) !== together(chosen, a, b)) ?? null,
		})),
	);
	const elsewhere = speakers.map((speaker) => {
		const own = company(chosen, speaker);
		return [speaker, ranked.find((other) => company(other, speaker) !== own) ?? null] as const;
	});
	return { ranked, pairs, elsewhere: new Map(elsewhere) };
}

/** All groups that a conversation can have. */
function groupsOf(count: number, { fewestMembers, mostMembers }: GroupLimits): number[][] {
	const fewest = Math.min(count, fewestMembers);
	const most = Math.min(count, mostMembers ?? count);
	return indices(most - fewest + 1).flatMap((more) => [
		...combinations(indices(count), fewest + more),
	]);
}

/**
 * Weighs every allowed way to divide the speakers by the very evidence that `findConversations` goes by:
 * the first is what it chooses, with its confidence. Pauses after each group of speakers; each pause
 * gives the part that is done, 0 to 1. Null for more than eight speakers, where not all ways are tried.
 * @param speakers of a run, in its order.
 * @param limits those that the run was made with.
 */
export function* weighAlternatives(
	speakers: readonly Pick<SpeakerResult, 'speakerId' | 'activity' | 'uem'>[],
	limits: GroupLimits,
): Generator<number, Alternatives | null, undefined> {
	if (speakers.length > mostExhaustive) return null;
	const activities = speakers.map(({ activity }) => activity);
	const uems = new Map(
		speakers.flatMap(({ speakerId, uem }) => (uem ? [[speakerId, uem] as const] : [])),
	);
	const grids = alignActivities(activities, uems);
	const states: SpeakingStates[] = [];
	for (const grid of grids) {
		states.push(fitSpeakingStates(grid.logOdds));
		yield 0;
	}
	const groups = groupsOf(speakers.length, limits);
	const known = new Map<string, number>();
	for (const [done, members] of groups.entries()) {
		const evidence = conversationEvidence(members.map((i) => present(states[i], 'states')));
		known.set(members.join(), evidence);
		yield (done + 1) / groups.length;
	}
	const ids = speakers.map(({ speakerId }) => speakerId);
	const evidence = (members: readonly number[]): number =>
		present(known.get(members.join()), 'evidence');
	return rankGroupings(ids, evidence, limits);
}
