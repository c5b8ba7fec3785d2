/** What a timeline shows besides who talks when. */
export interface TimelineExtras {
	readonly waveform: boolean;
	/** What people wrote down, where it is there. */
	readonly labels: boolean;
	/** Kinds of layers, by id. */
	readonly layers: ReadonlySet<string>;
}

/** What a timeline shows at first. */
export const firstExtras: TimelineExtras = { waveform: false, labels: true, layers: new Set() };

/**
 * With a kind of layer, or without it.
 *
 * @param kind id of the kind
 */
export function withLayer(extras: TimelineExtras, kind: string, shown: boolean): TimelineExtras {
	const layers = new Set(extras.layers);
	if (shown) layers.add(kind);
	else layers.delete(kind);
	return { ...extras, layers };
}
