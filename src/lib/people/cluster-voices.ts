import type { VoicePrint } from '../perception/voice/voice-embedder.ts';
import { agglomerate, clustersAfter, cosineMatrix, inOrder } from './agglomerate.ts';
import type { Links } from './agglomerate.ts';
import { followVoices } from './follow-voices.ts';
import type { HeardPieces } from './follow-voices.ts';
import { joinVoices } from './join-voices.ts';
import { linkClasses, stretchesOf, sumOf } from './stretches.ts';
import type { VoiceTuning } from './voice-tuning.ts';

/** Voices that are told apart at first; those that are one are joined afterwards. */
const firstCount = 20;

/** Stretches at most that clusters are formed of; the rest is given to the nearest. */
const mostStretches = 1500;

/**
 * Pieces of the smallest voice that is believed: a share of all, within bounds. Before voices are joined
 * more is asked for, as the mean of few prints says little about who it is.
 */
const smallest = {
	beforeJoining: { share: 1 / 30, least: 6, most: 12 },
	afterJoining: { share: 1 / 50, least: 6, most: 8 },
} as const;

/** Of 0, a half, 0.7 and 1, equal error rates within ten recordings fall up to 1, and one voice stays one up to 0.7. */
const commonShare = 0.5;

/** Rounds of following the voices and learning their means from that. */
const rounds = 3;

/** What is known of the number of voices. */
export interface CountBounds {
	readonly least: number;
	readonly most: number;
}

/** A recording's pieces, ready to be given to voices. */
export interface VoiceEvidence {
	/** In order; null where nothing could be heard of a voice. */
	readonly prints: readonly (VoicePrint | null)[];
	readonly joins: readonly boolean[];
	readonly links: Links;
}

export interface VoiceClusters {
	/** Number of the voice of each piece, from 0 on in the order in which they are first heard. */
	readonly labels: readonly number[];
	/** How alike the voices were that were joined, and those that would have been next, in order. */
	readonly joined: readonly number[];
	readonly open: readonly number[];
	/** Voices there are after the last join. */
	readonly count: number;
	readonly heard: HeardPieces;
}

/**
 * Gives each piece to a voice. Stretches of one voice are clustered finely by their prints; the voices are
 * followed through the recording; small ones are given to the others; and those whose prints are alike are
 * joined, while voices are followed anew after each of the joins. Nothing in it is left to chance.
 */
export function clusterVoices(
	{ prints, joins, links }: VoiceEvidence,
	{ least, most }: CountBounds,
	tuning: VoiceTuning,
): VoiceClusters {
	const classes = linkClasses(prints.length, links);
	const fixed = classes.map((number) => number > 0);
	const heard: HeardPieces = { voices: withoutCommon(prints), joins, fixed };
	const start = firstClusters(heard, classes, links, Math.max(firstCount, least));
	const follow = (now: readonly number[]): readonly number[] => {
		const next = followVoices(heard, now, rounds);
		// A voice that nothing is left of was there all the same when so many are asked for.
		return new Set(next).size < Math.min(least, new Set(now).size) ? now : next;
	};
	const settle = (now: readonly number[]): readonly number[] =>
		withoutSmall(heard, follow(now), smallest.beforeJoining, least);
	const joined = joinVoices(prints, settle(start), links, { least, most, ...tuning }, settle);
	const labels = inOrder(withoutSmall(heard, follow(joined.labels), smallest.afterJoining, least));
	const count = new Set(labels).size;
	return { labels, joined: joined.joined, open: joined.open, count, heard };
}

/**
 * Prints without half of what all of a recording's have in common: its channel and its room, which say nothing of who talks. All
 * of it would leave nothing of somebody who talks alone. Only which voice a piece is nearest to is judged by these: how alike
 * two voices are has its meaning from what is common.
 */
function withoutCommon(prints: VoiceEvidence['prints']): HeardPieces['voices'] {
	const known = prints.filter((print) => print !== null);
	const common = sumOf(known).map((value) => (commonShare * value) / known.length);
	return prints.map((print) => {
		if (!print) return null;
		const own = print.map((value, d) => value - common[d]!);
		const length = Math.hypot(...own);
		return length > 0 ? own.map((value) => value / length) : print;
	});
}

