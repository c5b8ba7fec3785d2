import { pixelsPerSecond } from '../../state/timeline-scale.ts';
import type { Scale } from '../../state/timeline-scale.ts';
import type { DrawContext } from './draw-context.ts';
import type { Row } from './row-layout.ts';
import type { Series } from './series.ts';

/** Lowest and highest of a series for every pixel column in sight, two numbers each. */
export function columnsOf({ values, rateHz, startSeconds }: Series, scale: Scale): Float32Array {
	const count = Math.ceil(scale.width);
	const columns = new Float32Array(2 * count);
	const perSecond = pixelsPerSecond(scale);
	if (perSecond <= 0) return columns.fill(NaN);
	const from = (scale.range.startSeconds - startSeconds) * rateHz;
	values.stretches(from, rateHz / perSecond, count, columns);
	return columns;
}

/**
 * The area between the lowest and the highest of each column, closed where nothing is known.
 *
 * @param yOf height of a value from the top
 * @param floor the value that the area stands on; null for the lowest of each column
 */
function drawArea(
	context: DrawContext,
	columns: Float32Array,
	yOf: (value: number) => number,
	floor: number | null,
): void {
	const count = columns.length / 2;
	const at = (place: number): number => columns[place] ?? NaN;
	context.beginPath();
	for (let start = 0; start < count; start += 1) {
		if (Number.isNaN(at(2 * start))) continue;
		let end = start;
		while (end < count && !Number.isNaN(at(2 * end))) end += 1;
		context.moveTo(start, yOf(floor ?? at(2 * start)));
		for (let i = start; i < end; i += 1) {
			context.lineTo(i, yOf(at(2 * i + 1)));
			if (at(2 * i + 3) !== at(2 * i + 1)) context.lineTo(i + 1, yOf(at(2 * i + 1)));
		}
		if (floor === null) {
			for (let i = end - 1; i >= start; i -= 1) context.lineTo(i + 1, yOf(at(2 * i)));
		} else {
			context.lineTo(end, yOf(floor));
		}
		context.closePath();
		start = end;
	}
	context.fill();
}

export interface CurveLook {
	readonly curve: string;
	readonly unknown: string;
	/** Values at the bottom and at the top; what lies beyond is at the edge. */
	readonly range: readonly [low: number, high: number];
}

/** Values as an area from the bottom up, and a line where nothing is known. */
export function drawCurve(
	context: DrawContext,
	columns: Float32Array,
	row: Row,
	{ curve, unknown, range: [low, high] }: CurveLook,
	alpha: number,
): void {
	const bottom = row.top + row.height;
	const part = (value: number): number => Math.min(1, Math.max(0, (value - low) / (high - low)));
	context.globalAlpha = alpha * 0.6;
	context.fillStyle = curve;
	drawArea(context, columns, (value) => bottom - part(value) * (row.height - 2), low);
	context.globalAlpha = alpha;
	context.fillStyle = unknown;
	const middle = row.top + row.height / 2;
	for (const [start, end] of unknownOf(columns)) {
		context.fillRect(start, middle, end - start, 1);
	}
	context.globalAlpha = 1;
}

/** Columns without a value, as runs. */
function unknownOf(columns: Float32Array): readonly (readonly [start: number, end: number])[] {
	const count = columns.length / 2;
	const runs: [number, number][] = [];
	for (let i = 0; i < count; i += 1) {
		if (!Number.isNaN(columns[2 * i])) continue;
		const last = runs.at(-1);
		if (last?.[1] === i) last[1] = i + 1;
		else runs.push([i, i + 1]);
	}
	return runs;
}

/** The sound, a band around the middle of the row that is never without height. */
export function drawWaveform(
	context: DrawContext,
	columns: Float32Array,
	row: Row,
	colour: string,
): void {
	const middle = row.top + row.height / 2;
	const reach = row.height / 2 - 1;
	context.fillStyle = colour;
	drawArea(context, columns, (value) => middle - value * reach, null);
	context.fillRect(0, middle - 0.5, columns.length / 2, 1);
}

/**
 * How many talk at once: steps from the bottom, those of more than one in a colour of their own.
 *
 * @param most how many there are
 */
export function drawOverlap(
	context: DrawContext,
	columns: Float32Array,
	row: Row,
	colours: { readonly one: string; readonly several: string },
	most: number,
): void {
	const step = row.height / Math.max(1, most);
	const count = columns.length / 2;
	const speaking = (i: number): number => (i < count ? (columns[2 * i + 1] ?? 0) || 0 : 0);
	for (const several of [false, true]) {
		context.fillStyle = several ? colours.several : colours.one;
		for (let start = 0; start < count; start += 1) {
			const own = speaking(start);
			let end = start + 1;
			while (end < count && speaking(end) === own) end += 1;
			if (own > 0 && own > 1 === several) {
				context.fillRect(start, row.top + row.height - own * step, end - start, own * step);
			}
			start = end - 1;
		}
	}
}
