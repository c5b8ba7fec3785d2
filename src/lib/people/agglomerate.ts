import { cosineOf } from '../perception/voice/voice-embedder.ts';
import type { VoicePrint } from '../perception/voice/voice-embedder.ts';

/** What is known of pieces apart from how they sound, as pairs of indices. */
export interface Links {
	/** Of one person. */
	readonly must?: readonly (readonly [number, number])[];
	/** Of two people. */
	readonly cannot?: readonly (readonly [number, number])[];
}

/** Two clusters that became one; each is named by its smallest member. */
export interface Merge {
	readonly kept: number;
	readonly joined: number;
	/** Mean over all pairs between them; 1 for a must-link. */
	readonly likeness: number;
	readonly linked: boolean;
}

/** Cosines of all pairs, row-major `[n, n]`. @throws TypeError for prints of unlike length. */
export function cosineMatrix(prints: readonly VoicePrint[]): Float32Array {
	const n = prints.length;
	const cosines = new Float32Array(n * n);
	for (let i = 0; i < n; i++) {
		cosines[i * n + i] = 1;
		for (let j = i + 1; j < n; j++) {
			const cosine = cosineOf(prints[i]!, prints[j]!);
			cosines[i * n + j] = cosine;
			cosines[j * n + i] = cosine;
		}
	}
	return cosines;
}

/**
 * Average linkage under constraints: must-links are joined first, whatever they sound like; then the two
 * clusters that are most alike, of equal ones the first, as long as there are two without a cannot-link
 * between them. Likeness never rises from one of these merges to the next, so a result is cut out of the
 * list by `clustersAfter`. A pair that is linked in both ways is joined.
 *
 * @param likeness of all pairs, symmetric, row-major `[n, n]`; used up
 * @returns every merge there is, in order. Takes O(n²) time in practice, and no memory but `likeness`.
 */
export function agglomerate(n: number, likeness: Float32Array, links: Links = {}): Merge[] {
	if (likeness.length !== n * n) throw new TypeError(`${likeness.length} pairs of ${n} pieces`);
	const clusters = new Clusters(n, likeness);
	const merges: Merge[] = [];
	for (const [a, b] of links.cannot ?? []) clusters.forbid(a, b);
	const owner = Array.from({ length: n }, (_, i) => i);
	for (const [a, b] of links.must ?? []) {
		const [one, other] = [rootOf(owner, a), rootOf(owner, b)];
		if (one === other) continue;
		const [kept, joined] = one < other ? [one, other] : [other, one];
		owner[joined] = kept;
		clusters.join(kept, joined);
		merges.push({ kept, joined, likeness: 1, linked: true });
	}
	clusters.findNearest();
	for (;;) {
		const pair = clusters.mostAlike();
		if (pair === null) return merges;
		merges.push({ ...pair, linked: false });
		clusters.joinNearest(pair.kept, pair.joined);
	}
}

/** Number of the cluster of each piece, counted from 0 in the order of first members. */
export function clustersAfter(n: number, merges: readonly Merge[]): number[] {
	const owner = Array.from({ length: n }, (_, i) => i);
	for (const { kept, joined } of merges) owner[joined] = kept;
	return inOrder(owner.map((_, i) => rootOf(owner, i)));
}

/** The same division with its clusters counted from 0 in the order of first members. */
export function inOrder(labels: readonly number[]): number[] {
	const numbers = new Map<number, number>();
	return labels.map((label) => {
		const number = numbers.get(label) ?? numbers.size;
		numbers.set(label, number);
		return number;
	});
}

function rootOf(owner: readonly number[], i: number): number {
	let root = i;
	while (owner[root] !== root) root = owner[root]!;
	return root;
}

/** Clusters with their likeness, and for each the nearest of those after it. */
class Clusters {
	readonly #n: number;
	readonly #likeness: Float32Array;
	readonly #size: Uint32Array;
	readonly #nearest: Int32Array;

	constructor(n: number, likeness: Float32Array) {
		this.#n = n;
		this.#likeness = likeness;
		this.#size = new Uint32Array(n).fill(1);
		this.#nearest = new Int32Array(n).fill(-1);
	}

	forbid(a: number, b: number): void {
		this.#likeness[a * this.#n + b] = -Infinity;
		this.#likeness[b * this.#n + a] = -Infinity;
	}

	/** The mean over all pairs; one that is forbidden forbids the whole. */
	join(kept: number, joined: number): void {
		const n = this.#n;
		const likeness = this.#likeness;
		const [a, b] = [this.#size[kept]!, this.#size[joined]!];
		this.#size[kept] = a + b;
		this.#size[joined] = 0;
		for (let other = 0; other < n; other++) {
			if (this.#size[other] === 0 || other === kept) continue;
			const mean = (a * likeness[kept * n + other]! + b * likeness[joined * n + other]!) / (a + b);
			likeness[kept * n + other] = mean;
			likeness[other * n + kept] = mean;
		}
	}

	findNearest(): void {
		for (let i = 0; i < this.#n; i++) if (this.#size[i] !== 0) this.#look(i);
	}

	#look(i: number): void {
		let best = -1;
		let highest = -Infinity;
		for (let j = i + 1; j < this.#n; j++) {
			if (this.#size[j] === 0) continue;
			const value = this.#likeness[i * this.#n + j]!;
			if (value <= highest) continue;
			highest = value;
			best = j;
		}
		this.#nearest[i] = best;
	}

	mostAlike(): { kept: number; joined: number; likeness: number } | null {
		let best: { kept: number; joined: number; likeness: number } | null = null;
		for (let kept = 0; kept < this.#n; kept++) {
			const joined = this.#size[kept] === 0 ? -1 : this.#nearest[kept]!;
			if (joined < 0) continue;
			const likeness = this.#likeness[kept * this.#n + joined]!;
			if (best === null || likeness > best.likeness) best = { kept, joined, likeness };
		}
		return best;
	}

	/** Joins two, and keeps everybody's nearest right. */
	joinNearest(kept: number, joined: number): void {
		this.join(kept, joined);
		for (let i = 0; i < this.#n; i++) {
			if (this.#size[i] === 0) continue;
			const nearest = this.#nearest[i]!;
			if (i === kept || nearest === kept || nearest === joined) {
				this.#look(i);
			} else if (i < kept) {
				const value = this.#likeness[i * this.#n + kept]!;
				const held = nearest < 0 ? -Infinity : this.#likeness[i * this.#n + nearest]!;
				if (value > held || (value === held && value > -Infinity && kept < nearest)) {
					this.#nearest[i] = kept;
				}
			}
		}
	}
}
