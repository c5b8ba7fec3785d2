import type { Channel, SeriesLayer } from '../../domain/layer.ts';
import type { Peaks } from '../../domain/peaks.ts';
import { frameRateHz } from '../../domain/session.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import { MinMaxPyramid } from '../../signal/min-max-pyramid.ts';

/** Values at a steady rate over a recording, to be drawn as a curve. */
export interface Series {
	readonly rateHz: number;
	/** Place of the first value. */
	readonly startSeconds: number;
	readonly values: MinMaxPyramid;
}

/** One channel of a layer. */
export function layerSeries(
	{ values }: Channel,
	{ rateHz, startSeconds }: Pick<SeriesLayer, 'rateHz' | 'startSeconds'>,
): Series {
	return { rateHz, startSeconds, values: new MinMaxPyramid(values) };
}

/** Lowest and highest samples. */
export function waveformSeries({ rateHz, minimum, maximum }: Peaks): Series {
	return { rateHz, startSeconds: 0, values: new MinMaxPyramid(minimum, maximum) };
}

/** How many of several people talk at once, frame by frame. */
export interface Overlap extends Series {
	/** The most that ever do. */
	readonly most: number;
}

/** Counts who talks at once, from the talk of each. */
export function overlapOf(
	talks: readonly (readonly TimeRange[])[],
	durationSeconds: number,
): Overlap {
	const counts = new Float32Array(Math.ceil(durationSeconds * frameRateHz));
	for (const talk of talks) {
		const speaks = new Uint8Array(counts.length);
		for (const { startSeconds, endSeconds } of talk) {
			speaks.fill(1, Math.round(startSeconds * frameRateHz), Math.round(endSeconds * frameRateHz));
		}
		for (const [i, one] of speaks.entries()) counts[i] = (counts[i] ?? 0) + one;
	}
	const most = counts.reduce((high, count) => Math.max(high, count), 0);
	return { rateHz: frameRateHz, startSeconds: 0, values: new MinMaxPyramid(counts), most };
}
