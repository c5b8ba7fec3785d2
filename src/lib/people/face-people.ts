import type { FacePath } from '../domain/face-path.ts';
import { intersectionOverUnion } from '../perception/faces/yunet.ts';
import type { FacePrint } from '../perception/faces/face-embedder.ts';
import { cosineOf } from '../perception/voice/voice-embedder.ts';
import { agglomerate, clustersAfter, cosineMatrix, type Links } from './agglomerate.ts';
import type { Rectangle } from '../signal/warp.ts';
import type { FoundTrack } from './find-faces.ts';
import { sumOf } from './stretches.ts';

/** What tells whose face a track is. */
export type FaceOfTrack = Pick<FoundTrack, 'path' | 'prints'>;

/**
 * Cosines of MobileFaceNet's mean prints, from which on two tracks are one person's: anywhere, and where a cut leaves a
 * face in its place.
 */
const sameFaceCosine = 0.9;
const samePlaceCosine = 0.8;

/** Intersection over union of a face before a cut and one after it that are in the same place. */
const samePlaceOverlap = 0.7;

/** What two tracks are taken for of which nothing is known. */
const unknownCosine = -1;

/**
 * Whose face each track is: tracks that look alike are one person's (average linkage), but never two that are seen at
 * the same time, unless they are one person seen twice.
 *
 * @param twice pairs of tracks of one person, as `seenTwice` gives them
 * @returns number of the person by track, from 0 on in the order in which they are first seen
 */
export function peopleOfFaces(
	tracks: readonly FaceOfTrack[],
	twice: readonly (readonly [number, number])[] = [],
): number[] {
	const means = tracks.map(({ prints }) => meanOf(prints));
	const known = means.flatMap((mean, i) => (mean ? [i] : []));
	const n = tracks.length;
	const likeness = new Float32Array(n * n).fill(unknownCosine);
	const cosines = cosineMatrix(known.map((i) => means[i]!));
	known.forEach((i, a) =>
		known.forEach((j, b) => (likeness[i * n + j] = cosines[a * known.length + b]!)),
	);
	const merges = agglomerate(n, likeness, linksOf(tracks, means, twice));
	return clustersAfter(
		n,
		merges.filter((merge) => merge.linked || merge.likeness >= sameFaceCosine),
	);
}

function linksOf(
	tracks: readonly FaceOfTrack[],
	means: readonly (FacePrint | null)[],
	twice: readonly (readonly [number, number])[],
): Links {
	const must: (readonly [number, number])[] = [...twice];
	const known = new Set(twice.map(String));
	const cannot: [number, number][] = [];
	const spans = tracks.map(({ path }) => spanOf(path));
	for (const [i, a] of spans.entries()) {
		for (const [k, b] of spans.slice(i + 1).entries()) {
			const j = i + 1 + k;
			const atOnce = Math.max(a.start, b.start) < Math.min(a.end, b.end);
			if (atOnce && !known.has(String([i, j]))) cannot.push([i, j]);
			const [before, after] = a.start < b.start ? [a, b] : [b, a];
			const stays =
				before.end === after.start &&
				intersectionOverUnion(before.last, after.first) >= samePlaceOverlap;
			const [one, other] = [means[i], means[j]];
			if (stays && one && other && cosineOf(one, other) >= samePlaceCosine) must.push([i, j]);
		}
	}
	return { must, cannot };
}

function meanOf(prints: readonly FacePrint[]): FacePrint | null {
	if (prints.length === 0) return null;
	const sum = sumOf(prints);
	const length = Math.hypot(...sum);
	return sum.map((value) => value / length);
}

/** First frame, the one after the last, and where the face is in the first and the last. */
function spanOf({ firstFrame, corners }: FacePath) {
	const boxAt = (at: number): Rectangle => {
		const [left = 0, top = 0, right = 0, bottom = 0] = corners.subarray(at, at + 4);
		return { left, top, right, bottom };
	};
	const end = firstFrame + corners.length / 4;
	return { start: firstFrame, end, first: boxAt(0), last: boxAt(corners.length - 4) };
}
