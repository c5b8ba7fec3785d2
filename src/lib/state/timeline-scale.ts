import type { TimeRange } from '../domain/time-range.ts';

/** The shortest stretch that a timeline shows, in seconds: a dozen frames. */
export const shortestSpanSeconds = 0.5;

/** A stretch of a recording, drawn over so many pixels. */
export interface Scale {
	readonly range: TimeRange;
	/** In CSS pixels. */
	readonly width: number;
}

/** Pixels that a second takes; 0 for an empty stretch. */
export function pixelsPerSecond({ range, width }: Scale): number {
	const span = range.endSeconds - range.startSeconds;
	return span > 0 ? width / span : 0;
}

/** Where a moment lies, in pixels from the left edge; outside the width for one that is not shown. */
export function xOf(scale: Scale, seconds: number): number {
	return (seconds - scale.range.startSeconds) * pixelsPerSecond(scale);
}

/** The moment at a place, held inside what is shown. */
export function secondsAt({ range, width }: Scale, x: number): number {
	const part = width > 0 ? Math.min(1, Math.max(0, x / width)) : 0;
	return range.startSeconds + part * (range.endSeconds - range.startSeconds);
}

/**
 * The stretch of a recording that is shown for a wish: inside the recording, and long enough to be drawn.
 *
 * @param wish null for all of it
 */
export function shownRange(wish: TimeRange | null, durationSeconds: number): TimeRange {
	if (!wish) return { startSeconds: 0, endSeconds: durationSeconds };
	return placed(wish.startSeconds, wish.endSeconds - wish.startSeconds, durationSeconds);
}

/** The same stretch as it is kept: null where it is all of the recording. */
export function keptRange(range: TimeRange, durationSeconds: number): TimeRange | null {
	const whole = range.startSeconds <= 0 && range.endSeconds >= durationSeconds;
	return whole ? null : range;
}

/**
 * Nearer or farther, with one moment staying where it is on the screen, unless the recording ends there.
 *
 * @param factor above 1 for nearer
 */
export function zoomedRange(
	range: TimeRange,
	factor: number,
	atSeconds: number,
	durationSeconds: number,
): TimeRange {
	const span = range.endSeconds - range.startSeconds;
	const next = heldSpan(span / factor, durationSeconds);
	const part = span > 0 ? (atSeconds - range.startSeconds) / span : 0;
	return placed(atSeconds - part * next, next, durationSeconds);
}

/** Moved by so many seconds, as far as the recording goes. */
export function pannedRange(
	range: TimeRange,
	bySeconds: number,
	durationSeconds: number,
): TimeRange {
	const span = range.endSeconds - range.startSeconds;
	return placed(range.startSeconds + bySeconds, span, durationSeconds);
}

/** With one of its edges at another moment; it stays long enough to be drawn. */
export function resizedRange(
	range: TimeRange,
	edge: 'start' | 'end',
	seconds: number,
	durationSeconds: number,
): TimeRange {
	const shortest = heldSpan(0, durationSeconds);
	const { startSeconds, endSeconds } = range;
	return edge === 'start'
		? { startSeconds: held(seconds, 0, endSeconds - shortest), endSeconds }
		: { startSeconds, endSeconds: held(seconds, startSeconds + shortest, durationSeconds) };
}

/** How much of what is shown lies before a moment that was brought into sight. */
const leadPart = 0.1;

/** A stretch of the same length with this moment in it; the very same one when it is in sight. */
export function revealedRange(
	range: TimeRange,
	seconds: number,
	durationSeconds: number,
): TimeRange {
	if (seconds >= range.startSeconds && seconds <= range.endSeconds) return range;
	const span = range.endSeconds - range.startSeconds;
	return placed(seconds - leadPart * span, span, durationSeconds);
}

const niceSteps = [
	0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400,
];

/** Round moments in what is shown, no nearer to each other than so many pixels. */
export function ticksOf(
	scale: Scale,
	leastPixels: number,
): { readonly stepSeconds: number; readonly ticks: readonly number[] } {
	const perSecond = pixelsPerSecond(scale);
	const stepSeconds = niceSteps.find((step) => step * perSecond >= leastPixels) ?? 14_400;
	if (perSecond <= 0) return { stepSeconds, ticks: [] };
	const first = Math.ceil(scale.range.startSeconds / stepSeconds - 1e-9);
	const last = Math.floor(scale.range.endSeconds / stepSeconds + 1e-9);
	const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * stepSeconds);
	return { stepSeconds, ticks };
}

const frameSeconds = 0.04;

/** How far one press of an arrow key goes: a fiftieth of what is shown, rounded down; a frame at least. */
export function keyStepSeconds(range: TimeRange): number {
	const wanted = (range.endSeconds - range.startSeconds) / 50;
	return niceSteps.findLast((step) => step <= Math.min(wanted, 10)) ?? frameSeconds;
}

/** A stretch of this length at this place, moved and cut so that it lies inside the recording. */
function placed(startSeconds: number, span: number, durationSeconds: number): TimeRange {
	const length = heldSpan(span, durationSeconds);
	const start = held(startSeconds, 0, durationSeconds - length);
	return { startSeconds: start, endSeconds: Math.min(durationSeconds, start + length) };
}

function heldSpan(span: number, durationSeconds: number): number {
	return Math.min(durationSeconds, Math.max(shortestSpanSeconds, span));
}

function held(value: number, low: number, high: number): number {
	return Math.max(low, Math.min(high, value));
}
