import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastCostAssignment } from './assignment.ts';

const assign = (costs: readonly (readonly number[])[], columns = costs[0]?.length ?? 0) =>
	leastCostAssignment(costs.length, columns, (row, column) => costs[row]![column]!);

/** Sum over all ways to choose, by trying them. */
function leastByTrying(costs: readonly (readonly number[])[], columns: number): number {
	const pairs = Math.min(costs.length, columns);
	const from = (row: number, taken: ReadonlySet<number>): number => {
		if (taken.size === pairs) return 0;
		if (row === costs.length) return Infinity;
		const skipped = from(row + 1, taken);
		return Array.from({ length: columns }, (_, column) => column)
			.filter((column) => !taken.has(column))
			.reduce((least, column) => {
				const rest = from(row + 1, new Set([...taken, column]));
				return Math.min(least, costs[row]![column]! + rest);
			}, skipped);
	};
	return from(0, new Set());
}

test('the cheapest pairs together, not each the cheapest alone', () => {
	expect(
		assign([
			[1, 2],
			[1, 10],
		]),
	).toEqual([1, 0]);
});

test('rows that are too many are left over, and so are columns', () => {
	expect(assign([[5], [1], [3]])).toEqual([null, 0, null]);
	expect(assign([[5, 1, 3]])).toEqual([1]);
	expect(assign([[], []], 0)).toEqual([null, null]);
	expect(assign([], 3)).toEqual([]);
});

test('a cost without a value is refused', () => {
	expect(() => assign([[NaN]])).toThrow(TypeError);
	expect(() => assign([[Infinity]])).toThrow(TypeError);
});

test('is one to one, complete, and as cheap as any', () => {
	const matrix = fc
		.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
		.chain(([rows, columns]) => {
			const row = fc.array(fc.integer({ min: -9, max: 9 }), {
				minLength: columns,
				maxLength: columns,
			});
			return fc.array(row, { minLength: rows, maxLength: rows });
		});
	fc.assert(
		fc.property(matrix, (costs) => {
			const columns = costs[0]!.length;
			const assigned = assign(costs);
			const taken = assigned.filter((column) => column !== null);
			expect(new Set(taken).size).toBe(taken.length);
			expect(taken).toHaveLength(Math.min(costs.length, columns));
			const sum = assigned.reduce<number>(
				(all, column, row) => all + (column === null ? 0 : costs[row]![column]!),
				0,
			);
			expect(sum).toBe(leastByTrying(costs, columns));
		}),
	);
});
