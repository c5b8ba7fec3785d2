import { clampRange, type TimeRange } from './time-range.ts';

interface LayerHead {
	/** Id of what it measures (`layers/list.ts`). */
	readonly kind: string;
	/** Version of the kind's form that it is laid down in, from 1. */
	readonly version: number;
	/** Whom it is of; null: the whole recording. */
	readonly personId: string | null;
}

/** One row of values of a series. */
export interface Channel {
	/** Names what is measured and its unit, as a column of a table: `rms_dbfs`. */
	readonly name: string;
	/** NaN where nothing is known. */
	readonly values: Float32Array;
}

/** Values at a steady rate: entry i covers `startSeconds + i / rateHz` to `startSeconds + (i + 1) / rateHz`. */
export interface SeriesLayer extends LayerHead {
	readonly shape: 'series';
	/** Values per second. */
	readonly rateHz: number;
	/** In seconds of the recording. */
	readonly startSeconds: number;
	/** One or more, all of one length. */
	readonly channels: readonly Channel[];
}

export interface LayerSpan extends TimeRange {
	/** What holds there. */
	readonly text: string;
}

/** Stretches in which something holds. */
export interface SpanLayer extends LayerHead {
	readonly shape: 'spans';
	/** In the order of their starts. */
	readonly spans: readonly LayerSpan[];
}

/** Something that was measured over a recording, of somebody in it or of all of it. */
export type Layer = SeriesLayer | SpanLayer;

/** The part of a layer inside a stretch; values that reach into it are kept whole. */
export function layerInside(layer: Layer, range: TimeRange): Layer {
	if (layer.shape === 'spans') {
		return { ...layer, spans: layer.spans.flatMap((span) => clampRange(span, range) ?? []) };
	}
	const { rateHz, startSeconds } = layer;
	const from = Math.max(0, Math.floor((range.startSeconds - startSeconds) * rateHz));
	const to = Math.max(from, Math.ceil((range.endSeconds - startSeconds) * rateHz));
	const channels = layer.channels.map(({ name, values }) => ({
		name,
		values: values.subarray(from, to),
	}));
	return { ...layer, startSeconds: startSeconds + from / rateHz, channels };
}
