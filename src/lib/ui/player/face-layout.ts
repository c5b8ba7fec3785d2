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

/** Widest a caption is made for its words alone, in per cent of the picture. */
const captionWidth = 22;

/**
 * Where a caption stands: below the face or, where there is more room, above it; within the picture.
 *
 * @param count faces in the picture: people who sit around a table leave each this part of it
 */
export function captionPlace(
	area: Area,
	count: number,
): { left: number; width: number; below: boolean } {
	const width = Math.max(area.width, Math.min(captionWidth, 95 / count));
	const middle = area.left + area.width / 2;
	return {
		left: Math.min(100 - width, Math.max(0, middle - width / 2)),
		width,
		below: 100 - (area.top + area.height) >= area.top,
	};
}
