/**
 * Rotation, uniform scale and translation of the plane (4 degrees of freedom):
 * x' = a x - b y + tx, y' = b x + a y + ty.
 */
export interface Similarity {
	readonly a: number;
	readonly b: number;
	readonly tx: number;
	readonly ty: number;
}

/** Points of the plane, packed x0, y0, x1, y1, ... */
export type Points = ArrayLike<number>;

/**
 * The similarity that takes `from` to `to` with the least sum of squared distances.
 * @throws TypeError for fewer than two points, lists of unequal length, or points that all coincide.
 */
export function estimateSimilarity(from: Points, to: Points): Similarity {
	const count = from.length >> 1;
	if (from.length !== to.length || from.length % 2 !== 0 || count < 2) {
		throw new TypeError(`Cannot fit a similarity from ${from.length} to ${to.length} coordinates`);
	}
	const fromMean = meanPoint(from);
	const toMean = meanPoint(to);
	let dot = 0;
	let cross = 0;
	let spread = 0;
	for (let i = 0; i < from.length; i += 2) {
		const fx = at(from, i) - fromMean.x;
		const fy = at(from, i + 1) - fromMean.y;
		const gx = at(to, i) - toMean.x;
		const gy = at(to, i + 1) - toMean.y;
		dot += fx * gx + fy * gy;
		cross += fx * gy - fy * gx;
		spread += fx * fx + fy * fy;
	}
	if (!(spread > 0)) throw new TypeError('Cannot fit a similarity to points that coincide');
	const a = dot / spread;
	const b = cross / spread;
	return {
		a,
		b,
		tx: toMean.x - (a * fromMean.x - b * fromMean.y),
		ty: toMean.y - (b * fromMean.x + a * fromMean.y),
	};
}

/** The points moved by `similarity`, packed like the input. */
export function transformPoints(similarity: Similarity, points: Points): Float64Array {
	const { a, b, tx, ty } = similarity;
	const moved = new Float64Array(points.length);
	for (let i = 0; i < points.length; i += 2) {
		const x = at(points, i);
		const y = at(points, i + 1);
		moved[i] = a * x - b * y + tx;
		moved[i + 1] = b * x + a * y + ty;
	}
	return moved;
}

/** The way back. @throws TypeError for a similarity of scale 0. */
export function invertSimilarity({ a, b, tx, ty }: Similarity): Similarity {
	const square = a * a + b * b;
	if (!(square > 0)) throw new TypeError('A similarity of scale 0 has no inverse');
	const ia = a / square;
	const ib = -b / square;
	return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}

/** Uniform scale of the similarity. */
export function scaleOf({ a, b }: Similarity): number {
	return Math.hypot(a, b);
}

/** Centre of gravity of packed points. */
export function meanPoint(points: Points): { x: number; y: number } {
	let x = 0;
	let y = 0;
	for (let i = 0; i < points.length; i += 2) {
		x += at(points, i);
		y += at(points, i + 1);
	}
	const count = points.length >> 1;
	return { x: x / count, y: y / count };
}

function at(points: Points, index: number): number {
	return points[index] ?? Number.NaN;
}
