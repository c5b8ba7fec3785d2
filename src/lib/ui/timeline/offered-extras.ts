import type { LayerKind } from '../../layers/layer-kind.ts';
import { layerKinds } from '../../layers/list.ts';
import type { TimelineView } from '../../state/timeline-view.svelte.ts';
import type { TimelineModel } from './timeline-model.ts';

/** Something that can be shown besides who talks when. */
export interface OfferedExtra {
	readonly id: string;
	readonly name: string;
	readonly shown: boolean;
	readonly show: (shown: boolean) => void;
}

/** Kinds of which a model has layers, in the order of their rows. */
export function kindsIn({ layers, lanes }: TimelineModel): readonly LayerKind[] {
	const here = new Set(
		[layers, ...lanes.map((lane) => lane.layers)].flat().map(({ kind }) => kind),
	);
	return layerKinds.filter(({ id }) => here.has(id));
}

/** What can be switched on and off. @param waveform whether there is sound to read */
export function offeredExtras(
	view: TimelineView,
	model: TimelineModel,
	waveform: boolean,
): readonly OfferedExtra[] {
	const own = (id: 'waveform' | 'labels', name: string): OfferedExtra => ({
		...{ id, name, shown: view.extras[id] },
		show: (shown) => view.setExtra(id, shown),
	});
	return [
		...kindsIn(model).map(({ id, title }) => ({
			...{ id, name: title, shown: view.extras.layers.has(id) },
			show: (shown: boolean) => view.setLayer(id, shown),
		})),
		...(waveform ? [own('waveform', 'Waveform')] : []),
		...(model.hasLabels ? [own('labels', 'Labels')] : []),
	];
}
