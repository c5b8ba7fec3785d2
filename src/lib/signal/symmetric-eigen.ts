/** Eigenvalues of a symmetric matrix, the least first, with their vectors. */
export interface SymmetricEigen {
	readonly values: Float64Array;
	/** Row k belongs to value k, of length 1; its sign means nothing. Row-major `[n, n]`. */
	readonly vectors: Float64Array;
}

/** More steps than any value needs in practice (one or two are usual). */
const mostSteps = 60;

/**
 * All eigenvalues and vectors, by Householder's reduction and the implicit QL method (`tred2` and `tql2`
 * of EISPACK). Takes O(n³) time: 300 rows are quick, 1500 are not.
 * @param matrix symmetric, row-major `[n, n]`; kept as it is
 * @throws TypeError for a matrix that is not square, or for one with values that are not finite.
 */
export function symmetricEigen(n: number, matrix: ArrayLike<number>): SymmetricEigen {
	if (matrix.length !== n * n) throw new TypeError(`${matrix.length} values are not ${n} x ${n}`);
	const v = Float64Array.from(matrix);
	if (!v.every(Number.isFinite)) throw new TypeError('The matrix holds values that are not finite');
	if (n === 0) return { values: new Float64Array(0), vectors: v };
	const diagonal = new Float64Array(n);
	const beside = new Float64Array(n);
	reduce(n, v, diagonal, beside);
	iterate(n, v, diagonal, beside);
	const order = Array.from(diagonal, (_, k) => k).sort((a, b) => diagonal[a]! - diagonal[b]!);
	const vectors = new Float64Array(n * n);
	order.forEach((column, row) => {
		for (let i = 0; i < n; i++) vectors[row * n + i] = v[i * n + column]!;
	});
	return { values: Float64Array.from(order, (k) => diagonal[k]!), vectors };
}

/** To tridiagonal form: `d` and `e` hold it, `v` becomes the transformation. */
function reduce(n: number, v: Float64Array, d: Float64Array, e: Float64Array): void {
	for (let j = 0; j < n; j++) d[j] = v[(n - 1) * n + j]!;
	for (let i = n - 1; i > 0; i--) {
		let scale = 0;
		let h = 0;
		for (let k = 0; k < i; k++) scale += Math.abs(d[k]!);
		if (scale === 0) {
			e[i] = d[i - 1]!;
			for (let j = 0; j < i; j++) {
				d[j] = v[(i - 1) * n + j]!;
				v[i * n + j] = 0;
				v[j * n + i] = 0;
			}
		} else {
			for (let k = 0; k < i; k++) {
				d[k] = d[k]! / scale;
				h += d[k]! * d[k]!;
			}
			let f = d[i - 1]!;
			let g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
			e[i] = scale * g;
			h -= f * g;
			d[i - 1] = f - g;
			for (let j = 0; j < i; j++) e[j] = 0;
			for (let j = 0; j < i; j++) {
				f = d[j]!;
				v[j * n + i] = f;
				g = e[j]! + v[j * n + j]! * f;
				for (let k = j + 1; k < i; k++) {
					g += v[k * n + j]! * d[k]!;
					e[k] = e[k]! + v[k * n + j]! * f;
				}
				e[j] = g;
			}
			f = 0;
			for (let j = 0; j < i; j++) {
				e[j] = e[j]! / h;
				f += e[j]! * d[j]!;
			}
			const hh = f / (h + h);
			for (let j = 0; j < i; j++) e[j] = e[j]! - hh * d[j]!;
			for (let j = 0; j < i; j++) {
				f = d[j]!;
				g = e[j]!;
				for (let k = j; k < i; k++) v[k * n + j] = v[k * n + j]! - (f * e[k]! + g * d[k]!);
				d[j] = v[(i - 1) * n + j]!;
				v[i * n + j] = 0;
			}
		}
		d[i] = h;
	}
	gather(n, v, d);
	e[0] = 0;
}

/** Multiplies the reflections out. */
function gather(n: number, v: Float64Array, d: Float64Array): void {
	for (let i = 0; i < n - 1; i++) {
		v[(n - 1) * n + i] = v[i * n + i]!;
		v[i * n + i] = 1;
		const h = d[i + 1]!;
		if (h !== 0) {
			for (let k = 0; k <= i; k++) d[k] = v[k * n + i + 1]! / h;
			for (let j = 0; j <= i; j++) {
				let g = 0;
				for (let k = 0; k <= i; k++) g += v[k * n + i + 1]! * v[k * n + j]!;
				for (let k = 0; k <= i; k++) v[k * n + j] = v[k * n + j]! - g * d[k]!;
			}
		}
		for (let k = 0; k <= i; k++) v[k * n + i + 1] = 0;
	}
	for (let j = 0; j < n; j++) {
		d[j] = v[(n - 1) * n + j]!;
		v[(n - 1) * n + j] = 0;
	}
	v[n * n - 1] = 1;
}

/** From tridiagonal to diagonal. */
function iterate(n: number, v: Float64Array, d: Float64Array, e: Float64Array): void {
	e.copyWithin(0, 1);
	e[n - 1] = 0;
	let f = 0;
	let largest = 0;
	for (let l = 0; l < n; l++) {
		largest = Math.max(largest, Math.abs(d[l]!) + Math.abs(e[l]!));
		let m = l;
		while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * largest) m++;
		for (let step = 0; m > l && Math.abs(e[l]!) > Number.EPSILON * largest; step++) {
			if (step === mostSteps) throw new TypeError('The eigenvalues do not converge');
			let g = d[l]!;
			let p = (d[l + 1]! - g) / (2 * e[l]!);
			let r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1);
			d[l] = e[l]! / (p + r);
			d[l + 1] = e[l]! * (p + r);
			const next = d[l + 1]!;
			const h = g - d[l]!;
			for (let i = l + 2; i < n; i++) d[i] = d[i]! - h;
			f += h;
			p = d[m]!;
			let [c, c2, c3] = [1, 1, 1];
			let [s, s2] = [0, 0];
			const besideNext = e[l + 1]!;
			for (let i = m - 1; i >= l; i--) {
				c3 = c2;
				c2 = c;
				s2 = s;
				g = c * e[i]!;
				const turned = c * p;
				r = Math.hypot(p, e[i]!);
				e[i + 1] = s * r;
				s = e[i]! / r;
				c = p / r;
				p = c * d[i]! - s * g;
				d[i + 1] = turned + s * (c * g + s * d[i]!);
				for (let k = 0; k < n; k++) {
					const upper = v[k * n + i + 1]!;
					v[k * n + i + 1] = s * v[k * n + i]! + c * upper;
					v[k * n + i] = c * v[k * n + i]! - s * upper;
				}
			}
			p = (-s * s2 * c3 * besideNext * e[l]!) / next;
			e[l] = s * p;
			d[l] = c * p;
		}
		d[l] = d[l]! + f;
		e[l] = 0;
	}
}
