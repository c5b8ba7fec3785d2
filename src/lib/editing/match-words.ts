/** One step from a text to another: a word that both have, or one that only one of them has. */
export type MatchStep =
	| { readonly kind: 'same'; readonly before: number; readonly after: number }
	| { readonly kind: 'gone'; readonly before: number }
	| { readonly kind: 'new'; readonly after: number };

/**
 * Goes from one text to another keeping as many words as can be kept, in their order. Scoring's alignment
 * is another: it counts a word put in the place of another as one error, and so gives up words that stayed
 * where that is no dearer. Of what is between two kept words all that went comes before all that is new.
 */
export function matchWords(before: readonly string[], after: readonly string[]): MatchStep[] {
	const columns = after.length + 1;
	/** How many words can be kept from here to the ends, row-major, `before` down. */
	const kept = new Uint32Array((before.length + 1) * columns);
	const keptFrom = (row: number, column: number): number => kept[row * columns + column] ?? 0;
	for (let row = before.length - 1; row >= 0; row -= 1) {
		for (let column = after.length - 1; column >= 0; column -= 1) {
			kept[row * columns + column] =
				before[row] === after[column]
					? keptFrom(row + 1, column + 1) + 1
					: Math.max(keptFrom(row + 1, column), keptFrom(row, column + 1));
		}
	}
	const steps: MatchStep[] = [];
	let fresh: MatchStep[] = [];
	let row = 0;
	let column = 0;
	while (row < before.length || column < after.length) {
		if (row < before.length && column < after.length && before[row] === after[column]) {
			steps.push(...fresh, { kind: 'same', before: row++, after: column++ });
			fresh = [];
		} else if (
			row < before.length &&
			(column === after.length || keptFrom(row + 1, column) >= keptFrom(row, column + 1))
		) {
			steps.push({ kind: 'gone', before: row++ });
		} else {
			fresh.push({ kind: 'new', after: column++ });
		}
	}
	return [...steps, ...fresh];
}
