import type { TimeRange } from '../domain/time-range.ts';
import { roundHalfEven } from '../signal/round-half-even.ts';
import { mapByErrorRate, mapGreedily } from './dover-lap-labels.ts';
import type { Mapped } from './dover-lap-labels.ts';
import { cellsOf, joinedRanges, joinedTurns } from './speaker-turns.ts';
import type { SpeakerTurns } from './speaker-turns.ts';

export interface DoverLapOptions {
	/** How speakers are matched. The greedy way is the paper's; it takes time that grows with every input. */
	readonly mapping?: 'greedy' | 'hungarian';
	/** Weight of each hypothesis; where not given, by how much it agrees with the others. */
	readonly weights?: readonly number[];
	/** Width of the filter over the stretches, in stretches: 0.01 (none) in upstream's code, 0.5 on its command line. */
	readonly sigma?: number;
	/**
	 * Weights as upstream's code has them, not as its paper means them: the greedy mapping gives the least
	 * agreeing hypothesis the most, and the other gives weights to the hypotheses in another order than
	 * that in which it takes their turns.
	 */
	readonly upstreamWeights?: boolean;
}

export interface DoverLapResult {
	/** Turns by label. */
	readonly turns: SpeakerTurns;
	/** The label of each speaker, by hypothesis. */
	readonly labels: readonly ReadonlyMap<string, string>[];
	/** Of each hypothesis; their sum is 1. */
	readonly weights: readonly number[];
}

/** Stretches up to this long have no vote, in seconds. */
const shortestSeconds = 1e-3;
/** Weights fall with the rank to the power of this. */
const rankExponent = 0.1;

function normalised(weights: readonly number[]): readonly number[] {
	const sum = weights.reduce((all, weight) => all + weight, 0);
	return weights.map((weight) => weight / sum);
}

/** Upstream sums only what lies along an axis longer than one: who has one speaker agrees with nobody. */
function upstreamGreedyOrder(
	{ measure }: Mapped,
	turns: readonly SpeakerTurns[],
): readonly number[] {
	const agreement = measure.map((sum, at) => (turns[at]!.size === 1 ? 0 : sum));
	return [...turns.keys()].sort((a, b) => agreement[a]! - agreement[b]!);
}

function rankWeights(
	mapped: Mapped,
	turns: readonly SpeakerTurns[],
	{ mapping, upstreamWeights }: DoverLapOptions,
): readonly number[] {
	const byRank = normalised(turns.map((_, rank) => 1 / (rank + 1) ** rankExponent));
	const isUpstreamGreedy = upstreamWeights && mapping !== 'hungarian';
	const order = isUpstreamGreedy ? upstreamGreedyOrder(mapped, turns) : mapped.order;
	const weights = turns.map(() => 0);
	for (const [rank, at] of order.entries()) weights[at] = byRank[rank]!;
	if (!upstreamWeights || isUpstreamGreedy) return weights;
	// The turns are sorted there, the weights are not.
	const misplaced = turns.map(() => 0);
	for (const [place, at] of order.entries()) misplaced[at] = weights[place]!;
	return misplaced;
}

/** A Gaussian over a series, its ends repeated beyond it, as `gaussian_filter1d` with mode "nearest". */
function smoothed(series: readonly number[], sigma: number): readonly number[] {
	const radius = Math.floor(4 * sigma + 0.5);
	if (radius === 0) return series;
	const kernel = normalised(
		Array.from({ length: 2 * radius + 1 }, (_, at) =>
			Math.exp(-0.5 * ((at - radius) / sigma) ** 2),
		),
	);
	return series.map((_, at) =>
		kernel.reduce((sum, weight, offset) => {
			const place = Math.min(Math.max(at + offset - radius, 0), series.length - 1);
			return sum + weight * series[place]!;
		}, 0),
	);
}

