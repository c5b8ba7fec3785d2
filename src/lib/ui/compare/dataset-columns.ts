import type { ModelInfo } from '../../state/models-client.ts';
import { cellOf, datasetColumns } from '../../state/dataset-table.svelte.ts';
import type { DatasetColumn, DatasetRow, DatasetTable } from '../../state/dataset-table.svelte.ts';
import { csvText } from '../../formats/csv-text.ts';
import { percentText } from '../common/number-text.ts';
import { f1Text } from './compare-words.ts';
import { recogniserTitle } from './run-words.ts';

/** What people read above a column. */
export const columnTitles: Readonly<Record<DatasetColumn, string>> = {
	session: 'Session',
	recogniser: 'Run',
	wer: 'Word errors',
	f1: 'F1',
	joint: 'Joint',
	substitutions: 'Substituted',
	deletions: 'Missing',
	insertions: 'Inserted',
	words: 'Words',
	minutes: 'Minutes',
	edited: 'Edited',
};

/** Columns of figures, which stand to the right. */
export function isFigure(column: DatasetColumn): boolean {
	return column !== 'session' && column !== 'recogniser' && column !== 'edited';
}

/** A figure as people read it. */
export function figureText(column: DatasetColumn, value: string | number | null): string {
	if (value === null) return '–';
	if (typeof value === 'string') return value;
	if (column === 'wer' || column === 'joint') return percentText(value);
	if (column === 'f1') return f1Text(value);
	return column === 'minutes' ? value.toFixed(1) : String(value);
}

/** What stands in the last line: means as the challenge takes them, sums of the rest. */
export function totalOf(table: DatasetTable, column: DatasetColumn): number | null {
	const { totals, counted } = table;
	switch (column) {
		case 'wer':
		case 'f1':
		case 'joint':
			return totals?.[column] ?? null;
		case 'substitutions':
		case 'deletions':
		case 'insertions':
			return totals?.errors[column] ?? null;
		case 'words':
			return totals?.errors.referenceWords ?? null;
		case 'minutes':
			return (
				totals && counted.reduce((sum, { record }) => sum + (record.durationSeconds ?? 0), 0) / 60
			);
		case 'session':
		case 'recogniser':
		case 'edited':
			return null;
	}
}

/** What tells a run from the others of its session: the recogniser, then whatever else. */
export function runTitle(
	row: DatasetRow,
	runId: string,
	models: readonly ModelInfo[] | null,
): string {
	const run = row.runs.find((one) => one.runId === runId) ?? row.run;
	const title = recogniserTitle(run.settings.recogniser, models);
	const same = row.runs.filter(({ settings }) => settings.recogniser === run.settings.recogniser);
	// The id tells the settings apart; its parts that are alike say nothing.
	const differing = run.runId
		.split('~')
		.filter((part, i) => same.some(({ runId: other }) => other.split('~')[i] !== part));
	return [title, ...differing].join(', ');
}

/** The table as a file: what counts, in the order that is shown, fractions in full; then the totals. */
export function datasetCsv(table: DatasetTable): string {
	const shown = table.rows.filter((row) => row.chosen && row.found);
	return csvText([
		[...datasetColumns, 'run'],
		...shown.map((row) => [...datasetColumns.map((column) => cellOf(row, column)), row.run.runId]),
		[
			...datasetColumns.map((column) =>
				column === 'session' ? 'all' : column === 'edited' ? null : totalOf(table, column),
			),
			null,
		],
	]);
}
