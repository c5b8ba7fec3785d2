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

/**
 * Joins clusters that are one voice, the two that are most alike first, and on as long as there are more than
 * `most`, but never to fewer than `least`. Two clusters are as alike as their prints are on average: the mean
 * cosine of all pairs (average linkage), which does not depend on how many there are.
 *
 * @param labels the cluster of each piece; pieces without a print do not count
 * @param mergeCosine from here on two clusters are one voice
 */
export function joinVoices(
	prints: readonly (VoicePrint | null)[],
	labels: readonly number[],
	{ cannot = [] }: Links,
	{ least, most }: { readonly least: number; readonly most: number },
	mergeCosine: number,
): JoinedVoices {
	let current = [...labels];
	let result: readonly number[] | null = null;
	const joined: number[] = [];
	const open: number[] = [];
	for (;;) {
		const apart = new Set(cannot.map(([a, b]) => pairKey(current[a]!, current[b]!)));
		const means = meansOf(prints, current);
		const pair = mostAlike(means, apart);
		if (pair === null) return { labels: result ?? current, joined, open };
		const enough = means.length <= most && pair.likeness < mergeCosine;
		if (enough || means.length <= least) result ??= current;
		(result === null ? joined : open).push(pair.likeness);
		current = current.map((label) => (label === pair.joined ? pair.kept : label));
	}
}

/** The mean print of each cluster, in order of the labels. */
function meansOf(
	prints: readonly (VoicePrint | null)[],
	labels: readonly number[],
): (readonly [number, Float32Array])[] {
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
		.map(([label, own]) => [label, sumOf(own).map((value) => value / own.length)]);
}

function mostAlike(
	means: readonly (readonly [number, Float32Array])[],
	apart: ReadonlySet<string>,
): { kept: number; joined: number; likeness: number } | null {
	let best: { kept: number; joined: number; likeness: number } | null = null;
	for (const [i, [kept, a]] of means.entries()) {
		for (const [joined, b] of means.slice(i + 1)) {
			if (apart.has(pairKey(kept, joined))) continue;
			// The product of two means is the mean of all products.
			const likeness = a.reduce((sum, value, d) => sum + value * b[d]!, 0);
			if (best === null || likeness > best.likeness) best = { kept, joined, likeness };
		}
	}
	return best;
}

function pairKey(a: number, b: number): string {
	return a < b ? `${a} ${b}` : `${b} ${a}`;
}
