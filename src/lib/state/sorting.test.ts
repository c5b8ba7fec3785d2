import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedAnew, sortRows } from './sorting.ts';

test('asked for again, a column goes the other way; another begins upwards', () => {
	const first = sortedAnew<'a' | 'b'>(null, 'a');
	expect(first).toEqual({ column: 'a', descending: false });
	const second = sortedAnew(first, 'a');
	expect(second).toEqual({ column: 'a', descending: true });
	expect(sortedAnew(second, 'a')).toEqual(first);
	expect(sortedAnew(second, 'b')).toEqual({ column: 'b', descending: false });
});

test('nothing is lost, numbers ascend or descend, what is missing is last, equals keep their order', () => {
	const cell = fc.option(fc.integer({ min: 0, max: 5 }));
	fc.assert(
		fc.property(fc.array(cell), fc.boolean(), (cells, descending) => {
			const rows = cells.map((value, place) => ({ value, place }));
			const sorted = sortRows(rows, { column: 'value', descending }, ({ value }) => value);
			expect(new Set(sorted)).toEqual(new Set(rows));
			for (const [i, row] of sorted.entries()) {
				const next = sorted[i + 1];
				if (!next) continue;
				if (row.value === next.value) expect(row.place).toBeLessThan(next.place);
				else if (next.value !== null) {
					const step = next.value - (row.value ?? Number.NaN);
					expect(descending ? -step : step).toBeGreaterThan(0);
				}
			}
		}),
	);
});

test('numbers within words count as numbers', () => {
	const rows = ['spk_10', 'spk_9'];
	expect(sortRows(rows, { column: 'name', descending: false }, (name) => name)).toEqual([
		'spk_9',
		'spk_10',
	]);
});
