import type { TimeRange } from '../../domain/time-range.ts';
import type { Cue, Word } from '../../domain/transcript.ts';
import { pixelsPerSecond, xOf } from '../../state/timeline-scale.ts';
import type { Scale } from '../../state/timeline-scale.ts';
import { doubtOf } from '../transcript/word-doubt.ts';
import type { DrawContext, Theme } from './draw-context.ts';
import type { Row } from './row-layout.ts';
import type { SpanIndex } from './span-index.ts';

/** From here on words are drawn, in pixels a second: a word a second has room for its letters. */
const readablePixelsPerSecond = 40;

export const wordPixels = 12.5;
export const labelPixels = 11.5;

/** Between two words that follow each other, and before the next cue. */
const spacePixels = 4;
const ellipsis = '…';

/** Whether there is room for words. */
export function wordsShown(scale: Scale, textScale: number): boolean {
	return pixelsPerSecond(scale) >= readablePixelsPerSecond * textScale;
}

/** How wide words are; measuring takes longer than drawing, and words come again. */
export class WordWidths {
	readonly #widths = new Map<string, number>();

	of(context: DrawContext, font: string, text: string): number {
		const key = `${font}\n${text}`;
		const known = this.#widths.get(key);
		if (known !== undefined) return known;
		context.font = font;
		const { width } = context.measureText(text);
		this.#widths.set(key, width);
		return width;
	}
}

/** A word at its place, in pixels. */
interface PlacedWord {
	readonly x: number;
	readonly text: string;
	readonly confidence: number;
}

/**
 * Words where they are said, when each has room there; else one after another as far as there is room,
 * and a mark that there are more.
 *
 * @param limit where the next cue begins, in pixels
 */
function placeWords(
	cue: Cue & { readonly words?: readonly Word[] },
	scale: Scale,
	limit: number,
	widthOf: (text: string) => number,
): readonly PlacedWord[] {
	const words = cue.words ?? [];
	const timed = words.map(({ startSeconds, text, confidence }) => ({
		x: xOf(scale, startSeconds),
		text,
		confidence,
	}));
	const roomy = timed.every(
		({ x, text }, i) => x + widthOf(text) + spacePixels <= (timed[i + 1]?.x ?? limit),
	);
	if (roomy && timed.length > 0) return timed;
	const plain =
		words.length > 0
			? words
			: (cue.text.match(/\S+/gu) ?? []).map((text) => ({ text, confidence: 1 }));
	return runOn(plain, xOf(scale, cue.startSeconds), limit, widthOf);
}

function runOn(
	words: readonly Pick<Word, 'text' | 'confidence'>[],
	startX: number,
	limit: number,
	widthOf: (text: string) => number,
): readonly PlacedWord[] {
	const placed: PlacedWord[] = [];
	const more = widthOf(ellipsis);
	let x = startX;
	for (const [i, { text, confidence }] of words.entries()) {
		const width = widthOf(text);
		const rest = i === words.length - 1 ? 0 : more;
		if (x + width + rest > limit) {
			const shown = x + more <= limit || placed.length > 0;
			if (shown) placed.push({ x: Math.min(x, limit - more), text: ellipsis, confidence: 1 });
			break;
		}
		placed.push({ x, text, confidence });
		x += width + spacePixels;
	}
	return placed;
}

/** The words of all cues in sight; the less sure ones underlined, as in the transcript. */
export function drawWords<T extends Cue & { readonly words?: readonly Word[] }>(
	context: DrawContext,
	index: SpanIndex<T>,
	row: Row,
	how: {
		readonly scale: Scale;
		readonly theme: Theme;
		readonly widths: WordWidths;
		readonly font: string;
		readonly colour: string;
		readonly alpha: number;
	},
): void {
	const { scale, theme, widths, font, colour, alpha } = how;
	const widthOf = (text: string): number => widths.of(context, font, text);
	const [from, to] = index.between(scale.range);
	context.textBaseline = 'middle';
	context.globalAlpha = alpha;
	const middle = row.top + row.height / 2;
	for (let i = from; i < to; i += 1) {
		const cue = index.spans[i];
		if (!cue) continue;
		const limit = limitOf(index.spans[i + 1], cue, scale);
		for (const { x, text, confidence } of placeWords(cue, scale, limit, widthOf)) {
			const width = widthOf(text);
			if (x + width < 0 || x > scale.width) continue;
			const doubt = doubtOf(confidence);
			context.font = font;
			context.fillStyle = doubt === 'doubtful' ? theme.muted : colour;
			context.fillText(text, x, middle);
			if (doubt === 'sure') continue;
			context.fillStyle = doubt === 'doubtful' ? theme.warn : theme.edge;
			context.fillRect(x, row.top + row.height - 1.5, width, 1.5);
		}
	}
	context.globalAlpha = 1;
}

/** Where the words of a cue must have ended: some way behind it, and before the next. */
function limitOf(next: TimeRange | undefined, cue: TimeRange, scale: Scale): number {
	const after = xOf(scale, cue.endSeconds) + 2 * wordPixels;
	return next ? Math.min(after, Math.max(xOf(scale, next.startSeconds) - spacePixels, 0)) : after;
}
