import type { TimeRange } from '../../domain/time-range.ts';
import { ticksOf, xOf } from '../../state/timeline-scale.ts';
import type { Scale } from '../../state/timeline-scale.ts';
import { clockText, preciseClockText } from '../common/time-text.ts';
import { talkPaintOf } from './draw-context.ts';
import type { DrawContext, Theme } from './draw-context.ts';
import { columnsOf, drawOverlap, drawWaveform } from './draw-curves.ts';
import { drawLayer } from './draw-layer.ts';
import { drawBars, drawLines, drawOutside, piecesOf } from './draw-talk.ts';
import { drawWords, labelPixels, wordPixels, wordsShown } from './draw-words.ts';
import type { WordWidths } from './draw-words.ts';
import type { GroupRows, LaneRows, Row, RowLayout } from './row-layout.ts';
import type { Series } from './series.ts';
import type { Lane, LayerShapes, TimelineModel } from './timeline-model.ts';

/** All that a picture of the timeline depends on. */
export interface Scene {
	readonly model: TimelineModel;
	readonly rows: RowLayout;
	readonly scale: Scale;
	readonly theme: Theme;
	readonly widths: WordWidths;
	readonly shapes: LayerShapes;
	/** Null while it is not there. */
	readonly waveform: Series | null;
	readonly selection: TimeRange | null;
	/** Whoever is looked at alone, or null. */
	readonly speakerId: string | null;
}

const faded = 0.3;
/** Height of the line that says where there are words. */
const cueLine = 3;

/** Draws what is in sight; its cost depends on pixels, not on the length of the recording. */
export function drawTimeline(context: DrawContext, scene: Scene): void {
	const { model, rows, scale, theme } = scene;
	context.globalAlpha = 1;
	context.fillStyle = theme.surface;
	context.fillRect(0, 0, scale.width, rows.height);
	if (scale.width <= 0) return;
	for (const row of groundsOf(rows)) fillRow(context, row, scale, theme.sunken);
	drawRuler(context, scene);
	const counts = { one: theme.edge, several: theme.ink };
	const inAll = columnsOf(model.overlap, scale);
	drawOverlap(context, inAll, inset(rows.overlap, 3), counts, model.overlap.most);
	if (rows.waveform && scene.waveform) {
		drawWaveform(context, columnsOf(scene.waveform, scale), rows.waveform, theme.muted);
	}
	for (const row of rows.layers) {
		const look = { scale, colour: theme.muted, muted: theme.muted, alpha: 1 };
		drawLayer(context, row, scene.shapes, look);
	}
	for (const group of rows.groups) drawGroup(context, group, scene);
	drawSelection(context, scene);
}

function drawGroup(context: DrawContext, rows: GroupRows, scene: Scene): void {
	const { scale, theme } = scene;
	const { group } = rows;
	const alone = scene.speakerId !== null;
	const fades = alone && !group.lanes.some(({ id }) => id === scene.speakerId);
	context.globalAlpha = fades ? faded : 1;
	const counts = { one: theme.edge, several: theme.ink };
	const columns = columnsOf(group.overlap, scale);
	drawOverlap(context, columns, lowered(rows.overlap), counts, group.overlap.most);
	context.globalAlpha = 1;
	for (const lane of rows.lanes) drawLane(context, lane, scene);
}

