import type { Sorting } from '../../state/sorting.ts';

export type AriaSort = 'ascending' | 'descending' | undefined;

/** What a column's header says of the order; nothing where the table is sorted by another, or by none. */
export function ariaSort<Column extends string>(
	sorting: Sorting<Column> | null,
	column: Column,
): AriaSort {
	if (sorting?.column !== column) return undefined;
	return sorting.descending ? 'descending' : 'ascending';
}
