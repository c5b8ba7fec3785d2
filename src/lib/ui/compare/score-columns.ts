import type { DocumentSpeaker, StudioDocument } from '../../domain/studio-document.ts';
import { csvText } from '../../formats/csv-text.ts';
import type { Scores } from '../../domain/result.ts';
import { addErrors, noErrors } from '../../evaluation/word-errors.ts';
import type { WordErrors } from '../../evaluation/word-errors.ts';
import type { DocumentScores } from '../../state/document-scores.ts';
import type { Cell } from '../../state/sorting.ts';
import { percentText } from '../common/number-text.ts';
import { f1Text } from './compare-words.ts';

/** What the table of a session's speakers can be sorted by; `beside` is another result's word errors. */
export type ScoreColumn =
	| 'speaker'
	| 'wer'
	| 'beside'
	| 'substitutions'
	| 'deletions'
	| 'insertions'
	| 'words'
	| 'f1'
	| 'joint';

/** Another result beside the first, with what it is called. */
export interface ScoresBeside {
	readonly scores: DocumentScores;
	readonly title: string;
}

/** One speaker; null where somebody wrote nothing down to score against. */
export interface ScoreRow {
	readonly speaker: DocumentSpeaker;
	readonly scores: Scores | null;
	readonly errors: WordErrors | null;
	/** Word error rate of the result beside it. */
	readonly beside: number | null;
}

/** The columns in their order, with what people read above them. */
export function scoreColumns(
	beside: ScoresBeside | null,
): readonly { readonly column: ScoreColumn; readonly title: string; readonly hint?: string }[] {
	return [
		{ column: 'speaker', title: 'Speaker' },
		{ column: 'wer', title: 'Word errors' },
		...(beside ? [{ column: 'beside' as const, title: beside.title }] : []),
		{ column: 'substitutions', title: 'Substituted', hint: 'Words heard as others' },
		{ column: 'deletions', title: 'Missing', hint: 'Words that are missing' },
		{ column: 'insertions', title: 'Inserted', hint: 'Words that nobody said' },
		{ column: 'words', title: 'Words', hint: 'Words of the label' },
		{ column: 'f1', title: 'F1' },
		{ column: 'joint', title: 'Joint' },
	];
}

/** A row for each speaker, in the order of the session. */
export function scoreRows(
	document: StudioDocument,
	{ scores, speakers }: DocumentScores,
	beside: ScoresBeside | null,
): readonly ScoreRow[] {
	return document.speakers.map((speaker) => ({
		speaker,
		scores: scores.perSpeaker.get(speaker.id) ?? null,
		errors: speakers.get(speaker.id)?.errors ?? null,
		beside: beside?.scores.scores.perSpeaker.get(speaker.id)?.wer ?? null,
	}));
}

/** What stands in a column, as it is sorted and exported. */
export function scoreCell(
	{ speaker, scores, errors, beside }: ScoreRow,
	column: ScoreColumn,
): Cell {
	switch (column) {
		case 'speaker':
			return speaker.name;
		case 'beside':
			return beside;
		case 'wer':
		case 'f1':
		case 'joint':
			return scores?.[column] ?? null;
		case 'substitutions':
		case 'deletions':
		case 'insertions':
			return errors?.[column] ?? null;
		case 'words':
			return errors?.referenceWords ?? null;
	}
}

/** A figure as people read it. */
export function scoreText(row: ScoreRow, column: ScoreColumn): string {
	const value = scoreCell(row, column);
	if (typeof value !== 'number') return value ?? '–';
	if (column === 'f1') return f1Text(value);
	return column === 'wer' || column === 'beside' || column === 'joint'
		? percentText(value)
		: String(value);
}

/**
 * The table as a file: the rows in the order that is shown, with ids, fractions in full; then the
 * session's own scores and the sums of the counts.
 */
export function scoreCsv(
	rows: readonly ScoreRow[],
	session: DocumentScores,
	beside: ScoresBeside | null,
): string {
	const columns = scoreColumns(beside).map(({ column }) => column);
	const { scores } = session;
	const errors = rows.flatMap((row) => row.errors ?? []).reduce(addErrors, noErrors);
	const all = (column: ScoreColumn): Cell => {
		switch (column) {
			case 'speaker':
				return 'all';
			case 'beside':
				return beside?.scores.scores.wer ?? null;
			case 'wer':
			case 'f1':
			case 'joint':
				return scores[column];
			case 'words':
				return errors.referenceWords;
			case 'substitutions':
			case 'deletions':
			case 'insertions':
				return errors[column];
		}
	};
	return csvText([
		[...columns.map((name) => (name === 'beside' && beside ? `wer ${beside.title}` : name)), 'id'],
		...rows.map((row) => [...columns.map((column) => scoreCell(row, column)), row.speaker.id]),
		[...columns.map(all), null],
	]);
}
