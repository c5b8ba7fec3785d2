import type { Segment } from '../../domain/activity.ts';
import type { EditedCue } from '../../domain/edition.ts';
import type { Channel, Layer, LayerSpan, SeriesLayer } from '../../domain/layer.ts';
import type { Labels } from '../../domain/session.ts';
import type { DocumentSpeaker, StudioDocument } from '../../domain/studio-document.ts';
import { durationOf } from '../../domain/time-range.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import type { Cue } from '../../domain/transcript.ts';
import { layerSeries, overlapOf } from './series.ts';
import type { Overlap, Series } from './series.ts';
import { SpanIndex } from './span-index.ts';

/** What the timeline shows of one speaker. */
export interface Lane {
	readonly id: string;
	readonly name: string;
	readonly conversation: number | null;
	readonly uem: TimeRange | null;
	readonly segments: SpanIndex<Segment>;
	readonly cues: SpanIndex<EditedCue>;
	/** What people wrote down; null where they did not. */
	readonly labels: SpanIndex<Cue> | null;
	/** What was measured of the speaker. */
	readonly layers: readonly Layer[];
	/** Seconds of talk. */
	readonly talkSeconds: number;
	readonly wordCount: number;
}

/** The lanes of one conversation. */
export interface LaneGroup {
	/** Null for speakers that no conversation was found for. */
	readonly conversation: number | null;
	readonly name: string;
	readonly lanes: readonly Lane[];
	/** How many of them talk at once. */
	readonly overlap: Overlap;
}

/** What the timeline shows of a session. */
export interface TimelineModel {
	readonly durationSeconds: number;
	/** In the order of their numbers; speakers in the order of the session. */
	readonly groups: readonly LaneGroup[];
	readonly lanes: readonly Lane[];
	/** How many talk at once, whatever their conversation. */
	readonly overlap: Overlap;
	/** What was measured of the whole recording. */
	readonly layers: readonly Layer[];
	readonly hasLabels: boolean;
}

/** What of layers takes long to make, and is made once. */
export interface LayerShapes {
	seriesOf(channel: Channel, layer: SeriesLayer): Series;
	spansOf(spans: readonly LayerSpan[]): SpanIndex<LayerSpan>;
}

/**
 * Makes models of one run's document as it is edited. What a run found stays as it is through all edits,
 * so what takes long to make of it is made once.
 */
export class TimelineModels implements LayerShapes {
	readonly #segments = new WeakMap<readonly Segment[], SpanIndex<Segment>>();
	readonly #labels = new WeakMap<readonly TimeRange[], SpanIndex<Cue>>();
	readonly #curves = new WeakMap<Float32Array, Series>();
	readonly #spans = new WeakMap<readonly LayerSpan[], SpanIndex<LayerSpan>>();
	/** By the people it is of. */
	readonly #overlaps = new Map<string, Overlap>();

	/** @param reference what people wrote down, or null */
	modelOf(document: StudioDocument, reference: Labels | null): TimelineModel {
		const lanes = document.speakers.map((speaker) => this.#laneOf(speaker, document, reference));
		const { durationSeconds } = document;
		const groupOf = (conversation: number | null, name: string): LaneGroup => {
			const own = lanes.filter((lane) => lane.conversation === conversation);
			return { conversation, name, lanes: own, overlap: this.#overlapOf(own, durationSeconds) };
		};
		const groups = document.conversations.map(({ number, name }) => groupOf(number, name));
		const alone = groupOf(null, 'No conversation');
		const all = alone.lanes.length > 0 ? [...groups, alone] : groups;
		return {
			durationSeconds,
			groups: all,
			lanes: all.flatMap((group) => group.lanes),
			overlap: this.#overlapOf(lanes, durationSeconds),
			layers: document.layers.filter(({ personId }) => personId === null),
			hasLabels: lanes.some(({ labels }) => labels !== null),
		};
	}

	seriesOf(channel: Channel, layer: SeriesLayer): Series {
		return kept(this.#curves, channel.values, () => layerSeries(channel, layer));
	}

	spansOf(spans: readonly LayerSpan[]): SpanIndex<LayerSpan> {
		return kept(this.#spans, spans, () => new SpanIndex(spans));
	}

	#laneOf(speaker: DocumentSpeaker, document: StudioDocument, reference: Labels | null): Lane {
		const { id, name, conversation, uem, segments, cues } = speaker;
		const labels = reference?.transcripts.get(id) ?? reference?.turns?.get(id);
		return {
			id,
			name,
			conversation,
			uem,
			layers: document.layers.filter(({ personId }) => personId === id),
			segments: kept(this.#segments, segments, (spans) => new SpanIndex(spans)),
			cues: new SpanIndex(cues),
			labels: labels ? kept(this.#labels, labels, labelIndex) : null,
			talkSeconds: segments.reduce((sum, segment) => sum + durationOf(segment), 0),
			wordCount: cues.reduce((sum, { text }) => sum + (text.match(/\S+/gu)?.length ?? 0), 0),
		};
	}

	#overlapOf(lanes: readonly Lane[], durationSeconds: number): Overlap {
		const key = JSON.stringify(lanes.map(({ id }) => id));
		const overlap =
			this.#overlaps.get(key) ??
			overlapOf(
				lanes.map(({ segments }) => segments.spans),
				durationSeconds,
			);
		this.#overlaps.set(key, overlap);
		return overlap;
	}
}

/** Labels as they are drawn; those that say when somebody talks, and not what, have no text. */
function labelIndex(labels: readonly (Cue | TimeRange)[]): SpanIndex<Cue> {
	return new SpanIndex(labels.map((label) => ('text' in label ? label : { ...label, text: '' })));
}

/** What was made of a thing before, else what is made of it now. */
function kept<K extends object, V>(made: WeakMap<K, V>, key: K, make: (key: K) => V): V {
	const value = made.get(key) ?? make(key);
	made.set(key, value);
	return value;
}
