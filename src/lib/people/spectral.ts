import { symmetricEigen } from '../signal/symmetric-eigen.ts';
import { inOrder } from './agglomerate.ts';

/*
 * Spectral clustering as 3D-Speaker does it (speakerlab/process/cluster.py): the nearest neighbours of
 * each piece, the Laplacian of their graph, and as many clusters as come before the widest gap in its
 * eigenvalues.
 */

/** Neighbours of a piece that are kept however few pieces there are. */
const fewestKept = 6;

/** Most clusters that are looked for. */
const mostClusters = 15;

/** Share of the pieces that stay neighbours of each, in 3D-Speaker's recipe for sound. */
const neighbourShare = 0.012;

export interface SpectralOptions {
	/** Neighbours of each piece, itself included; by default as 3D-Speaker keeps them. */
	readonly keep?: number;
	/** How many clusters there are; found by default. */
	readonly count?: number | undefined;
}

export interface Spectrum {
	/** Of the graph's Laplacian, the least first. */
	readonly values: Float64Array;
	readonly vectors: Float64Array;
	/** Clusters before the widest gap. */
	readonly count: number;
}

/** @param cosines of all pairs, row-major `[n, n]` */
export function spectrumOf(n: number, cosines: Float32Array, keep = usualKeep(n)): Spectrum {
	const { values, vectors } = symmetricEigen(n, laplacianOf(n, cosines, keep));
	return { values, vectors, count: countByGap(values) };
}

/**
 * The cluster of each piece, counted from 0 in the order of first members.
 * @param cosines of all pairs, row-major `[n, n]`
 */
export function spectralClusters(
	n: number,
	cosines: Float32Array,
	{ keep = usualKeep(n), count: wanted }: SpectralOptions = {},
): number[] {
	if (n < 2) return new Array<number>(n).fill(0);
	const { vectors, count } = spectrumOf(n, cosines, keep);
	const k = Math.min(n, wanted ?? count);
	const points = Array.from({ length: n }, (_, i) =>
		Float64Array.from({ length: k }, (_unused, row) => vectors[row * n + i]!),
	);
	return inOrder(kMeans(points, k));
}

function usualKeep(n: number): number {
	return n - Math.max(0, Math.min(Math.floor((1 - neighbourShare) * n), n - fewestKept));
}

/** Cosines of the `keep` nearest of each row, made symmetric, as a graph's unnormalised Laplacian. */
function laplacianOf(n: number, cosines: Float32Array, keep: number): Float64Array {
	const kept = new Float64Array(n * n);
	for (let i = 0; i < n; i++) {
		const row = cosines.subarray(i * n, (i + 1) * n);
		const order = Array.from(row, (_, j) => j).sort((a, b) => row[b]! - row[a]! || a - b);
		for (const j of order.slice(0, keep)) kept[i * n + j] = row[j]!;
	}
	const laplacian = new Float64Array(n * n);
	for (let i = 0; i < n; i++) {
		let degree = 0;
		for (let j = 0; j < n; j++) {
			if (i === j) continue;
			const weight = (kept[i * n + j]! + kept[j * n + i]!) / 2;
			laplacian[i * n + j] = -weight;
			degree += Math.abs(weight);
		}
		laplacian[i * n + i] = degree;
	}
	return laplacian;
}

function countByGap(values: Float64Array): number {
	let count = 1;
	let widest = -Infinity;
	for (let i = 0; i + 1 < values.length && i < mostClusters; i++) {
		const gap = values[i + 1]! - values[i]!;
		if (gap <= widest) continue;
		widest = gap;
		count = i + 1;
	}
	return count;
}

/** Lloyd's rounds from points that lie far from each other: the same for the same points. */
function kMeans(points: readonly Float64Array[], k: number): number[] {
	const centres = [points[0]!.slice()];
	while (centres.length < k) {
		const distances = points.map((p) =>
			Math.min(...centres.map((centre) => distanceOf(p, centre))),
		);
		centres.push(points[distances.indexOf(Math.max(...distances))]!.slice());
	}
	let labels: number[] = [];
	for (let round = 0; round < 100; round++) {
		const next = points.map((p) => {
			const distances = centres.map((centre) => distanceOf(p, centre));
			return distances.indexOf(Math.min(...distances));
		});
		if (next.every((label, i) => label === labels[i])) break;
		labels = next;
		centres.forEach((centre, label) => {
			const own = points.filter((_, i) => labels[i] === label);
			if (own.length === 0) return;
			for (let d = 0; d < centre.length; d++) {
				centre[d] = own.reduce((sum, p) => sum + p[d]!, 0) / own.length;
			}
		});
	}
	return labels;
}

function distanceOf(a: Float64Array, b: Float64Array): number {
	let sum = 0;
	for (let d = 0; d < a.length; d++) sum += (a[d]! - b[d]!) ** 2;
	return sum;
}
