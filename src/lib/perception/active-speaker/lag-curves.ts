import type { FacePath } from '../../domain/face-path.ts';
import { embeddingSize } from './fused-embeddings.ts';

/** The sound is held to be no further than this from the picture, either way. */
export const mostLagFrames = 12;

/** Lags that are tried: -12 to 12 frames. */
const triedLags = 2 * mostLagFrames + 1;

/** Parts whose curves are compared with each other: no more, and none shorter than 5 s of visible faces. */
const mostParts = 8;
const shortestPartFrames = 125;

/** From so many parts on their curves say something. */
export const fewestParts = 4;

/**
 * What changes more slowly than within a second is whose turn it is, not what lips do: where only some of those who
 * are heard are seen, the rhythm of their turns alone would put a peak anywhere.
 */
const slowReach = 12;

/** Weight that keeps the regression from what is seen in a few frames only (found on one GRID session; 0.3 and 3 do as well). */
const ridge = 1;

/**
 * What Light-ASD sees of lips in each frame of a recording: of every number of its face embedding the largest of all
 * faces that are visible. 512 bytes a frame, whoever and however many they are.
 */
export class LipMotion {
	/** `[frames, 128]`; NaN where nobody is seen. */
	readonly rows: Float32Array;

	constructor(frames: number) {
		this.rows = new Float32Array(frames * embeddingSize).fill(NaN);
	}

	/**
	 * Adds what is seen of one face.
	 *
	 * @param path of the face; where it is out of sight its embeddings do not count
	 * @param from frame of the path that the first embedding is of
	 */
	add({ firstFrame, corners }: FacePath, from: number, embeddings: Float32Array): void {
		for (let i = 0; i < embeddings.length / embeddingSize; i++) {
			if (Number.isNaN(corners[(from + i) * 4] ?? NaN)) continue;
			const own = embeddings.subarray(i * embeddingSize, (i + 1) * embeddingSize);
			const at = (firstFrame + from + i) * embeddingSize;
			const known = this.rows.subarray(at, at + embeddingSize);
			for (let d = 0; d < known.length; d++) if (!(known[d]! >= own[d]!)) known[d] = own[d]!;
		}
	}
}

/** What is left of lines of numbers, `[frames, width]`, without their mean of a second around each frame; NaN stays. */
export function fastPart(lines: Float32Array, width: number): Float32Array {
	const fast = new Float32Array(lines.length).fill(NaN);
	const frames = lines.length / width;
	const sum = new Float64Array(width);
	let count = 0;
	const change = (frame: number, sign: 1 | -1): void => {
		if (frame < 0 || frame >= frames || Number.isNaN(lines[frame * width]!)) return;
		count += sign;
		for (let d = 0; d < width; d++) sum[d]! += sign * lines[frame * width + d]!;
	};
	for (let t = 0; t < slowReach; t++) change(t, 1);
	for (let t = 0; t < frames; t++) {
		change(t + slowReach, 1);
		change(t - slowReach - 1, -1);
		if (Number.isNaN(lines[t * width]!)) continue;
		for (let d = 0; d < width; d++) fast[t * width + d] = lines[t * width + d]! - sum[d]! / count;
	}
	return fast;
}

/**
 * How well lips foretell how loud the sound is, for each lag from -12 to 12 frames (positive: the sound is early), in
 * parts of equal length: the correlation with what a ridge regression of the loudness on the embeddings says that was
 * fitted to all other parts. At the right lag it is highest; for a sound that has nothing to do with the picture it is
 * about 0 everywhere. One pass through the frames gives the sums that all lags and parts are found from.
 *
 * @param lips fast part of what is seen, `[frames, 128]`; NaN where that is nobody
 * @param loudness its fast part, by frame
 * @returns 25 correlations by part; none where faces are seen for less than 20 s
 */
export function lagCurves(lips: Float32Array, loudness: Float32Array): Float64Array[] {
	const end = Math.min(lips.length / embeddingSize, loudness.length) - mostLagFrames;
	const frames: number[] = [];
	for (let t = mostLagFrames; t < end; t++) {
		if (!Number.isNaN(lips[t * embeddingSize]!)) frames.push(t);
	}
	const count = Math.min(mostParts, Math.floor(frames.length / shortestPartFrames));
	if (count < fewestParts) return [];
	const parts = Array.from({ length: count }, (_, k) => {
		const part = new Sums();
		const from = Math.floor((k * frames.length) / count);
		const to = Math.floor(((k + 1) * frames.length) / count);
		for (const t of frames.slice(from, to)) part.add(lips, loudness, t);
		return part;
	});
	return parts.map((part) => {
		const others = new Sums();
		for (const other of parts) if (other !== part) others.join(other);
		return correlations(part, weightsOf(others));
	});
}

const size = embeddingSize;

