import { pixelsPerSecond, xOf } from '../../state/timeline-scale.ts';
import type { Scale } from '../../state/timeline-scale.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import type { DrawContext, TalkPaint, Theme } from './draw-context.ts';
import { tilePixels } from './draw-context.ts';
import type { Row } from './row-layout.ts';
import type { SpanIndex } from './span-index.ts';

/** One or several stretches as they are drawn, in pixels. */
export interface Piece {
	readonly x: number;
	readonly width: number;
	/** Mean weight over its length. */
	readonly weight: number;
}

/** Stretches nearer than this become one, so that there are never more pieces than pixels. */
const nearPixels = 0.75;
/** Pieces as wide as this stay as they are. */
const finePixels = 3;
const leastPixels = 1;

/** What is to be drawn of stretches: those in sight, the ones too fine to be told apart as one. */
export function piecesOf<T extends TimeRange>(
	index: SpanIndex<T>,
	scale: Scale,
	weightOf: (span: T) => number = () => 1,
): readonly Piece[] {
	const [from, to] = index.between(scale.range);
	const pieces: Piece[] = [];
	for (const span of index.spans.slice(from, to)) {
		const start = Math.max(0, xOf(scale, span.startSeconds));
		const end = Math.min(scale.width, xOf(scale, span.endSeconds));
		if (end < 0 || start > scale.width || end < start) continue;
		const piece = { x: start, width: Math.max(leastPixels, end - start), weight: weightOf(span) };
		const last = pieces.at(-1);
		if (last && isOne(last, piece)) pieces[pieces.length - 1] = joined(last, piece);
		else pieces.push(piece);
	}
	return pieces;
}

function isOne(last: Piece, next: Piece): boolean {
	const fine = last.width < finePixels || next.width < finePixels;
	return fine && next.x - (last.x + last.width) < nearPixels;
}

function joined(last: Piece, next: Piece): Piece {
	const end = Math.max(last.x + last.width, next.x + next.width);
	const weight = (last.weight * last.width + next.weight * next.width) / (last.width + next.width);
	return { x: last.x, width: end - last.x, weight };
}

const softness = 0.32;
const patternPixels = 4;

/**
 * Talk as bars that are filled from below as far as the run is sure of it.
 *
 * @param alpha below 1 for somebody who is not looked at
 */
export function drawBars(
	context: DrawContext,
	pieces: readonly Piece[],
	row: Row,
	paint: TalkPaint,
	{ scale, alpha }: { scale: Scale; alpha: number },
): void {
	context.fillStyle = paint.colour;
	context.globalAlpha = alpha * softness;
	for (const { x, width } of pieces) context.fillRect(x, row.top, width, row.height);
	context.globalAlpha = alpha;
	const fill = ({ x, width, weight }: Piece, shift: number): void => {
		const height = row.height * Math.min(1, Math.max(0, weight));
		context.fillRect(x - shift, row.top + row.height - height, width, height);
	};
	// Where no pattern can be seen none is drawn: it takes several times as long.
	for (const piece of pieces) if (piece.width < patternPixels) fill(piece, 0);
	// The pattern stays with the recording when what is in sight moves.
	const shift = -((scale.range.startSeconds * pixelsPerSecond(scale)) % tilePixels);
	context.save();
	context.translate(shift, 0);
	context.fillStyle = paint.patterned;
	for (const piece of pieces) if (piece.width >= patternPixels) fill(piece, shift);
	context.restore();
	context.globalAlpha = 1;
}

/** Thin lines, for where there are words. */
export function drawLines(
	context: DrawContext,
	pieces: readonly Piece[],
	row: Row,
	colour: string,
	alpha: number,
): void {
	context.fillStyle = colour;
	context.globalAlpha = alpha;
	for (const { x, width } of pieces) context.fillRect(x, row.top, width, row.height);
	context.globalAlpha = 1;
}

/** Covers what of a row lies outside the part that is evaluated. */
export function drawOutside(
	context: DrawContext,
	uem: TimeRange | null,
	scale: Scale,
	row: Row,
	theme: Theme,
): void {
	if (!uem) return;
	context.fillStyle = theme.hatch;
	const start = Math.min(scale.width, xOf(scale, uem.startSeconds));
	const end = Math.max(0, xOf(scale, uem.endSeconds));
	if (start > 0) context.fillRect(0, row.top, start, row.height);
	if (end < scale.width) context.fillRect(end, row.top, scale.width - end, row.height);
}
