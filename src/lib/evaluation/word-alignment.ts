/** One step of an alignment. A word that only one side has is null on the other. */
export type AlignedWord =
	| { readonly kind: 'correct'; readonly reference: string; readonly hypothesis: string }
	| { readonly kind: 'substitution'; readonly reference: string; readonly hypothesis: string }
	| { readonly kind: 'deletion'; readonly reference: string; readonly hypothesis: null }
	| { readonly kind: 'insertion'; readonly reference: null; readonly hypothesis: string };

const diagonal = 0;
const fromAbove = 1;
const fromLeft = 2;

/** Cheapest way into each cell of the edit matrix, row-major, reference words down. */
function editDirections(reference: readonly string[], hypothesis: readonly string[]): Uint8Array {
	const columns = hypothesis.length + 1;
	const directions = new Uint8Array((reference.length + 1) * columns).fill(fromLeft, 1, columns);
	let above = Int32Array.from({ length: columns }, (_, column) => column);
	for (let row = 1; row <= reference.length; row += 1) {
		const costs = new Int32Array(columns);
		costs[0] = row;
		directions[row * columns] = fromAbove;
		const word = reference[row - 1];
		for (let column = 1; column < columns; column += 1) {
			const differs = word === hypothesis[column - 1] ? 0 : 1;
			const matched = (above[column - 1] ?? 0) + differs;
			const deleted = (above[column] ?? 0) + 1;
			const inserted = (costs[column - 1] ?? 0) + 1;
			const least = Math.min(matched, deleted, inserted);
			costs[column] = least;
			if (least !== matched) {
				directions[row * columns + column] = least === deleted ? fromAbove : fromLeft;
			}
		}
		above = costs;
	}
	return directions;
}

/**
 * The two word sequences side by side with the fewest errors (Levenshtein). Of several such
 * alignments the one that pairs words from the end, substitutions before deletions before insertions.
 */
export function alignWords(
	reference: readonly string[],
	hypothesis: readonly string[],
): AlignedWord[] {
	const directions = editDirections(reference, hypothesis);
	const columns = hypothesis.length + 1;
	const aligned: AlignedWord[] = [];
	let row = reference.length;
	let column = hypothesis.length;
	while (row > 0 || column > 0) {
		const direction = directions[row * columns + column];
		const said = reference[row - 1] ?? '';
		const heard = hypothesis[column - 1] ?? '';
		if (direction === diagonal) {
			const kind = said === heard ? 'correct' : 'substitution';
			aligned.push({ kind, reference: said, hypothesis: heard });
		} else if (direction === fromAbove) {
			aligned.push({ kind: 'deletion', reference: said, hypothesis: null });
		} else {
			aligned.push({ kind: 'insertion', reference: null, hypothesis: heard });
		}
		if (direction !== fromLeft) row -= 1;
		if (direction !== fromAbove) column -= 1;
	}
	return aligned.reverse();
}
