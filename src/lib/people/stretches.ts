import type { Links } from './agglomerate.ts';

/** Pieces on either side of a place whose means are compared. */
const sidePieces = 3;

/** Cosine of both sides below which somebody else may have begun. Of 0.3, 0.45, 0.6 and 0.7 the latter two count x-vectors best. */
const changeCosine = 0.6;

/** Pieces in a stretch at most: a change that is missed spoils no more than these. */
const longestPieces = 6;

/**
 * Pieces that follow each other, taken together as far as one voice goes: to the end of the speech, to a
 * place where what lies before and after it differs most and much, and to where other links begin.
 *
 * @param voices prints by piece
 * @param joins whether a piece follows the one before it without a pause
 * @param linkClass number of what a piece is linked with; only pieces of one number are taken together
 * @returns for each stretch its first piece and the one after its last
 */
export function stretchesOf(
	voices: readonly Float32Array[],
	joins: readonly boolean[],
	linkClass: readonly number[],
): (readonly [number, number])[] {
	const starts = new Set<number>([0]);
	const cosines = voices.map((_, i) => (joins[i] ? cosineAround(voices, joins, i) : -1));
	for (let i = 1; i < voices.length; i++) {
		const least =
			cosines[i]! <= (joins[i - 1] ? cosines[i - 1]! : 1) && cosines[i]! < (cosines[i + 1] ?? 1);
		const changes = least && cosines[i]! < changeCosine;
		if (!joins[i] || changes || linkClass[i] !== linkClass[i - 1]) starts.add(i);
	}
	const bounds = [...starts].sort((a, b) => a - b);
	return bounds.flatMap((first, k) => {
		const end = bounds[k + 1] ?? voices.length;
		const count = Math.ceil((end - first) / longestPieces);
		return Array.from(
			{ length: count },
			(_, part) =>
				[
					first + Math.floor((part * (end - first)) / count),
					first + Math.floor(((part + 1) * (end - first)) / count),
				] as const,
		);
	});
}

/** Numbers of what must-links hold together: equal for pieces of one group, and 0 for those without any link. */
export function linkClasses(count: number, { must = [], cannot = [] }: Links): number[] {
	const owner = Array.from({ length: count }, (_, i) => i);
	const find = (i: number): number => {
		let root = i;
		while (owner[root] !== root) root = owner[root]!;
		return root;
	};
	const linked = new Set<number>();
	for (const [a, b] of must) {
		linked.add(a).add(b);
		owner[Math.max(find(a), find(b))] = Math.min(find(a), find(b));
	}
	for (const [a, b] of cannot) linked.add(a).add(b);
	return owner.map((_, i) => (linked.has(i) ? find(i) + 1 : 0));
}

function cosineAround(
	voices: readonly Float32Array[],
	joins: readonly boolean[],
	at: number,
): number {
	let first = at;
	while (first > 0 && at - first < sidePieces && (first === at || joins[first])) first--;
	let end = at + 1;
	while (end < voices.length && end - at < sidePieces && joins[end]) end++;
	const before = sumOf(voices.slice(first, at));
	const after = sumOf(voices.slice(at, end));
	let product = 0;
	for (let k = 0; k < before.length; k++) product += before[k]! * after[k]!;
	const lengths = Math.hypot(...before) * Math.hypot(...after);
	return lengths > 0 ? product / lengths : 1;
}

/** Their sum, number by number; empty for none. */
export function sumOf(vectors: readonly Float32Array[]): Float32Array {
	const sum = new Float32Array(vectors[0]?.length ?? 0);
	for (const vector of vectors) for (let k = 0; k < sum.length; k++) sum[k] = sum[k]! + vector[k]!;
	return sum;
}
