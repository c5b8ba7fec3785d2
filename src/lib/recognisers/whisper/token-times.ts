/** Attention of one head: for each token that was read, how much it looked at each frame of sound. */
export interface HeadAttention {
	readonly tokens: number;
	readonly frames: number;
	/** [tokens, frames] */
	readonly data: Float32Array;
}

/**
 * When each token begins: the attention of the heads that follow the sound is normalised, smoothed and
 * averaged, and the best monotonic path through it tells which frames are whose (dynamic time warping,
 * as OpenAI's reference has it).
 *
 * @param heads of the same size
 * @param skip tokens at the beginning that are no text
 * @returns the first frame of each token that is left; never decreasing
 */
export function tokenStarts(
	heads: readonly HeadAttention[],
	skip: number,
	medianWidth: number,
): number[] {
	const [first] = heads;
	if (!first || first.tokens <= skip || first.frames === 0) return [];
	const { frames } = first;
	const rows = first.tokens - skip;
	const mean = new Float64Array(rows * frames);
	for (const head of heads) {
		const smooth = smoothed(normalised(head), frames, medianWidth);
		for (let i = 0; i < mean.length; i++) mean[i]! += smooth[skip * frames + i]! / heads.length;
	}
	return warp(mean, rows, frames);
}

/** Each frame over all tokens: mean 0, deviation 1. */
function normalised({ tokens, frames, data }: HeadAttention): Float32Array {
	const out = new Float32Array(data.length);
	for (let frame = 0; frame < frames; frame++) {
		let sum = 0;
		for (let i = 0; i < tokens; i++) sum += data[i * frames + frame]!;
		const mean = sum / tokens;
		let squares = 0;
		for (let i = 0; i < tokens; i++) squares += (data[i * frames + frame]! - mean) ** 2;
		const deviation = Math.sqrt(squares / tokens);
		// A frame that all tokens look at alike tells nothing.
		if (deviation === 0) continue;
		for (let i = 0; i < tokens; i++) {
			out[i * frames + frame] = (data[i * frames + frame]! - mean) / deviation;
		}
	}
	return out;
}

/** The median over `width` frames; beyond the edges the row goes on mirrored. */
function smoothed(data: Float32Array, frames: number, width: number): Float32Array {
	const reach = Math.floor(width / 2);
	// As the reference: too short to be mirrored, left as it is.
	if (frames <= reach) return data;
	const out = new Float32Array(data.length);
	const window = new Float32Array(2 * reach + 1);
	for (let start = 0; start < data.length; start += frames) {
		for (let frame = 0; frame < frames; frame++) {
			for (let i = -reach; i <= reach; i++) {
				let at = Math.abs(frame + i);
				if (at >= frames) at = 2 * (frames - 1) - at;
				window[i + reach] = data[start + at]!;
			}
			out[start + frame] = window.sort()[reach]!;
		}
	}
	return out;
}

/** Where the cheapest path came from. */
const diagonal = 0;
const tokenBefore = 1;
const frameBefore = 2;

/** The frame at which the best path through `gain` [rows, columns] first meets each row. */
function warp(gain: Float64Array, rows: number, columns: number): number[] {
	const width = columns + 1;
	const cost = new Float64Array((rows + 1) * width).fill(Number.POSITIVE_INFINITY);
	const trace = new Uint8Array((rows + 1) * width);
	cost[0] = 0;
	for (let row = 1; row <= rows; row++) {
		for (let column = 1; column <= columns; column++) {
			const here = row * width + column;
			const both = cost[here - width - 1]!;
			const token = cost[here - width]!;
			const frame = cost[here - 1]!;
			let best = both;
			trace[here] = diagonal;
			if (!(both < token && both < frame)) {
				const down = token < both && token < frame;
				best = down ? token : frame;
				trace[here] = down ? tokenBefore : frameBefore;
			}
			cost[here] = best - gain[(row - 1) * columns + column - 1]!;
		}
	}
	const starts = new Array<number>(rows).fill(0);
	let row = rows;
	let column = columns;
	while (row > 0 && column > 0) {
		starts[row - 1] = column - 1;
		const from = trace[row * width + column];
		if (from !== frameBefore) row -= 1;
		if (from !== tokenBefore) column -= 1;
	}
	return starts;
}
