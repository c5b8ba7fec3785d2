import { cosineOf, meanPrint } from '../perception/voice/voice-embedder.ts';
import type { VoicePrint } from '../perception/voice/voice-embedder.ts';

/** The mean print of each cluster that has members. */
function centroidsOf(
	prints: readonly VoicePrint[],
	labels: readonly number[],
): Map<number, VoicePrint> {
	const members = new Map<number, VoicePrint[]>();
	labels.forEach((label, i) => {
		const own = members.get(label) ?? [];
		own.push(prints[i]!);
		members.set(label, own);
	});
	return new Map([...members].map(([label, own]) => [label, meanPrint(own)]));
}

/** The cluster whose centroid is nearest, of equal ones the first. @throws TypeError for no centroids. */
export function nearestOf(print: VoicePrint, centroids: ReadonlyMap<number, VoicePrint>): number {
	let best: number | null = null;
	let highest = -Infinity;
	for (const [label, centroid] of centroids) {
		const cosine = cosineOf(print, centroid);
		if (cosine <= highest) continue;
		highest = cosine;
		best = label;
	}
	if (best === null) throw new TypeError('There are no clusters');
	return best;
}

/** Members of clusters that are no larger than this go to the nearest of the others; with none, all are one. */
export function withoutMinor(
	prints: readonly VoicePrint[],
	labels: readonly number[],
	largestMinor: number,
): number[] {
	const sizes = new Map<number, number>();
	for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
	const isMajor = (label: number): boolean => (sizes.get(label) ?? 0) > largestMinor;
	if (!labels.some(isMajor)) return labels.map(() => 0);
	const centroids = new Map([...centroidsOf(prints, labels)].filter(([label]) => isMajor(label)));
	return labels.map((label, i) => (isMajor(label) ? label : nearestOf(prints[i]!, centroids)));
}

/** The two clusters whose centroids are nearest are joined, the nearest first, down to a cosine. */
export function mergedByCentroid(
	prints: readonly VoicePrint[],
	labels: readonly number[],
	leastCosine: number,
): number[] {
	let current = [...labels];
	for (;;) {
		const centroids = [...centroidsOf(prints, current)].sort(([a], [b]) => a - b);
		let best: readonly [number, number] | null = null;
		let highest = leastCosine;
		for (const [i, [a, first]] of centroids.entries()) {
			for (const [b, second] of centroids.slice(i + 1)) {
				const cosine = cosineOf(first, second);
				if (cosine < highest || (best !== null && cosine === highest)) continue;
				best = [a, b];
				highest = cosine;
			}
		}
		if (best === null) return current;
		const [kept, joined] = best;
		current = current.map((label) => (label === joined ? kept : label));
	}
}