/** Clusters of stretches, `count` of them where so many can be told apart. */
function firstClusters(
	{ voices, joins }: HeardPieces,
	classes: readonly number[],
	links: Links,
	count: number,
): number[] {
	const at = voices.flatMap((voice, i) => (voice ? [i] : []));
	if (at.length === 0) return voices.map(() => 0);
	const follows = at.map((i, k) => joins[i]! && at[k - 1] === i - 1);
	const known = at.map((i) => voices[i]!);
	const stretches = stretchesOf(
		known,
		follows,
		at.map((i) => classes[i]!),
	);
	const step = Math.ceil(stretches.length / mostStretches);
	const isLinked = (k: number): boolean => classes[at[stretches[k]![0]]!]! > 0;
	const chosen = stretches.flatMap((_, k) => (k % step === 0 || isLinked(k) ? [k] : []));
	// Of the mean, not its direction: their products are the mean cosines of all pairs of prints.
	const means = stretches.map(([first, end]) =>
		sumOf(known.slice(first, end)).map((value) => value / (end - first)),
	);
	const chosenMeans = chosen.map((k) => means[k]!);
	const position = new Map<number, number>();
	chosen.forEach((k, p) => {
		for (let i = stretches[k]![0]; i < stretches[k]![1]; i++) position.set(at[i]!, p);
	});
	const among = (pairs: Links['must']): [number, number][] =>
		(pairs ?? []).flatMap(([a, b]) => {
			const [one, other] = [position.get(a), position.get(b)];
			return one === undefined || other === undefined || one === other ? [] : [[one, other]];
		});
	const merges = agglomerate(chosen.length, cosineMatrix(chosenMeans), {
		must: among(links.must),
		cannot: among(links.cannot),
	});
	const linked = merges.filter((merge) => merge.linked).length;
	const wanted = Math.max(linked, chosen.length - count);
	const clusters = clustersAfter(chosen.length, merges.slice(0, wanted));
	const sums = new Map<number, Float32Array>();
	for (const cluster of new Set(clusters)) {
		sums.set(cluster, sumOf(chosenMeans.filter((_, p) => clusters[p] === cluster)));
	}
	const labels = voices.map(() => 0);
	stretches.forEach(([first, end], k) => {
		const p = chosen.indexOf(k);
		const label = p >= 0 ? clusters[p]! : nearest(means[k]!, sums);
		for (let i = first; i < end; i++) labels[at[i]!] = label;
	});
	return withUnheard(voices, labels);
}

/** What could not be heard goes with what comes before it, or after it. */
function withUnheard(voices: HeardPieces['voices'], labels: readonly number[]): number[] {
	let last = labels[voices.findIndex((voice) => voice !== null)] ?? 0;
	return labels.map((label, i) => (last = voices[i] ? label : last));
}

function nearest(vector: Float32Array, sums: ReadonlyMap<number, Float32Array>): number {
	let best = 0;
	let highest = -Infinity;
	for (const [label, sum] of sums) {
		let product = 0;
		for (let d = 0; d < sum.length; d++) product += sum[d]! * vector[d]!;
		const cosine = product / (Math.hypot(...sum) || 1);
		if (cosine <= highest) continue;
		highest = cosine;
		best = label;
	}
	return best;
}

/**
 * Voices with too little speech to be believed are given up, the smallest first, as long as `least` are
 * left. One that is linked is somebody who is seen, however little they say.
 */
function withoutSmall(
	heard: HeardPieces,
	labels: readonly number[],
	size: { readonly share: number; readonly least: number; readonly most: number },
	least: number,
): number[] {
	const share = Math.round(size.share * labels.length);
	const needed = Math.min(size.most, Math.max(size.least, share));
	let current = [...labels];
	for (;;) {
		const sizes = new Map<number, number>();
		const linked = new Set<number>();
		current.forEach((label, i) => {
			if (heard.voices[i]) sizes.set(label, (sizes.get(label) ?? 0) + 1);
			if (heard.fixed[i]) linked.add(label);
		});
		const small = [...sizes]
			.filter(([label, size]) => size < needed && !linked.has(label))
			.sort((a, b) => a[1] - b[1])[0]?.[0];
		if (small === undefined || sizes.size <= Math.max(1, least)) return current;
		const sums = new Map<number, Float32Array>();
		for (const label of sizes.keys()) {
			const own = heard.voices.flatMap((voice, i) =>
				voice && current[i] === label ? [voice] : [],
			);
			if (label !== small) sums.set(label, sumOf(own));
		}
		const given = current.map((label, i) => {
			const voice = heard.voices[i];
			return voice && label === small ? nearest(voice, sums) : label;
		});
		current = withUnheard(heard.voices, given);
	}
}
