import { present } from '../../support/assert.ts';
import { conversationLooks, conversationStyles } from '../common/conversation-name.ts';
import { tilePixels } from './draw-context.ts';
import type { TalkPaint, Theme } from './draw-context.ts';

/** What the system's own colours stand for where it allows no others. */
const forcedColours: Readonly<Record<string, string>> = {
	surface: 'Canvas',
	sunken: 'Canvas',
	ink: 'CanvasText',
	muted: 'CanvasText',
	line: 'GrayText',
	edge: 'CanvasText',
	accent: 'Highlight',
	warn: 'LinkText',
};

/** Draws a conversation's pattern over a tile (the same as patterns.css, on tiles of one size). */
const patterns: readonly ((context: CanvasRenderingContext2D) => void)[] = [
	() => undefined,
	(context) => diagonals(context, 1.5, 1),
	(context) => {
		for (const [x, y] of [
			[2, 2],
			[6, 6],
		] as const) {
			context.beginPath();
			context.arc(x, y, 1.2, 0, 2 * Math.PI);
			context.fill();
		}
	},
	(context) => {
		context.fillRect(0, 1.5, tilePixels, 1.5);
		context.fillRect(0, 5.5, tilePixels, 1.5);
	},
	(context) => {
		context.fillRect(1.5, 0, 1.5, tilePixels);
		context.fillRect(5.5, 0, 1.5, tilePixels);
	},
	(context) => {
		context.fillRect(0, 3, tilePixels, 1.5);
		context.fillRect(3, 0, 1.5, 3);
		context.fillRect(3, 4.5, 1.5, tilePixels - 4.5);
	},
	(context) => {
		diagonals(context, 1.2, 1);
		diagonals(context, 1.2, -1);
	},
	(context) => {
		context.fillRect(0, 0, tilePixels / 2, tilePixels / 2);
		context.fillRect(tilePixels / 2, tilePixels / 2, tilePixels / 2, tilePixels / 2);
	},
];

/**
 * Reads the page's colours as they are now.
 *
 * @param options.scheme which of the page's two sets of colours is on
 * @param options.forced whether the system allows no colours but its own
 * @param options.pixelRatio pixels of the canvas for one of CSS
 */
export function readTheme(options: {
	scheme: 'light' | 'dark';
	forced: boolean;
	pixelRatio: number;
}): Theme {
	const { forced, pixelRatio } = options;
	const probe = document.createElement('span');
	// Where motion is reduced everything has a very short transition, at whose start the old colour is read.
	probe.style.setProperty('transition', 'none', 'important');
	document.documentElement.append(probe);
	try {
		const colour = (name: string): string => {
			const system = forcedColours[name] ?? 'CanvasText';
			probe.style.setProperty('color', forced ? system : `var(--${name})`);
			return getComputedStyle(probe).color;
		};
		const surface = colour('surface');
		const talkOf = (conversation: number): TalkPaint => {
			const looks = conversationLooks(conversation);
			const own = colour(`conversation-${String(looks.colour)}`);
			const patterned = pattern(pixelRatio, (context) => {
				context.fillStyle = own;
				context.fillRect(0, 0, tilePixels, tilePixels);
				context.globalAlpha = 0.75;
				context.fillStyle = surface;
				patterns[looks.pattern]?.(context);
			});
			return { colour: own, patterned: looks.pattern === 0 ? own : patterned };
		};
		const edge = colour('edge');
		const family = getComputedStyle(document.body).fontFamily;
		const textScale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
		return {
			surface,
			sunken: colour('sunken'),
			ink: colour('ink'),
			muted: colour('muted'),
			line: colour('line'),
			edge,
			accent: colour('accent'),
			warn: colour('warn'),
			hatch: pattern(pixelRatio, (context) => {
				context.globalAlpha = 0.75;
				context.fillStyle = surface;
				context.fillRect(0, 0, tilePixels, tilePixels);
				context.globalAlpha = 0.5;
				context.fillStyle = edge;
				diagonals(context, 1, -1);
			}),
			talk: Array.from({ length: conversationStyles }, (_, place) => talkOf(place)),
			alone: { colour: colour('muted'), patterned: colour('muted') },
			textScale,
			font: (pixels) => `${pixels * textScale}px ${family}`,
		};
	} finally {
		probe.remove();
	}
}

/** A repeated tile, as sharp as the canvas it is for. */
function pattern(
	pixelRatio: number,
	draw: (context: CanvasRenderingContext2D) => void,
): CanvasPattern {
	const tile = document.createElement('canvas');
	const side = Math.max(tilePixels, Math.round(tilePixels * pixelRatio));
	tile.width = side;
	tile.height = side;
	const context = present(tile.getContext('2d'), 'The drawing context of a tile');
	context.scale(side / tilePixels, side / tilePixels);
	draw(context);
	const made = present(context.createPattern(tile, 'repeat'), 'The pattern');
	made.setTransform(new DOMMatrix().scale(tilePixels / side));
	return made;
}

/** Lines across a tile that go on in the next one. */
function diagonals(context: CanvasRenderingContext2D, width: number, slope: 1 | -1): void {
	context.strokeStyle = context.fillStyle;
	context.lineWidth = width;
	context.beginPath();
	for (const shift of [-tilePixels, 0, tilePixels]) {
		context.moveTo(shift, slope === 1 ? 0 : tilePixels);
		context.lineTo(shift + tilePixels, slope === 1 ? tilePixels : 0);
	}
	context.stroke();
}
