import type { Layer, LayerSpan, SeriesLayer, SpanLayer } from '../domain/layer.ts';
import type { StudioDocument } from '../domain/studio-document.ts';

interface AnyKind<L extends Layer> {
	/** Stands in stored results and in names of files: it never changes. */
	readonly id: string;
	readonly shape: L['shape'];
	/** What is switched on to see it. */
	readonly title: string;
	/** Name of its row. */
	readonly row: string;
	/** How its row is read, a sentence. */
	readonly legend: string;
	/**
	 * Steps from each version of its form to the next, the oldest first: a layer that is made now has version
	 * `steps.length + 1`, and what was stored before is brought up to it.
	 */
	readonly steps: readonly ((layer: Layer) => Layer)[];
	/**
	 * Its layers of a document, where they follow from what the document holds; they are not stored, and change
	 * with what people change. Without this a stage of the pipeline makes them, and they are stored with the result.
	 */
	readonly derive?: (document: Omit<StudioDocument, 'layers'>) => readonly L[];
}

/** Drawn as areas, one for each channel; exported as a table with a column for each. */
export interface SeriesKind extends AnyKind<SeriesLayer> {
	readonly shape: 'series';
	/** Names of its channels in order; those behind are drawn below those before. */
	readonly channels: readonly string[];
	/** Values at the bottom and at the top of its row; what lies beyond is drawn at the edge. */
	readonly range: readonly [low: number, high: number];
	/** Places behind the point in a table. */
	readonly decimals: number;
}

/** Drawn as bars; exported as a tier of annotations, and as a table. */
export interface SpanKind extends AnyKind<SpanLayer> {
	readonly shape: 'spans';
	/** Name of its tier behind the name of whom it is of: `Ada - overlap`. */
	readonly tier: string;
}

/** All that is known of one kind of layer: its form, how it is drawn, and how it is exported. */
export type LayerKind = SeriesKind | SpanKind;

/** The version of its form in which a layer of the kind is made now. */
function currentVersion({ steps }: Pick<LayerKind, 'steps'>): number {
	return steps.length + 1;
}

/**
 * A series as its kind is laid down now.
 *
 * @param channels values of each channel, in the kind's order
 * @throws TypeError for another number of channels.
 */
export function seriesLayer(
	kind: SeriesKind,
	place: Pick<SeriesLayer, 'personId' | 'rateHz' | 'startSeconds'>,
	channels: readonly Float32Array[],
): SeriesLayer {
	if (channels.length !== kind.channels.length) {
		throw new TypeError(`${kind.id} has ${kind.channels.length} channels, not ${channels.length}`);
	}
	return {
		...{ kind: kind.id, version: currentVersion(kind), personId: place.personId },
		...{ shape: 'series', rateHz: place.rateHz, startSeconds: place.startSeconds },
		channels: channels.map((values, i) => ({ name: kind.channels[i] ?? '', values })),
	};
}

/** Spans as their kind is laid down now. @param personId null for the whole recording */
export function spanLayer(
	kind: SpanKind,
	personId: string | null,
	spans: readonly LayerSpan[],
): SpanLayer {
	return { kind: kind.id, version: currentVersion(kind), personId, shape: 'spans', spans };
}

/** Why what was stored is no layer of its kind, or null. */
export function faultOf(layer: Layer, kind: LayerKind): string | null {
	if (kind.derive) return `${kind.id} is never stored`;
	if (layer.version > currentVersion(kind)) return `version ${layer.version} of ${kind.id}`;
	if (layer.shape !== kind.shape) return `${kind.id} as ${layer.shape}`;
	if (layer.shape === 'spans') return null;
	const lengths = new Set(layer.channels.map(({ values }) => values.length));
	return layer.rateHz > 0 && lengths.size === 1 ? null : `${kind.id} without a steady rate`;
}

/** A stored layer of a kind in the form that layers of it have now. */
export function migrated(layer: Layer, kind: LayerKind): Layer {
	const steps = kind.steps.slice(layer.version - 1);
	const now = steps.reduce((before, step) => step(before), layer);
	return { ...now, version: currentVersion(kind) };
}