function drawLane(context: DrawContext, rows: LaneRows, scene: Scene): void {
	const { scale, theme, widths } = scene;
	const { lane, talk } = rows;
	const alpha = scene.speakerId === null || scene.speakerId === lane.id ? 1 : faded;
	const paint = talkPaintOf(theme, lane.conversation);
	const readable = wordsShown(scale, theme.textScale);
	const bar = { top: talk.top + 3, height: readable ? 10 : talk.height - 9 };
	const pieces = piecesOf(lane.segments, scale, ({ meanProbability }) => meanProbability);
	drawBars(context, pieces, bar, paint, { scale, alpha });
	const line = { top: talk.top + talk.height - cueLine - 1, height: cueLine };
	drawLines(context, piecesOf(lane.cues, scale), line, theme.ink, alpha);
	if (readable) {
		const text = { top: bar.top + bar.height, height: line.top - bar.top - bar.height };
		const font = theme.font(wordPixels);
		drawWords(context, lane.cues, text, {
			...{ scale, theme, widths, alpha, font },
			colour: theme.ink,
		});
	}
	if (rows.labels) drawLabels(context, lane, rows.labels, scene, alpha);
	for (const row of rows.layers) {
		const look = { scale, colour: paint.colour, muted: theme.muted, alpha };
		drawLayer(context, row, scene.shapes, look);
	}
	drawOutside(context, lane.uem, scale, rows.ground, theme);
}

/** What people wrote down: a line above their words, or a bar where there is no room for words. */
function drawLabels(
	context: DrawContext,
	lane: Lane,
	row: Row,
	{ scale, theme, widths }: Scene,
	alpha: number,
): void {
	if (!lane.labels) return;
	const readable = wordsShown(scale, theme.textScale);
	const bar = readable ? { top: row.top, height: 2 } : inset(row, 5);
	drawLines(context, piecesOf(lane.labels, scale), bar, theme.muted, alpha);
	if (!readable) return;
	drawWords(
		context,
		lane.labels,
		{ top: row.top + 2, height: row.height - 3 },
		{
			...{ scale, theme, widths, alpha, font: theme.font(labelPixels) },
			colour: theme.muted,
		},
	);
}

function drawRuler(context: DrawContext, { rows, scale, theme }: Scene): void {
	const { ruler } = rows;
	const { ticks, stepSeconds } = ticksOf(scale, 84 * theme.textScale);
	context.font = theme.font(wordPixels);
	context.textBaseline = 'middle';
	for (const tick of ticks) {
		const x = xOf(scale, tick);
		context.fillStyle = theme.line;
		context.fillRect(x, ruler.top, 1, rows.height - ruler.top);
		context.fillStyle = theme.muted;
		const text = stepSeconds < 1 ? preciseClockText(tick) : clockText(tick);
		const { width } = context.measureText(text);
		// At the right edge it stands before its mark.
		const textX = x + 5 + width > scale.width ? x - 5 - width : x + 5;
		context.fillText(text, textX, ruler.top + ruler.height / 2);
	}
	context.fillRect(0, ruler.top + ruler.height - 1, scale.width, 1);
}

function drawSelection(context: DrawContext, { selection, scale, rows, theme }: Scene): void {
	if (!selection) return;
	const start = Math.max(-2, xOf(scale, selection.startSeconds));
	const end = Math.min(scale.width + 2, xOf(scale, selection.endSeconds));
	if (end < start) return;
	context.fillStyle = theme.accent;
	context.globalAlpha = 0.16;
	context.fillRect(start, 0, end - start, rows.height);
	context.globalAlpha = 1;
	context.fillRect(start, 0, 1.5, rows.height);
	context.fillRect(end - 1.5, 0, 1.5, rows.height);
}

/** Rows that have a ground of their own. */
function groundsOf({ waveform, layers, groups }: RowLayout): readonly Row[] {
	const lanes = groups.flatMap((group) => group.lanes.map(({ ground }) => ground));
	return [...(waveform ? [waveform] : []), ...layers.map(({ row }) => row), ...lanes];
}

function fillRow(context: DrawContext, row: Row, scale: Scale, colour: string): void {
	context.fillStyle = colour;
	context.fillRect(0, row.top, scale.width, row.height);
}

function inset({ top, height }: Row, by: number): Row {
	return { top: top + by, height: height - 2 * by };
}

/** With some room above the next row. */
function lowered({ top, height }: Row): Row {
	return { top, height: height - 2 };
}
