/**
 * The one-to-one assignment of rows to columns with the least sum of costs: exact, by shortest
 * augmenting paths (the Hungarian method in the form of Jonker and Volgenant, 1987). Of several least
 * ones it is always the same. A larger sum is sought by giving costs with a minus.
 *
 * @param cost of a pair; finite. Asked once of each.
 * @returns the column of each row; null for rows left over where there are more rows than columns.
 * @throws TypeError for a cost that is not finite.
 */
export function leastCostAssignment(
	rows: number,
	columns: number,
	cost: (row: number, column: number) => number,
): readonly (number | null)[] {
	const isTall = rows > columns;
	const [few, many] = isTall ? [columns, rows] : [rows, columns];
	const costs = new Float64Array(few * many);
	for (let i = 0; i < few; i++) {
		for (let j = 0; j < many; j++) {
			const value = isTall ? cost(j, i) : cost(i, j);
			if (!Number.isFinite(value)) throw new TypeError(`A cost is ${value}`);
			costs[i * many + j] = value;
		}
	}
	const rowOfColumn = augmented(costs, few, many);
	const assigned = Array<number | null>(rows).fill(null);
	for (const [column, row] of rowOfColumn.entries()) {
		if (row === unassigned) continue;
		if (isTall) assigned[column] = row;
		else assigned[row] = column;
	}
	return assigned;
}

const unassigned = -1;

/**
 * The row of each column, every row assigned.
 * @param costs row-major, `rows <= columns`.
 */
function augmented(costs: Float64Array, rows: number, columns: number): Int32Array {
	const rowPrices = new Float64Array(rows);
	// A column more than there are: from it each search starts.
	const start = columns;
	const columnPrices = new Float64Array(columns + 1);
	const rowOfColumn = new Int32Array(columns + 1).fill(unassigned);
	const cameFrom = new Int32Array(columns);
	for (let newRow = 0; newRow < rows; newRow++) {
		const distances = new Float64Array(columns).fill(Infinity);
		const isReached = new Uint8Array(columns + 1);
		let at = start;
		rowOfColumn[start] = newRow;
		while (rowOfColumn[at] !== unassigned) {
			isReached[at] = 1;
			const row = rowOfColumn[at]!;
			let least = Infinity;
			let next = start;
			for (let column = 0; column < columns; column++) {
				if (isReached[column]) continue;
				const reduced = costs[row * columns + column]! - rowPrices[row]! - columnPrices[column]!;
				if (reduced < distances[column]!) {
					distances[column] = reduced;
					cameFrom[column] = at;
				}
				if (distances[column]! < least) {
					least = distances[column]!;
					next = column;
				}
			}
			for (let column = 0; column <= columns; column++) {
				if (isReached[column]) {
					rowPrices[rowOfColumn[column]!]! += least;
					columnPrices[column]! -= least;
				} else if (column < columns) {
					distances[column]! -= least;
				}
			}
			at = next;
		}
		while (at !== start) {
			const before = cameFrom[at]!;
			rowOfColumn[at] = rowOfColumn[before]!;
			at = before;
		}
	}
	return rowOfColumn.subarray(0, columns);
}
