import { frameRateHz, sampleRateHz } from '../../domain/session.ts';
import { fastPart, fewestParts, lagCurves, mostLagFrames } from './lag-curves.ts';
import { embeddingSize } from './fused-embeddings.ts';

/** How sound and picture lie to each other. Positive lags: the sound is early. */
export type SoundLag =
	| { readonly kind: 'lag'; readonly frames: number }
	/** A line: the lag at frame 0, and what each frame adds. */
	| { readonly kind: 'drift'; readonly frames: number; readonly perFrame: number }
	/** The sound has nothing to do with the lips, as in a dubbed film. */
	| { readonly kind: 'unrelated' }
	/** Too little is seen, or it does not agree. */
	| { readonly kind: 'unknown' };

/** The peak of some curves. */
export interface LagPeak {
	/** To parts of a frame. */
	readonly frames: number;
	/** How well lips foretell the loudness at it, as a correlation. */
	readonly fit: number;
	/** Whether it stands out, and most parts have their own peak there. */
	readonly isClear: boolean;
}

/** What a peak must stand out by over the median, and what part of the curves must peak within two frames of it. */
const clearMargin = 0.08;
const agreeingPart = 0.6;
const agreeingFrames = 2;

/** Curves are smoothed by these weights: peaks are broad, since Light-ASD sees six frames to either side at once. */
const smoothing = [1, 2, 3, 2, 1] as const;

/** A peak must be as high as the first; where all is below the second, lips and sound have nothing in common. */
const leastFit = 0.25;
const unrelatedFit = 0.2;

/** So many parts with less than `unrelatedFit` say that the sound is unrelated; fewer may be chance. */
const unrelatedParts = 8;

/** Frames between the lag of all and that of the last third from which on clocks may drift. */
const driftFrames = 2;

/** A drift is a line through the lags of so many of five windows, none of which is further than that from it. */
const driftWindows = 5;
const fewestWindows = 3;
const mostMisfit = 1;

/**
 * Lags below this are left alone: the peak may be a frame off, and Light-ASD's scores of speech change by less than
 * 0.1 within three frames (measured on GRID faces).
 */
const leastApplied = 2;

/** The peak of the curves' mean; null for too few of them. A peak at either end is none: what lies beyond is not known. */
export function peakOf(curves: readonly Float64Array[]): LagPeak | null {
	if (curves.length < fewestParts) return null;
	const mean = smoothed(
		curves[0]!.map((_, l) => curves.reduce((sum, curve) => sum + curve[l]! / curves.length, 0)),
	);
	const at = highest(mean);
	const median = [...mean].sort((a, b) => a - b)[mostLagFrames]!;
	const agreeing = curves.filter(
		(curve) => Math.abs(highest(smoothed(curve)) - at) <= agreeingFrames,
	).length;
	const fit = mean[at]!;
	const isInside = at > 0 && at < mean.length - 1;
	return {
		frames: at - mostLagFrames + (isInside ? vertexOf(mean[at - 1]!, fit, mean[at + 1]!) : 0),
		fit,
		isClear:
			isInside &&
			fit >= leastFit &&
			fit - median >= clearMargin &&
			agreeing >= agreeingPart * curves.length,
	};
}

/**
 * The line through the lags of windows of equal length, given by window, null where one has no clear lag; null where
 * too few have, or they lie on no line.
 *
 * @returns lag at the start of the first window, and what each window adds
 */
export function driftLine(
	lags: readonly (number | null)[],
): { readonly start: number; readonly perWindow: number } | null {
	const known = lags.flatMap((lag, i) => (lag === null ? [] : [{ x: i + 0.5, lag }]));
	if (known.length < fewestWindows) return null;
	const mean = (values: readonly number[]): number =>
		values.reduce((sum, value) => sum + value, 0) / values.length;
	const [x, y] = [mean(known.map((one) => one.x)), mean(known.map(({ lag }) => lag))];
	const spread = mean(known.map((one) => (one.x - x) ** 2));
	const perWindow = mean(known.map((one) => (one.x - x) * (one.lag - y))) / spread;
	const start = y - perWindow * x;
	const fits = known.every((one) => Math.abs(start + perWindow * one.x - one.lag) <= mostMisfit);
	return fits ? { start, perWindow } : null;
}

/**
 * How a recording's sound and picture lie to each other, by its lips and its loudness.
 *
 * Light-ASD's scores themselves say too little: with GRID faces they are as high 8 frames off as at the right lag
 * (a mean of 0.86 everywhere), since the network sees that lips move and hears that there is speech, hardly which.
 *
 * @param lips `[frames, 128]` as `LipMotion` has it
 * @param loudness by frame, as `loudnessOf` gives it
 */
