import type { VoicePrint } from '../perception/voice/voice-embedder.ts';
import type { Links } from './agglomerate.ts';
import { sumOf } from './stretches.ts';

export interface JoinedVoices {
	readonly labels: readonly number[];
	/** Likeness of each pair that was joined, in order. */
	readonly joined: readonly number[];
	/** Likeness of each pair that would have been joined next, down to a single voice. */
	readonly open: readonly number[];
}

/** How clusters are joined. */
export interface JoinRules {
	readonly least: number;
	readonly most: number;
	/** From here on two clusters are one voice. */
	readonly mergeCosine: number;
	/** What is added to the likeness of clusters of one print each, as little is known of how alike those are. */
	readonly doubtCosine: number;
}

/**
 * Joins clusters that are one voice, the two that are most alike first, and on as long as there are more than
 * `most`, but never to fewer than `least`. Two clusters are as alike as their prints are on average: the mean
 * cosine of all pairs (average linkage), and more where few prints say so: the error of such a mean falls with
 * the root of their number, and it takes much to say that little speech is another person's.
 *
 * Clusters are settled after each of the joins, since two of one voice share what they have of another's, and only
 * clusters of one voice each say how alike two voices are.
 *
 * @param labels the cluster of each piece; pieces without a print do not count
 * @param settle gives pieces to the clusters that they are nearest to
 */
export function joinVoices(
	prints: readonly (VoicePrint | null)[],
	labels: readonly number[],
	{ cannot = [] }: Links,
	{ least, most, mergeCosine, doubtCosine }: JoinRules,
	settle: (labels: readonly number[]) => readonly number[],
): JoinedVoices {
	let current = labels;
	let result: readonly number[] | null = null;
	const joined: number[] = [];
	const open: number[] = [];
	for (;;) {
		const apart = new Set(cannot.map(([a, b]) => pairKey(current[a]!, current[b]!)));
		const clusters = clustersOf(prints, current);
		const pair = mostAlike(clusters, apart, doubtCosine);
		if (pair === null) return { labels: result ?? current, joined, open };
		const enough = clusters.length <= most && pair.likeness < mergeCosine;
		if (enough || clusters.length <= least) result ??= current;
		(result === null ? joined : open).push(pair.likeness);
		current = settle(current.map((label) => (label === pair.joined ? pair.kept : label)));
	}
}

interface Cluster {
	readonly label: number;
	readonly size: number;
	readonly mean: Float32Array;
}

/** The clusters of the prints, in order of the labels. */
function clustersOf(
	prints: readonly (VoicePrint | null)[],
	labels: readonly number[],
): readonly Cluster[] {
	const members = new Map<number, VoicePrint[]>();
	labels.forEach((label, i) => {
		const print = prints[i];
		if (!print) return;
		const own = members.get(label);
		if (own) own.push(print);
		else members.set(label, [print]);
	});
	return [...members]
		.sort(([a], [b]) => a - b)
		.map(([label, own]) => ({
			...{ label, size: own.length },
			mean: sumOf(own).map((value) => value / own.length),
		}));
}

function mostAlike(
	clusters: readonly Cluster[],
	apart: ReadonlySet<string>,
	doubtCosine: number,
): { kept: number; joined: number; likeness: number } | null {
	let best: { kept: number; joined: number; likeness: number } | null = null;
	for (const [i, a] of clusters.entries()) {
		for (const b of clusters.slice(i + 1)) {
			if (apart.has(pairKey(a.label, b.label))) continue;
			// The product of two means is the mean of all products.
			const cosine = a.mean.reduce((sum, value, d) => sum + value * b.mean[d]!, 0);
			const likeness = cosine + doubtCosine * Math.sqrt(0.5 / a.size + 0.5 / b.size);
			if (best === null || likeness > best.likeness) {
				best = { kept: a.label, joined: b.label, likeness };
			}
		}
	}
	return best;
}

function pairKey(a: number, b: number): string {
	return a < b ? `${a} ${b}` : `${b} ${a}`;
}
