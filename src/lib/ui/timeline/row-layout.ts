import type { Layer } from '../../domain/layer.ts';
import type { LayerKind } from '../../layers/layer-kind.ts';
import { kindOf } from '../../layers/list.ts';
import type { TimelineExtras } from '../../state/timeline-extras.ts';
import type { Lane, LaneGroup, TimelineModel } from './timeline-model.ts';

/** A row of the timeline from its top, in CSS pixels. */
export interface Row {
	readonly top: number;
	readonly height: number;
}

/** A layer in its row. */
export interface LayerRow {
	readonly layer: Layer;
	readonly kind: LayerKind;
	readonly row: Row;
}

export interface LaneRows {
	readonly lane: Lane;
	/** All of the lane. */
	readonly ground: Row;
	/** Where talk and words are. */
	readonly talk: Row;
	readonly labels: Row | null;
	/** What was measured of the speaker, as far as it is shown. */
	readonly layers: readonly LayerRow[];
}

export interface GroupRows {
	readonly group: LaneGroup;
	/** Where its name is, beside and over the lanes. */
	readonly name: Row;
	/** How many of the conversation talk at once. */
	readonly overlap: Row;
	readonly lanes: readonly LaneRows[];
}

/** Where everything is, from the top down. Nothing of it depends on what is in sight. */
export interface RowLayout {
	readonly ruler: Row;
	/** How many talk at once in all. */
	readonly overlap: Row;
	readonly waveform: Row | null;
	/** What was measured of the whole recording, as far as it is shown. */
	readonly layers: readonly LayerRow[];
	readonly groups: readonly GroupRows[];
	readonly height: number;
}

/** Heights in CSS pixels where text has its usual size of 16. */
const heights = {
	ruler: 24,
	overlap: 24,
	waveform: 56,
	name: 24,
	together: 12,
	talk: 28,
	layer: 24,
	labels: 18,
	gap: 4,
} as const;

/** @param textScale how much larger than 16 pixels a person wants text */
export function layRows(model: TimelineModel, extras: TimelineExtras, textScale = 1): RowLayout {
	let bottom = 0;
	const next = (kind: keyof typeof heights): Row => {
		const row = { top: bottom, height: Math.round(heights[kind] * textScale) };
		bottom += row.height;
		return row;
	};
	const layerRows = (layers: readonly Layer[]): readonly LayerRow[] =>
		layers.flatMap((layer) => {
			const kind = kindOf(layer);
			return kind && extras.layers.has(kind.id) ? [{ layer, kind, row: next('layer') }] : [];
		});
	const ruler = next('ruler');
	const overlap = next('overlap');
	const waveform = extras.waveform ? next('waveform') : null;
	const layers = layerRows(model.layers);
	const groups = model.groups.map((group): GroupRows => {
		next('gap');
		const name = next('name');
		// Beside the name, and as low as the lanes that it is of.
		const height = Math.round(heights.together * textScale);
		const together = { top: name.top + name.height - height, height };
		const lanes = group.lanes.map((lane): LaneRows => {
			const talk = next('talk');
			const labels = extras.labels && lane.labels ? next('labels') : null;
			const own = layerRows(lane.layers);
			const ground = { top: talk.top, height: bottom - talk.top };
			next('gap');
			return { lane, ground, talk, labels, layers: own };
		});
		return { group, name, overlap: together, lanes };
	});
	return { ruler, overlap, waveform, layers, groups, height: bottom };
}
