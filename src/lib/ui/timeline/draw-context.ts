/** What is needed of a canvas to draw a timeline on it. */
export type DrawContext = Pick<
	CanvasRenderingContext2D,
	| 'beginPath'
	| 'closePath'
	| 'fill'
	| 'fillRect'
	| 'fillStyle'
	| 'fillText'
	| 'font'
	| 'globalAlpha'
	| 'lineTo'
	| 'measureText'
	| 'moveTo'
	| 'restore'
	| 'save'
	| 'textBaseline'
	| 'translate'
>;

/** A colour, or a pattern in it. */
export type Paint = DrawContext['fillStyle'];

/** The colours and type of a canvas, taken from the page's own. */
export interface Theme {
	readonly surface: string;
	readonly sunken: string;
	readonly ink: string;
	readonly muted: string;
	readonly line: string;
	readonly edge: string;
	readonly accent: string;
	readonly warn: string;
	/** Lies over what is not evaluated. */
	readonly hatch: Paint;
	/** Of the conversations in turn. */
	readonly talk: readonly TalkPaint[];
	/** Of people without a conversation. */
	readonly alone: TalkPaint;
	/** How much larger than 16 pixels a person wants text. */
	readonly textScale: number;
	/** Text of so many pixels, before the scale. */
	readonly font: (pixels: number) => string;
}

export interface TalkPaint {
	readonly colour: string;
	/** The colour with the conversation's pattern in it. */
	readonly patterned: Paint;
}

/** Side of every pattern's tile in CSS pixels; patterns keep their place in the recording by it. */
export const tilePixels = 8;

/** The paint of a conversation. */
export function talkPaintOf(theme: Theme, conversation: number | null): TalkPaint {
	if (conversation === null) return theme.alone;
	return theme.talk[conversation % theme.talk.length] ?? theme.alone;
}
