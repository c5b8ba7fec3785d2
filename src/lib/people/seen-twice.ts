import type { FacePath } from '../domain/face-path.ts';
import { frameRateHz } from '../domain/session.ts';

/** A track of a face, and what its lips say. */
export interface ScoredPath {
	readonly path: FacePath;
	/** Log odds of speaking, one a frame of the path; NaN where nothing can tell. */
	readonly lips: Float32Array;
}

/** Both are seen at once for so long at least. */
const shortestFrames = 5 * frameRateHz;

/** Correlation of the probabilities of speaking above which lips are the same. */
const sameLips = 0.95;

/** Lips that hardly change say nothing: least deviation of the probability. */
const leastDeviation = 0.1;

/** Boxes are the same up to scale where the logarithms of their sizes differ by a constant but for so much, in shape too. */
const mostDifference = 0.1;

/**
 * Tracks that show one person twice, as a picture within the picture or a mirror does: seen at the same time for 5 s
 * or more, with lips that do the same, and boxes that are the same but for scale and place.
 *
 * @returns pairs of indices
 */
export function seenTwice(tracks: readonly ScoredPath[]): [number, number][] {
	return tracks.flatMap((a, i) =>
		tracks.slice(i + 1).flatMap((b, k): [number, number][] => {
			return isSame(a, b) ? [[i, i + 1 + k]] : [];
		}),
	);
}

function isSame(a: ScoredPath, b: ScoredPath): boolean {
	const from = Math.max(a.path.firstFrame, b.path.firstFrame);
	const to = Math.min(endOf(a), endOf(b));
	const speaking: [number, number][] = [];
	const widths: number[] = [];
	const heights: number[] = [];
	for (let t = from; t < to; t++) {
		const pair = [a, b].map(({ path: { firstFrame }, lips }) => lips[t - firstFrame]!);
		const boxes = [sizeAt(a.path, t), sizeAt(b.path, t)] as const;
		if ([...pair, boxes[0].width, boxes[1].width].some(Number.isNaN)) continue;
		const [one = 0, other = 0] = pair.map((odds) => 1 / (1 + Math.exp(-odds)));
		speaking.push([one, other]);
		widths.push(Math.log(boxes[1].width / boxes[0].width));
		heights.push(Math.log(boxes[1].height / boxes[0].height));
	}
	if (speaking.length < shortestFrames) return false;
	const shape = Math.abs(meanOf(widths) - meanOf(heights));
	const isScaled = [shape, deviationOf(widths), deviationOf(heights)].every(
		(difference) => difference <= mostDifference,
	);
	return isScaled && correlationOf(speaking) > sameLips;
}

function endOf({ path: { firstFrame, corners } }: ScoredPath): number {
	return firstFrame + corners.length / 4;
}

function sizeAt({ firstFrame, corners }: FacePath, frame: number) {
	const at = (frame - firstFrame) * 4;
	const [left = NaN, top = NaN, right = NaN, bottom = NaN] = corners.subarray(at, at + 4);
	return { width: right - left, height: bottom - top };
}

/** 0 where either hardly varies. */
function correlationOf(pairs: readonly (readonly [number, number])[]): number {
	const [one, other] = [pairs.map(([value]) => value), pairs.map(([, value]) => value)];
	const deviations = [deviationOf(one), deviationOf(other)] as const;
	if (Math.min(...deviations) < leastDeviation) return 0;
	const product = meanOf(pairs.map(([x, y]) => x * y)) - meanOf(one) * meanOf(other);
	return product / (deviations[0] * deviations[1]);
}

function meanOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: readonly number[]): number {
	const mean = meanOf(values);
	return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}
