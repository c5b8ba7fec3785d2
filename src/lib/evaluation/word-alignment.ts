import { atOnce } from '../support/slices.ts';

/** One step of an alignment. A word that only one side has is null on the other. */
export type AlignedWord =
	| { readonly kind: 'correct'; readonly reference: string; readonly hypothesis: string }
	| { readonly kind: 'substitution'; readonly reference: string; readonly hypothesis: string }
	| { readonly kind: 'deletion'; readonly reference: string; readonly hypothesis: null }
	| { readonly kind: 'insertion'; readonly reference: null; readonly hypothesis: string };

const diagonal = 0;
const fromAbove = 1;
const fromLeft = 2;

/** So many cells of the edit matrix may be remembered at once, a byte each. */
const mostCells = 4_000_000;
/** Work between two pauses, in cells: some milliseconds. */
const cellsPerPause = 1_000_000;

/** Words as numbers, equal where the words are. */
function numbersOf(words: readonly string[], known: Map<string, number>): Int32Array {
	return Int32Array.from(words, (word) => {
		const number = known.get(word) ?? known.size;
		known.set(word, number);
		return number;
	});
}

/** The edit matrix of two sequences, a row at a time; reference words go down, row 0 is above them. */
class EditRows {
	readonly columns: number;
	readonly #reference: Int32Array;
	readonly #hypothesis: Int32Array;

	constructor(reference: readonly string[], hypothesis: readonly string[]) {
		const known = new Map<string, number>();
		this.#reference = numbersOf(reference, known);
		this.#hypothesis = numbersOf(hypothesis, known);
		this.columns = hypothesis.length + 1;
	}

	first(): Int32Array {
		return Int32Array.from({ length: this.columns }, (_, column) => column);
	}

	/**
	 * Fewest edits into each cell of a row, from those of the row above.
	 * @param directions cheapest way into each cell; diagonal wherever it is among the cheapest, then
	 * from above.
	 */
	next(row: number, above: Int32Array, costs: Int32Array, directions: Uint8Array | null): void {
		const word = this.#reference[row - 1];
		let left = row;
		costs[0] = row;
		if (directions) directions[0] = fromAbove;
		for (let column = 1; column < this.columns; column += 1) {
			const matched = above[column - 1]! + (word === this.#hypothesis[column - 1] ? 0 : 1);
			const deleted = above[column]! + 1;
			const inserted = left + 1;
			const least = Math.min(matched, deleted, inserted);
			costs[column] = least;
			left = least;
			if (directions) {
				directions[column] =
					least === matched ? diagonal : least === deleted ? fromAbove : fromLeft;
			}
		}
	}
}

/** How many rows are remembered together: all, or about as many as there are such blocks. */
function rowsPerBlock(rows: number, columns: number): number {
	return rows * columns <= mostCells ? Math.max(1, rows) : Math.ceil(Math.sqrt(rows));
}

/**
 * As `alignWords`, with pauses; each gives the part that is done, 0 to 1.
 *
 * The way through a large matrix is found block by block from its end: of the first pass only every
 * so many-th row is kept, from which a block's ways are computed again when they are needed. So
 * the alignment is the same for every length, in memory that grows with the length to the power of 1.5.
 */
export function* alignWordsInSteps(
	reference: readonly string[],
	hypothesis: readonly string[],
): Generator<number, AlignedWord[], undefined> {
	const matrix = new EditRows(reference, hypothesis);
	const { columns } = matrix;
	const rows = reference.length;
	const block = rowsPerBlock(rows, columns);
	const starts = [matrix.first()];
	const lastStart = Math.max(0, Math.ceil(rows / block) - 1) * block;
	const rowsPerPause = Math.ceil(cellsPerPause / columns);
	let done = 0;
	const advance = (): boolean => (done += 1) % rowsPerPause === 0;
	const part = (): number => done / Math.max(1, rows + lastStart);

	let above: Int32Array = matrix.first();
	let costs: Int32Array = new Int32Array(columns);
	for (let row = 1; row <= lastStart; row += 1) {
		matrix.next(row, above, costs, null);
		[above, costs] = [costs, above];
		if (row % block === 0) starts.push(above.slice());
		if (advance()) yield part();
	}

	const aligned: AlignedWord[] = [];
	const directions = new Uint8Array((block + 1) * columns);
	let column = hypothesis.length;
	let row = rows;
	for (let start = lastStart; start >= 0; start -= block) {
		// Above the first word only words of the hypothesis are left.
		directions.fill(fromLeft, 0, columns);
		above = starts[start / block]!;
		for (let next = start + 1; next <= Math.min(start + block, rows); next += 1) {
			const at = (next - start) * columns;
			matrix.next(next, above, costs, directions.subarray(at, at + columns));
			[above, costs] = [costs, above];
			if (advance()) yield part();
		}
		while (row > start || (start === 0 && column > 0)) {
			const direction = directions[(row - start) * columns + column];
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
	}
	return aligned.reverse();
}

/**
 * The two word sequences side by side with the fewest errors (Levenshtein). Of several such
 * alignments the one that pairs words from the end, substitutions before deletions before insertions.
 */
export function alignWords(
	reference: readonly string[],
	hypothesis: readonly string[],
): AlignedWord[] {
	return atOnce(alignWordsInSteps(reference, hypothesis));
}

/** Cells of the edit matrix of two sequences: the work that it takes. */
export const editCells = (reference: readonly string[], hypothesis: readonly string[]): number =>
	reference.length * (hypothesis.length + 1);

/** Fewest errors of a hypothesis, in little memory. Pauses; each gives the cells done since the one before. */
export function* fewestErrorsInSteps(
	reference: readonly string[],
	hypothesis: readonly string[],
): Generator<number, number, undefined> {
	const matrix = new EditRows(reference, hypothesis);
	let above: Int32Array = matrix.first();
	let costs: Int32Array = new Int32Array(matrix.columns);
	let cells = 0;
	for (let row = 1; row <= reference.length; row += 1) {
		matrix.next(row, above, costs, null);
		[above, costs] = [costs, above];
		cells += matrix.columns;
		if (cells < cellsPerPause) continue;
		yield cells;
		cells = 0;
	}
	if (cells > 0) yield cells;
	return above[hypothesis.length]!;
}
