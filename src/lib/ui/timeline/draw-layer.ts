import type { Scale } from '../../state/timeline-scale.ts';
import type { DrawContext } from './draw-context.ts';
import { columnsOf, drawCurve } from './draw-curves.ts';
import { drawLines, piecesOf } from './draw-talk.ts';
import type { LayerRow, Row } from './row-layout.ts';
import type { LayerShapes } from './timeline-model.ts';

interface Look {
	readonly scale: Scale;
	readonly colour: string;
	/** Of what is not known. */
	readonly muted: string;
	readonly alpha: number;
}

/** One row of a layer, as its kind says. */
export function drawLayer(
	context: DrawContext,
	{ layer, kind, row }: LayerRow,
	shapes: LayerShapes,
	{ scale, colour, muted, alpha }: Look,
): void {
	if (layer.shape === 'spans') {
		drawLines(context, piecesOf(shapes.spansOf(layer.spans), scale), barsIn(row), colour, alpha);
		return;
	}
	if (kind.shape !== 'series') return;
	// Those behind lie below.
	for (const channel of layer.channels.toReversed()) {
		const columns = columnsOf(shapes.seriesOf(channel, layer), scale);
		drawCurve(context, columns, row, { curve: colour, unknown: muted, range: kind.range }, alpha);
	}
}

function barsIn({ top, height }: Row): Row {
	return { top: top + height / 4, height: height / 2 };
}