/** Sums over frames of all that a regression needs: x is an embedding, y the loudness at each lag. */
class Sums {
	count = 0;
	readonly x = new Float64Array(size);
	/** Upper half, `[128, 128]`. */
	readonly xx = new Float64Array(size * size);
	readonly y = new Float64Array(triedLags);
	readonly yy = new Float64Array(triedLags);
	/** `[25, 128]`. */
	readonly xy = new Float64Array(triedLags * size);

	add(lips: Float32Array, loudness: Float32Array, frame: number): void {
		const row = lips.subarray(frame * size, (frame + 1) * size);
		this.count++;
		for (let i = 0; i < size; i++) {
			const value = row[i]!;
			this.x[i]! += value;
			for (let j = i; j < size; j++) this.xx[i * size + j]! += value * row[j]!;
		}
		for (let l = 0; l < triedLags; l++) {
			const value = loudness[frame - (l - mostLagFrames)]!;
			this.y[l]! += value;
			this.yy[l]! += value * value;
			for (let i = 0; i < size; i++) this.xy[l * size + i]! += value * row[i]!;
		}
	}

	join(other: Sums): void {
		this.count += other.count;
		for (const key of ['x', 'xx', 'y', 'yy', 'xy'] as const) {
			const [own, more] = [this[key], other[key]];
			for (let i = 0; i < own.length; i++) own[i]! += more[i]!;
		}
	}

	/** Covariance of two numbers of the embeddings; `i` is no more than `j`. */
	covariance(i: number, j: number): number {
		return this.xx[i * size + j]! / this.count - (this.x[i]! * this.x[j]!) / this.count ** 2;
	}

	/** Covariance of a number of the embeddings and the loudness at a lag. */
	withSound(l: number, i: number): number {
		return this.xy[l * size + i]! / this.count - (this.x[i]! * this.y[l]!) / this.count ** 2;
	}

	soundVariance(l: number): number {
		return this.yy[l]! / this.count - (this.y[l]! / this.count) ** 2;
	}
}

/** Least variance of a number that is taken to vary at all. */
const constantBelow = 1e-9;

/** Ridge regression of the loudness at each lag on the embeddings, each of their numbers scaled to variance 1: `[25, 128]`. */
function weightsOf(sums: Sums): Float64Array {
	const scale = Float64Array.from({ length: size }, (_, i) => {
		const variance = sums.covariance(i, i);
		return variance > constantBelow ? 1 / Math.sqrt(variance) : 0;
	});
	const lower = choleskyOf((i, j) => {
		return sums.covariance(i, j) * scale[i]! * scale[j]! + (i === j ? ridge : 0);
	});
	const weights = new Float64Array(triedLags * size);
	for (let l = 0; l < triedLags; l++) {
		const own = weights.subarray(l * size, (l + 1) * size);
		for (let i = 0; i < size; i++) own[i] = sums.withSound(l, i) * scale[i]!;
		solve(lower, own);
		for (let i = 0; i < size; i++) own[i]! *= scale[i]!;
	}
	return weights;
}

/** Correlation of the loudness at each lag with what the weights say. */
function correlations(sums: Sums, weights: Float64Array): Float64Array {
	return Float64Array.from({ length: triedLags }, (_, l) => {
		const own = weights.subarray(l * size, (l + 1) * size);
		let shared = 0;
		let variance = 0;
		for (let i = 0; i < size; i++) {
			shared += own[i]! * sums.withSound(l, i);
			variance += own[i]! ** 2 * sums.covariance(i, i);
			for (let j = i + 1; j < size; j++) variance += 2 * own[i]! * own[j]! * sums.covariance(i, j);
		}
		const spread = Math.sqrt(Math.max(0, variance) * Math.max(0, sums.soundVariance(l)));
		return spread > constantBelow ? shared / spread : 0;
	});
}

/** Lower triangle of a symmetric positive matrix, of which the upper half is asked for. */
function choleskyOf(entry: (i: number, j: number) => number): Float64Array {
	const lower = new Float64Array(size * size);
	for (let j = 0; j < size; j++) {
		for (let i = j; i < size; i++) {
			let value = entry(j, i);
			for (let k = 0; k < j; k++) value -= lower[i * size + k]! * lower[j * size + k]!;
			lower[i * size + j] = i === j ? Math.sqrt(value) : value / lower[j * size + j]!;
		}
	}
	return lower;
}

/** Solves for a right side, in place. */
function solve(lower: Float64Array, values: Float64Array): void {
	for (let i = 0; i < size; i++) {
		for (let k = 0; k < i; k++) values[i]! -= lower[i * size + k]! * values[k]!;
		values[i]! /= lower[i * size + i]!;
	}
	for (let i = size - 1; i >= 0; i--) {
		for (let k = i + 1; k < size; k++) values[i]! -= lower[k * size + i]! * values[k]!;
		values[i]! /= lower[i * size + i]!;
	}
}
