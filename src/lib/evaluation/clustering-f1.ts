import { roundToFourDecimals } from './decimal-rounding.ts';

/** Conversation number by speaker. The numbers themselves mean nothing, only whether they are equal. */
type Clusters = ReadonlyMap<string, number>;

interface PairCounts {
	truePositives: number;
	falsePositives: number;
	falseNegatives: number;
}

function countPairs(
	pairs: Iterable<readonly [string, string]>,
	truth: Clusters,
	found: Clusters,
): PairCounts {
	const counts: PairCounts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };
	for (const [a, b] of pairs) {
		const together = truth.get(a) === truth.get(b);
		const foundTogether = found.get(a) === found.get(b);
		if (together && foundTogether) counts.truePositives += 1;
		else if (foundTogether) counts.falsePositives += 1;
		else if (together) counts.falseNegatives += 1;
	}
	return counts;
}

/** Without a true positive 0, even where there was nothing to find and nothing was claimed. */
function f1Of({ truePositives, falsePositives, falseNegatives }: PairCounts): number {
	if (truePositives === 0) return 0;
	const precision = truePositives / (truePositives + falsePositives);
	const recall = truePositives / (truePositives + falseNegatives);
	return (2 * precision * recall) / (precision + recall);
}

function requireAll(truth: Clusters, found: Clusters): string[] {
	const speakers = [...truth.keys()];
	const missing = speakers.filter((speaker) => !found.has(speaker));
	if (missing.length > 0) throw new TypeError(`No conversation given for ${missing.join(', ')}`);
	return speakers;
}

/**
 * F1 of "these two are in one conversation" over all pairs of the speakers in `truth`, as the MCoRec
 * scorer has it (`pairwise_f1_score`); not rounded. When nobody talks with anybody it is 0 even
 * for a perfect answer.
 * @throws TypeError when `found` lacks a speaker of `truth`; further speakers in it are ignored.
 */
export function pairwiseF1(truth: Clusters, found: Clusters): number {
	const speakers = requireAll(truth, found);
	const pairs = speakers.flatMap((a, i) => speakers.slice(i + 1).map((b) => [a, b] as const));
	return f1Of(countPairs(pairs, truth, found));
}

/**
 * The same for each speaker over the pairs that they are in (`pairwise_f1_score_per_speaker`), rounded
 * to four decimals. Somebody who truly talks with nobody always gets 0.
 * @throws TypeError when `found` lacks a speaker of `truth`.
 */
export function speakerF1(truth: Clusters, found: Clusters): Map<string, number> {
	const speakers = requireAll(truth, found);
	return new Map(
		speakers.map((speaker) => {
			const others = speakers.filter((other) => other !== speaker);
			const pairs = others.map((other) => [speaker, other] as const);
			return [speaker, roundToFourDecimals(f1Of(countPairs(pairs, truth, found)))];
		}),
	);
}
