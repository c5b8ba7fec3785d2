import type { FaceBox } from '../../domain/session.ts';
import type { Size } from './blurred-size.ts';

/** A part of the picture, in per cent of its width and height. */
export interface Area {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

/**
 * Where a box is in the picture. The picture goes round: what lies beyond its right edge comes in at the
 * left, so that a box may be in two parts, the larger first. None for a box outside of it.
 */
export function areasOf({ x1, y1, x2, y2 }: FaceBox, { width, height }: Size): readonly Area[] {
	const top = Math.max(0, y1);
	const bottom = Math.min(height, y2);
	const span = Math.min(width, x2 - x1);
	if (!(bottom > top) || !(span > 0)) return [];
	const left = ((x1 % width) + width) % width;
	const beyond = Math.max(0, left + span - width);
	const parts = [
		{ from: left, wide: span - beyond },
		{ from: 0, wide: beyond },
	];
	return parts
		.filter(({ wide }) => wide > 0)
		.sort((a, b) => b.wide - a.wide)
		.map(({ from, wide }) => ({
			left: (from / width) * 100,
			top: (top / height) * 100,
			width: (wide / width) * 100,
			height: ((bottom - top) / height) * 100,
		}));
}

/** Widest a caption is, in per cent of the picture. */
const captionWidth = 30;

/** Where a caption stands, in per cent of the picture. */
export interface CaptionPlace {
	readonly left: number;
	readonly width: number;
	/** Below the face, or above it where there is more room. */
	readonly below: boolean;
}

/**
 * Places for the captions of all who talk at once, each as near to the middle of its face as the others
 * leave it: side by side, so that none covers another however many lines it has.
 *
 * @param areas of their faces, in any order; the places come in the same one
 */
export function captionPlaces(areas: readonly Area[]): readonly CaptionPlace[] {
	const width = Math.min(captionWidth, 100 / Math.max(1, areas.length));
	const middleOf = ({ left, width: wide }: Area): number => left + wide / 2;
	const order = areas.map((_, i) => i).sort((a, b) => middleAt(a) - middleAt(b));
	function middleAt(index: number): number {
		const area = areas[index];
		return area ? middleOf(area) : 0;
	}
	const lefts = new Array<number>(areas.length).fill(0);
	// From the left nobody stands before the one before; from the right all are brought inside.
	let least = 0;
	for (const index of order) {
		lefts[index] = Math.max(least, middleAt(index) - width / 2);
		least = (lefts[index] ?? 0) + width;
	}
	let most = 100;
	for (const index of order.toReversed()) {
		lefts[index] = Math.min(lefts[index] ?? 0, most - width);
		most = lefts[index] ?? 0;
	}
	return areas.map((area, index) => ({
		left: lefts[index] ?? 0,
		width,
		below: 100 - (area.top + area.height) >= area.top,
	}));
}
