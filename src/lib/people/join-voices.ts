import type { VoicePrint } from '../perception/voice/voice-embedder.ts';
import type { Links } from './agglomerate.ts';
import type { VoiceTuning } from './voice-tuning.ts';

/** A cluster's prints: their sum, how many, and how many that is of prints that share no sound. */
interface Cluster {
	readonly label: number;
	readonly mean: Float64Array;
	readonly count: number;
	/** Mean squared distance from the mean. */
	readonly spread: number;
}

/** Of a mean's length, what is left at least when the noise of its prints is taken off. */
const leastLength = 0.2;

export interface JoinedVoices {
	readonly labels: readonly number[];
	/** Likeness of each pair that was joined, and of the next one that was not. */
	readonly likenesses: readonly number[];
}

/**
 * Joins clusters that are one voice, the two that are most alike first, and on as long as there are more than
 * `most`, but never to fewer than `least`. Two clusters are as alike as the cosine of their mean prints,
 * freed of what the noise of few prints takes from it.
 *
 * @param labels the cluster of each piece; pieces without a print do not count
 */
export function joinVoices(
	prints: readonly (VoicePrint | null)[],
	labels: readonly number[],
	{ cannot = [] }: Links,
	{ least, most }: { readonly least: number; readonly most: number },
	tuning: VoiceTuning,
): JoinedVoices {
	let current = [...labels];
	const likenesses: number[] = [];
	for (;;) {
		const apart = new Set(cannot.map(([a, b]) => pairKey(current[a]!, current[b]!)));
		const clusters = clustersOf(prints, current);
		const pair = mostAlike(clusters, apart, tuning.stepSeconds / tuning.windowSeconds);
		if (pair === null) break;
		likenesses.push(pair.likeness);
		const enough = clusters.length <= most && pair.likeness < tuning.mergeCosine;
		if (enough || clusters.length <= least) break;
		current = current.map((label) => (label === pair.joined ? pair.kept : label));
	}
	return { labels: current, likenesses };
}

function clustersOf(prints: readonly (VoicePrint | null)[], labels: readonly number[]): Cluster[] {
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
		.map(([label, own]) => {
			const mean = new Float64Array(own[0]!.length);
			for (const print of own) {
				for (let d = 0; d < mean.length; d++) mean[d] = mean[d]! + print[d]! / own.length;
			}
			// Prints have length 1, so what the mean lacks of it is their spread.
			const spread = 1 - mean.reduce((sum, value) => sum + value * value, 0);
			return { label, mean, count: own.length, spread };
		});
}

function mostAlike(
	clusters: readonly Cluster[],
	apart: ReadonlySet<string>,
	share: number,
): { kept: number; joined: number; likeness: number } | null {
	let best: { kept: number; joined: number; likeness: number } | null = null;
	for (const [i, a] of clusters.entries()) {
		for (const b of clusters.slice(i + 1)) {
			if (apart.has(pairKey(a.label, b.label))) continue;
			let product = 0;
			for (let d = 0; d < a.mean.length; d++) product += a.mean[d]! * b.mean[d]!;
			const likeness = product / Math.sqrt(ownLength(a, share) * ownLength(b, share));
			if (best === null || likeness > best.likeness) {
				best = { kept: a.label, joined: b.label, likeness };
			}
		}
	}
	return best;
}

/** Squared length of a mean without the noise in it: neighbouring prints share most of their sound. */
function ownLength({ spread, count }: Cluster, share: number): number {
	const length = 1 - spread;
	return Math.max(leastLength * length, length - spread / Math.max(1, count * share));
}

function pairKey(a: number, b: number): string {
	return a < b ? `${a} ${b}` : `${b} ${a}`;
}
