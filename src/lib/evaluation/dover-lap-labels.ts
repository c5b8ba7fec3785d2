import { compareTurns, derProtocols, diarisationErrorRate, diarisationErrors } from './der.ts';
import { mappingByTime, sharedSeconds } from './speaker-mapping.ts';
import { joinedTurns, totalSeconds } from './speaker-turns.ts';
import type { SpeakerTurns } from './speaker-turns.ts';

/** Labels that several hypotheses share, by each one's own names of its speakers. */
export type CommonLabels = readonly ReadonlyMap<string, number>[];

/** So many ways to choose a speaker of each hypothesis are weighed at most. */
const mostTuples = 2_000_000;

/** A hypothesis' speakers in the order of their names, as upstream takes them. */
const namesOf = (turns: SpeakerTurns): readonly string[] => [...turns.keys()].sort();

/** Shared over joint time of each two speakers, rows and columns in the order of `namesOf`. */
function sharesOf(a: SpeakerTurns, b: SpeakerTurns): readonly (readonly number[])[] {
	const shared = sharedSeconds(a, b);
	const lengths = (turns: SpeakerTurns): ReadonlyMap<string, number> =>
		new Map([...turns].map(([name, ranges]) => [name, totalSeconds(ranges)]));
	const [lengthsOfA, lengthsOfB] = [lengths(a), lengths(b)];
	return namesOf(a).map((one) =>
		namesOf(b).map((other) => {
			const both = shared.get(one)?.get(other) ?? 0;
			return both / ((lengthsOfA.get(one) ?? 0) + (lengthsOfB.get(other) ?? 0) - both);
		}),
	);
}

interface PairShares {
	readonly first: number;
	readonly second: number;
	readonly shares: readonly (readonly number[])[];
}

function allShares(hypotheses: readonly SpeakerTurns[]): readonly PairShares[] {
	return hypotheses.flatMap((a, first) =>
		hypotheses.slice(first + 1).map((b, at) => {
			return { first, second: first + 1 + at, shares: sharesOf(a, b) };
		}),
	);
}

/** The tuples of speakers, each a place in `namesOf` by hypothesis; those that agree most first. */
function tuplesByAgreement(
	sizes: readonly number[],
	pairs: readonly PairShares[],
): readonly (readonly number[])[] {
	const count = sizes.reduce((product, size) => product * size, 1);
	if (count > mostTuples) {
		throw new TypeError(`Too many speakers for the greedy mapping: ${count} tuples`);
	}
	const tuples = Array.from({ length: count }, (_, index) => {
		const tuple = sizes.map(() => 0);
		for (let at = sizes.length - 1, rest = index; at >= 0; at--) {
			tuple[at] = rest % sizes[at]!;
			rest = Math.floor(rest / sizes[at]!);
		}
		const agreement = pairs.reduce(
			(sum, { first, second, shares }) => sum + shares[tuple[first]!]![tuple[second]!]!,
			0,
		);
		return { tuple, agreement };
	});
	return tuples.sort((a, b) => b.agreement - a.agreement).map(({ tuple }) => tuple);
}

/**
 * DOVER-Lap's greedy mapping: the tuple of speakers that agree most has a label, then the next that
 * shares no speaker with one before, and so on; again for those who are left, until everybody has one.
 */
function greedyLabels(
	hypotheses: readonly SpeakerTurns[],
	pairs: readonly PairShares[],
): CommonLabels {
	const names = hypotheses.map(namesOf);
	const labels = names.map(() => new Map<string, number>());
	const tuples = tuplesByAgreement(
		names.map(({ length }) => length),
		pairs,
	);
	let next = 0;
	let rest = tuples;
	while (rest.length > 0) {
		const taken = names.map(() => new Set<number>());
		for (const tuple of rest) {
			if (tuple.some((speaker, at) => taken[at]!.has(speaker))) continue;
			for (const [at, speaker] of tuple.entries()) {
				taken[at]!.add(speaker);
				const name = names[at]![speaker]!;
				if (!labels[at]!.has(name)) labels[at]!.set(name, next);
			}
			next++;
		}
		rest = rest.filter((tuple) =>
			tuple.some((speaker, at) => !labels[at]!.has(names[at]![speaker]!)),
		);
	}
	return labels;
}

/** Labels, and how much each hypothesis agrees with the others: a rank by it, 0 the most agreeing. */
export interface Mapped {
	readonly labels: CommonLabels;
	/** Places of the hypotheses, the most agreeing first. */
	readonly order: readonly number[];
	/** What each is ranked by: sum of shares (more is better), or mean error rate (less is). */
	readonly measure: readonly number[];
}

/** @param turns as of `joinedTurns`; each with at least one speaker. */
export function mapGreedily(turns: readonly SpeakerTurns[]): Mapped {
	const pairs = allShares(turns);
	const measure = turns.map((_, at) =>
		pairs
			.filter(({ first, second }) => first === at || second === at)
			.reduce((sum, { shares }) => sum + shares.flat().reduce((all, one) => all + one, 0), 0),
	);
	const order = [...turns.keys()].sort((a, b) => measure[b]! - measure[a]!);
	return { labels: greedyLabels(turns, pairs), order, measure };
}

/** Mean diarisation error rate of each hypothesis with the others as its reference. */
function meanErrorRates(turns: readonly SpeakerTurns[]): readonly number[] {
	const ends = turns.flatMap((own) => [...own.values()].flat().map(({ endSeconds }) => endSeconds));
	const starts = turns.flatMap((own) =>
		[...own.values()].flat().map(({ startSeconds }) => startSeconds),
	);
	const uem = {
		startSeconds: starts.reduce((least, one) => Math.min(least, one), Infinity),
		endSeconds: ends.reduce((most, one) => Math.max(most, one), -Infinity),
	};
	return turns.map((own, at) => {
		const rates = turns.toSpliced(at, 1).map((other) => {
			const errors = diarisationErrors(compareTurns(other, own, uem), derProtocols.full);
			return diarisationErrorRate(errors) ?? 0;
		});
		return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
	});
}

/**
 * Maps one hypothesis after the other to all before it together, the most agreeing first, as the error
 * rate maps speakers.
 * @param turns as of `joinedTurns`; each with at least one speaker.
 */
export function mapByErrorRate(turns: readonly SpeakerTurns[]): Mapped {
	const measure = meanErrorRates(turns);
	const order = [...turns.keys()].sort((a, b) => measure[a]! - measure[b]!);
	const labels = turns.map(() => new Map<string, number>());
	let known: SpeakerTurns = new Map();
	let next = 0;
	for (const at of order) {
		const own = turns[at]!;
		const mapping = mappingByTime(sharedSeconds(known, own), own);
		const merged = new Map(known);
		for (const name of namesOf(own)) {
			const label = mapping.get(name) ?? String(next++);
			labels[at]!.set(name, Number(label));
			merged.set(label, [...(merged.get(label) ?? []), ...(own.get(name) ?? [])]);
		}
		known = joinedTurns(merged, null);
	}
	return { labels, order, measure };
}
