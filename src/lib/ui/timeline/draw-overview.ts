import type { TimeRange } from '../../domain/time-range.ts';
import { xOf } from '../../state/timeline-scale.ts';
import type { Scale } from '../../state/timeline-scale.ts';
import { talkPaintOf } from './draw-context.ts';
import type { DrawContext, Theme } from './draw-context.ts';
import { drawLines, drawOutside, piecesOf } from './draw-talk.ts';
import type { TimelineModel } from './timeline-model.ts';

/** What the strip that shows all of the recording depends on. */
export interface OverviewScene {
	readonly model: TimelineModel;
	/** Of the whole recording. */
	readonly scale: Scale;
	readonly height: number;
	readonly theme: Theme;
	readonly selection: TimeRange | null;
}

/** Draws everybody's talk in thin rows. */
export function drawOverview(context: DrawContext, scene: OverviewScene): void {
	const { model, scale, height, theme, selection } = scene;
	context.globalAlpha = 1;
	context.fillStyle = theme.sunken;
	context.fillRect(0, 0, scale.width, height);
	if (scale.width <= 0) return;
	const rowHeight = (height - 4) / Math.max(1, model.lanes.length);
	for (const [i, lane] of model.lanes.entries()) {
		const row = { top: 2 + i * rowHeight, height: Math.max(1, rowHeight - 1) };
		const { colour } = talkPaintOf(theme, lane.conversation);
		drawLines(context, piecesOf(lane.segments, scale), row, colour, 1);
		drawOutside(context, lane.uem, scale, { top: row.top, height: rowHeight }, theme);
	}
	if (!selection) return;
	context.fillStyle = theme.accent;
	context.globalAlpha = 0.3;
	const start = xOf(scale, selection.startSeconds);
	context.fillRect(start, 0, Math.max(2, xOf(scale, selection.endSeconds) - start), height);
	context.globalAlpha = 1;
}