export function soundLag(lips: Float32Array, loudness: Float32Array): SoundLag {
	const frames = Math.min(lips.length / embeddingSize, loudness.length);
	const seen = fastPart(lips.subarray(0, frames * embeddingSize), embeddingSize);
	const heard = fastPart(loudness.subarray(0, frames), 1);
	const within = (from: number, to: number): readonly Float64Array[] =>
		lagCurves(seen.subarray(from * embeddingSize, to * embeddingSize), heard.subarray(from, to));
	const curves = within(0, frames);
	const all = peakOf(curves);
	if (all === null) return { kind: 'unknown' };
	const late = peakOf(within(Math.floor((2 * frames) / 3), frames));
	if (late?.isClear && !(all.isClear && Math.abs(late.frames - all.frames) <= driftFrames)) {
		const step = frames / driftWindows;
		const lags = Array.from({ length: driftWindows }, (_, i) => {
			const peak = peakOf(within(Math.floor(i * step), Math.floor((i + 1) * step)));
			return peak?.isClear ? peak.frames : null;
		});
		const line = driftLine(lags);
		if (line && Math.abs(line.perWindow) * driftWindows > driftFrames) {
			return { kind: 'drift', frames: line.start, perFrame: line.perWindow / step };
		}
	}
	if (all.isClear) return { kind: 'lag', frames: all.frames };
	const isUnrelated = all.fit < unrelatedFit && curves.length >= unrelatedParts;
	return { kind: isUnrelated ? 'unrelated' : 'unknown' };
}

/** The lag that the sound is to be compared at, in frames; 0 where it is left alone. */
export function appliedLag(lag: SoundLag, frame: number): number {
	if (lag.kind === 'drift') return lag.frames + lag.perFrame * frame;
	return lag.kind === 'lag' && Math.abs(lag.frames) >= leastApplied ? lag.frames : 0;
}

/** The frame of the picture that goes with a frame of the sound. */
export function pictureFrameOf(lag: SoundLag, soundFrame: number): number {
	const [start, perFrame] =
		lag.kind === 'drift' ? [lag.frames, lag.perFrame] : [appliedLag(lag, 0), 0];
	return Math.round((soundFrame + start) / (1 - perFrame));
}

/** Loudness of each whole frame of a sound of 16 kHz, -1 to 1: the logarithm of its effective value in steps of 16 bits. */
export function loudnessOf(sound: Float32Array): Float32Array {
	const step = sampleRateHz / frameRateHz;
	return Float32Array.from({ length: Math.floor(sound.length / step) }, (_, t) => {
		let energy = 0;
		for (let n = t * step; n < (t + 1) * step; n++) energy += sound[n]! ** 2;
		return Math.log1p(32768 * Math.sqrt(energy / step));
	});
}

/**
 * The sound that goes with a stretch of the picture, put right by its lag: silence before the sound's start, no
 * frames after its end.
 *
 * @param sound of the recording, 16 kHz
 */
export function soundOf(
	sound: Float32Array,
	lag: SoundLag,
	firstFrame: number,
	frames: number,
): Float32Array {
	const step = sampleRateHz / frameRateHz;
	const placeOf = (frame: number): number => Math.round((frame - appliedLag(lag, frame)) * step);
	if (lag.kind !== 'drift' && appliedLag(lag, 0) === 0) {
		return sound.subarray(firstFrame * step, (firstFrame + frames) * step);
	}
	let heard = frames;
	while (heard > 0 && placeOf(firstFrame + heard - 1) + step > sound.length) heard--;
	const own = new Float32Array(heard * step);
	for (let i = 0; i < heard; i++) {
		const from = placeOf(firstFrame + i);
		const piece = sound.subarray(Math.max(0, from), Math.max(0, from + step));
		own.set(piece, i * step + step - piece.length);
	}
	return own;
}

/** What of it a person is to know, in a sentence; null where there is nothing. */
export function lagMessage(lag: SoundLag, frames: number): string | null {
	const put = 'This is put right where lips are compared with the sound.';
	const ends = [appliedLag(lag, 0), appliedLag(lag, frames)].map((value) => {
		const milliseconds = Math.round((Math.abs(value) * 1000) / frameRateHz / 10) * 10;
		return milliseconds === 0 ? 'in time' : `${milliseconds} ms ${value > 0 ? 'early' : 'late'}`;
	});
	if (lag.kind === 'drift') {
		return `Sound and picture drift apart: the sound is ${ends[0]} at the start and ${ends[1]} at the end. ${put}`;
	}
	return appliedLag(lag, 0) === 0 ? null : `The sound is ${ends[0]} by the lips. ${put}`;
}

function smoothed(curve: Float64Array): Float64Array {
	return curve.map((_, l) => {
		let sum = 0;
		let weights = 0;
		smoothing.forEach((weight, k) => {
			const value = curve[l + k - (smoothing.length - 1) / 2];
			if (value === undefined) return;
			sum += weight * value;
			weights += weight;
		});
		return sum / weights;
	});
}

function highest(curve: Float64Array): number {
	return curve.indexOf(Math.max(...curve));
}

/** Where a parabola through three points is highest, from the middle one. */
function vertexOf(before: number, at: number, after: number): number {
	const bend = before - 2 * at + after;
	return bend < 0 ? (before - after) / (2 * bend) : 0;
}
