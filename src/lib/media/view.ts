import type { FrameBlock } from './media-source.ts';

/** A square window that moves over a picture, in pixels of it; may reach beyond its border. */
export interface MovingSquare {
	/** Number of the first frame of the picture that it shows. */
	readonly firstFrame: number;
	/** `left, top, side` of each frame in turn; NaN where there is nothing to show. */
	readonly squares: Float32Array;
}

/** What lies beyond the border, and what is shown of nothing: the grey of Light-ASD's demo. */
const borderGrey = 110;

/** Frames that a window shows. */
export function frameCountOf({ squares }: MovingSquare): number {
	return squares.length / 3;
}

/**
 * What a window shows in those frames of a block that it has, scaled to `size` x `size` (bilinear between pixel
 * centres); null where it has none. Frames are counted from the window's first.
 *
 * @param block grey
 * @throws TypeError for colours.
 */
export function cropBlock(
	block: FrameBlock,
	square: MovingSquare,
	size: number,
): FrameBlock | null {
	if (block.channels !== 1) throw new TypeError('Windows are cut out of grey pictures only');
	const from = Math.max(block.startFrame, square.firstFrame);
	const end = square.firstFrame + frameCountOf(square);
	const to = Math.min(block.startFrame + block.count, end);
	if (from >= to) return null;
	const bytes = size * size;
	const data = new Uint8Array((to - from) * bytes);
	for (let frame = from; frame < to; frame++) {
		const at = (frame - square.firstFrame) * 3;
		const [left, top, side] = square.squares.subarray(at, at + 3) as unknown as Triple;
		const out = data.subarray((frame - from) * bytes, (frame - from + 1) * bytes);
		cropSquare(block, frame - block.startFrame, { left, top, side }, size, out);
	}
	const startFrame = from - square.firstFrame;
	return { startFrame, count: to - from, width: size, height: size, channels: 1, data };
}

type Triple = readonly [number, number, number];

interface Square {
	readonly left: number;
	readonly top: number;
	readonly side: number;
}

function cropSquare(
	{ data, width, height }: FrameBlock,
	index: number,
	{ left, top, side }: Square,
	size: number,
	out: Uint8Array,
): void {
	out.fill(borderGrey);
	if (Number.isNaN(side)) return;
	const base = index * width * height;
	const step = side / size;
	const columns = positions(left, step, size, width);
	const rows = positions(top, step, size, height);
	for (let row = 0; row < size; row++) {
		const upper = rows.low[row]!;
		if (upper < 0) continue;
		const first = base + upper * width;
		const second = base + rows.high[row]! * width;
		const down = rows.weight[row]!;
		for (let column = 0; column < size; column++) {
			const near = columns.low[column]!;
			if (near < 0) continue;
			const far = columns.high[column]!;
			const across = columns.weight[column]!;
			const above = data[first + near]! * (1 - across) + data[first + far]! * across;
			const below = data[second + near]! * (1 - across) + data[second + far]! * across;
			out[row * size + column] = Math.round(above * (1 - down) + below * down);
		}
	}
}

/** For each pixel of a window the two of the picture around it and the second's weight; -1 beyond the border. */
function positions(start: number, step: number, size: number, limit: number) {
	const low = new Int32Array(size);
	const high = new Int32Array(size);
	const weight = new Float32Array(size);
	for (let i = 0; i < size; i++) {
		const position = start + (i + 0.5) * step - 0.5;
		const isInside = position > -1 && position < limit;
		low[i] = isInside ? Math.max(0, Math.floor(position)) : -1;
		high[i] = Math.min(limit - 1, Math.floor(position) + 1);
		weight[i] = position - Math.floor(position);
	}
	return { low, high, weight };
}