/** Votes of each stretch on each label, in upstream's single precision: by it ties are ties. */
function vote(
	hypotheses: readonly SpeakerTurns[],
	labels: readonly string[],
	weights: readonly number[],
	sigma: number,
): ReadonlyMap<string, readonly TimeRange[]> {
	const stretches: TimeRange[] = [];
	const votes = labels.map((): number[] => []);
	for (const { startSeconds, endSeconds, active } of cellsOf(hypotheses)) {
		if (endSeconds - startSeconds <= shortestSeconds) continue;
		stretches.push({ startSeconds, endSeconds });
		for (const [at, label] of labels.entries()) {
			const sum = weights.reduce(
				(all, weight, one) => all + (active[one]!.has(label) ? weight : 0),
				0,
			);
			votes[at]!.push(Math.fround(sum));
		}
	}
	const smooth = votes.map((series) => smoothed(series, sigma).map(Math.fround));
	const turns = new Map(labels.map((label) => [label, [] as TimeRange[]]));
	for (const [at, stretch] of stretches.entries()) {
		const own = smooth.map((series) => series[at]!);
		const speaking = roundHalfEven(Math.fround(own.reduce((sum, one) => sum + one, 0)));
		for (const [place, label] of labels.entries()) {
			const rank = 1 + own.filter((one) => one > own[place]!).length;
			if (rank <= speaking && own[place]! > 0) turns.get(label)?.push(stretch);
		}
	}
	return turns;
}

/**
 * One answer out of several to who speaks when (DOVER-Lap; Raj et al., SLT 2021): their speakers are
 * matched, and where they differ the majority has it, by weight. Of two there is no majority: each
 * disagreement would go to the same one, so at least three are asked for.
 *
 * @throws TypeError for fewer than three hypotheses, weights that are none, or more speakers than the
 * greedy mapping can weigh (two million tuples).
 */
export function doverLap(
	hypotheses: readonly SpeakerTurns[],
	options: DoverLapOptions = {},
): DoverLapResult {
	if (hypotheses.length < 3) {
		throw new TypeError(`DOVER-Lap needs three hypotheses or more, not ${hypotheses.length}`);
	}
	const given = options.weights;
	const sum = given?.reduce((all, weight) => all + weight, 0) ?? 1;
	if (
		given &&
		(given.length !== hypotheses.length ||
			!given.every((weight) => weight >= 0) ||
			!(sum > 0) ||
			sum === Infinity)
	) {
		throw new TypeError(`Not weights of ${hypotheses.length} hypotheses: ${given.join(', ')}`);
	}
	const turns = hypotheses.map((one) => joinedTurns(one, null));
	// Silence has no speaker to match, but a weight: it outvotes.
	const speaking = turns.filter(({ size }) => size > 0);
	const mapped = options.mapping === 'hungarian' ? mapByErrorRate(speaking) : mapGreedily(speaking);
	const silent = [...turns.keys()].filter((at) => turns[at]!.size === 0);
	const places = [...turns.keys()].filter((at) => turns[at]!.size > 0);
	const whole: Mapped = {
		labels: turns.map((_, at) => mapped.labels[places.indexOf(at)] ?? new Map<string, number>()),
		order: [...mapped.order.map((at) => places[at]!), ...silent],
		measure: turns.map((_, at) => mapped.measure[places.indexOf(at)] ?? 0),
	};
	const weights = given ? normalised(given) : rankWeights(whole, turns, options);

	const labels = whole.labels.map(
		(own) => new Map([...own].map(([name, label]) => [name, String(label)])),
	);
	const relabelled = turns.map((own, at) => {
		const byLabel = new Map<string, readonly TimeRange[]>();
		for (const [name, ranges] of own) {
			const label = labels[at]!.get(name) ?? name;
			byLabel.set(label, [...(byLabel.get(label) ?? []), ...ranges]);
		}
		return joinedTurns(byLabel, null);
	});
	const all = [...new Set(labels.flatMap((own) => [...own.values()]))];
	const voted = vote(relabelled, all, weights, options.sigma ?? 0.01);
	const joined = [...voted].map(([label, ranges]) => [label, joinedRanges(ranges, null)] as const);
	return { turns: new Map(joined.filter(([, ranges]) => ranges.length > 0)), labels, weights };
}
