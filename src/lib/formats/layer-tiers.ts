import type { SpanLayer } from '../domain/layer.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import { kindOf, layerKinds } from '../layers/list.ts';

/** Whose tiers those are that are of nobody in particular. */
const recordingName = 'Recording';

/** A layer of spans as a tier. */
export interface LayerTier {
	/** `Ada - overlap`; not unique where two people have one name. */
	readonly name: string;
	/** Name of the person; null where it is of the whole recording. */
	readonly participant: string | null;
	readonly layer: SpanLayer;
}

/** Layers that have spans, in the order of the document. */
export function layerTiers({ layers, speakers }: StudioDocument): readonly LayerTier[] {
	const names = new Map(speakers.map(({ id, name }) => [id, name]));
	return layers.flatMap((layer): LayerTier[] => {
		const kind = kindOf(layer);
		if (kind?.shape !== 'spans' || layer.shape !== 'spans' || layer.spans.length === 0) return [];
		const participant = layer.personId === null ? null : (names.get(layer.personId) ?? null);
		return [{ name: `${participant ?? recordingName} - ${kind.tier}`, participant, layer }];
	});
}

const endings = layerKinds.flatMap((kind) => (kind.shape === 'spans' ? [` - ${kind.tier}`] : []));

/**
 * Whether a tier holds what was measured, and nobody's words.
 *
 * @param names of all tiers
 */
export function isLayerTier(name: string, names: ReadonlySet<string>): boolean {
	const plain = name.replace(/( \(\d+\)| \[\d+\])+$/u, '');
	const ending = endings.find((one) => plain.endsWith(one));
	if (ending === undefined) return false;
	const owner = plain.slice(0, -ending.length);
	return owner === recordingName || names.has(owner);
}
