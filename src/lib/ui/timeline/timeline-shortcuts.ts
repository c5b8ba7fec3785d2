import type { Shortcut } from '../../state/shortcuts.ts';
import type { TimelineView } from '../../state/timeline-view.svelte.ts';

/** What keys do to the timeline wherever one is in the page; where it has the focus there are more. */
export function timelineShortcuts(view: TimelineView): readonly Shortcut[] {
	const of = (id: string, keys: readonly string[], what: string, action: () => void): Shortcut => ({
		id: `timeline.${id}`,
		keys,
		what,
		group: 'Timeline',
		action,
	});
	return [
		of('nearer', ['+', '='], 'Zoom in', () => view.zoomStep(true)),
		of('farther', ['-'], 'Zoom out', () => view.zoomStep(false)),
		of('all', ['0'], 'Show all', () => view.fit()),
		of('selection', ['z'], 'Zoom to the selection', () => view.showSelection()),
		of('from-here', ['i'], 'Mark in', () => view.selectFromHere()),
		of('to-here', ['o'], 'Mark out', () => view.selectToHere()),
	];
}
