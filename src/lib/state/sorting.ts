/** Which column a table is sorted by, and which way. */
export interface Sorting<Column extends string> {
	readonly column: Column;
	readonly descending: boolean;
}

/** What stands in a table's cell; null where nothing is known. */
export type Cell = string | number | null;

/** After a column was asked for: upwards, and the other way when it is asked for again. */
export function sortedAnew<Column extends string>(
	current: Sorting<Column> | null,
	column: Column,
): Sorting<Column> {
	return { column, descending: column === current?.column && !current.descending };
}

/**
 * The rows in their order, equal ones as they stood: numbers by size, words by their letters; what is
 * missing comes last, whichever way.
 */
export function sortRows<Row, Column extends string>(
	rows: readonly Row[],
	{ column, descending }: Sorting<Column>,
	cellOf: (row: Row, column: Column) => Cell,
): readonly Row[] {
	const direction = descending ? -1 : 1;
	return [...rows].sort((a, b) => compareCells(cellOf(a, column), cellOf(b, column), direction));
}

function compareCells(a: Cell, b: Cell, direction: 1 | -1): number {
	if (a === null || b === null) return Number(a === null) - Number(b === null);
	if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
	return direction * String(a).localeCompare(String(b), undefined, { numeric: true });
}
