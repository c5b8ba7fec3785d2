import type { Layer } from '../domain/layer.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import type { LayerKind } from './layer-kind.ts';
import { level } from './level.ts';
import { overlap } from './overlap.ts';
import { speech } from './speech.ts';

/** Every kind of layer, in the order in which rows are shown. A new one is put here. */
export const layerKinds: readonly LayerKind[] = [speech, overlap, level];

const byId = new Map(layerKinds.map((kind) => [kind.id, kind]));

/** Null for a kind that is not known. */
export function kindOf({ kind }: Pick<Layer, 'kind'>): LayerKind | null {
	return byId.get(kind) ?? null;
}

/** Those that were stored and those that follow from the document, by kind; none of people who are gone. */
export function layersOf(
	stored: readonly Layer[],
	document: Omit<StudioDocument, 'layers'>,
): readonly Layer[] {
	const here = new Set(document.speakers.map(({ id }) => id));
	const kept = stored.filter(({ personId }) => personId === null || here.has(personId));
	return layerKinds.flatMap((kind): readonly Layer[] =>
		kind.derive ? kind.derive(document) : kept.filter((layer) => layer.kind === kind.id),
	);
}
