import type { Scores, SessionScores } from '../domain/result.ts';
import type { Labels } from '../domain/session.ts';
import { documentOf } from '../editing/document-of.ts';
import { firstEdition } from '../editing/first-edition.ts';
import { datasetScores } from '../evaluation/dataset-scores.ts';
import { addErrors, noErrors } from '../evaluation/word-errors.ts';
import type { WordErrors } from '../evaluation/word-errors.ts';
import { isAbort } from '../support/abort.ts';
import type { ConfabClient, SessionRecord } from './client.ts';
import { Aligner, scoreDocument } from './document-scores.ts';
import { sortedAnew, sortRows } from './sorting.ts';
import type { Cell, Sorting } from './sorting.ts';
import type { RunRecord } from './studio-client.ts';

/** What the table asks of the rest. */
export type DatasetClient = Pick<
	ConfabClient,
	'listSessions' | 'listRuns' | 'loadRun' | 'loadEdition' | 'loadReference'
>;

/** What was found for a session's run. */
export interface RowScores {
	readonly scores: SessionScores;
	/** Over all speakers. */
	readonly errors: WordErrors;
}

/** One session that has a truth. */
export interface DatasetRow {
	readonly record: SessionRecord;
	readonly labels: Labels;
	/** The latest first; at least one. */
	readonly runs: readonly RunRecord[];
	/** The run that is scored. */
	readonly run: RunRecord;
	/** Whether it counts. */
	readonly chosen: boolean;
	/** Null until they are computed. */
	readonly found: RowScores | null;
	readonly error: unknown;
}

/** What a table can be sorted by. */
export const datasetColumns = [
	'session',
	'recogniser',
	'wer',
	'f1',
	'joint',
	'substitutions',
	'deletions',
	'insertions',
	'words',
	'minutes',
	'edited',
] as const;

export type DatasetColumn = (typeof datasetColumns)[number];

/** Several sessions against their truths, as the challenge counts them. */
export class DatasetTable {
	readonly #client: DatasetClient;
	#status = $state.raw<'loading' | 'ready' | 'failed'>('loading');
	#rows = $state.raw<readonly DatasetRow[]>([]);
	#scoring = $state.raw<{ done: number; total: number; name: string } | null>(null);
	#sort = $state.raw<Sorting<DatasetColumn>>({ column: 'session', descending: false });
	#error = $state.raw<unknown>(null);
	#going: AbortController | null = null;
	readonly #sorted = $derived(sortRows(this.#rows, this.#sort, cellOf));
	readonly #counted = $derived(this.#rows.filter((row) => row.chosen && row.found));
	readonly #totals = $derived.by((): (Scores & { errors: WordErrors }) | null => {
		const found = this.#counted.flatMap((row) => (row.found ? [row.found] : []));
		if (found.length === 0) return null;
		return {
			...datasetScores(found.map(({ scores }) => scores)),
			errors: found.map(({ errors }) => errors).reduce(addErrors, noErrors),
		};
	});

	constructor(client: DatasetClient) {
		this.#client = client;
	}

	get status(): 'loading' | 'ready' | 'failed' {
		return this.#status;
	}

	/** In the order that is wanted. */
	get rows(): readonly DatasetRow[] {
		return this.#sorted;
	}

	/** Which session is being scored; null when none is. */
	get scoring(): { readonly done: number; readonly total: number; readonly name: string } | null {
		return this.#scoring;
	}

	get sort(): Sorting<DatasetColumn> {
		return this.#sort;
	}

	/** Chosen sessions that have scores. */
	get counted(): readonly DatasetRow[] {
		return this.#counted;
	}

	/** Of the sessions that count, as the challenge averages them; null for none. */
	get totals(): (Scores & { readonly errors: WordErrors }) | null {
		return this.#totals;
	}

	/** Recognisers of any run, in the order of their ids. */
	get recognisers(): readonly string[] {
		const ids = this.#rows.flatMap(({ runs }) => runs.map(({ settings }) => settings.recogniser));
		return ids.filter((id, i) => ids.indexOf(id) === i).sort();
	}

	get error(): unknown {
		return this.#error;
	}

	/** Finds the sessions that have a truth and a run; never rejects. */
	async load(): Promise<void> {
		try {
			const rows: DatasetRow[] = [];
			for (const record of await this.#client.listSessions()) {
				if (!record.complete) continue;
				const [labels, runs] = await Promise.all([
					this.#client.loadReference(record.sessionId),
					this.#client.listRuns(record.sessionId),
				]);
				const [run] = runs;
				if (!labels || !run) continue;
				rows.push({ record, labels, runs, run, chosen: true, found: null, error: null });
			}
			this.#rows = rows;
			this.#status = 'ready';
		} catch (thrown) {
			this.#error = thrown;
			this.#status = 'failed';
		}
	}

	choose(sessionId: string, chosen: boolean): void {
		this.#change(sessionId, (row) => ({ ...row, chosen }));
	}

	/** Scores this run of a session from then on. */
	chooseRun(sessionId: string, runId: string): void {
		this.#change(sessionId, (row) => withRun(row, (run) => run.runId === runId));
	}

	/** Takes each session's latest run with a recogniser, or the latest of any; others do not count. */
	chooseRecogniser(recogniser: string | null): void {
		this.#rows = this.#rows.map((row) => {
			const wanted = (run: RunRecord): boolean =>
				recogniser === null || run.settings.recogniser === recogniser;
			return { ...withRun(row, wanted), chosen: row.runs.some(wanted) };
		});
	}

	sortBy(column: DatasetColumn): void {
		this.#sort = sortedAnew(this.#sort, column);
	}

	/**
	 * Scores what is chosen and has no scores yet, one session after the other; a session that cannot be
	 * read says so in its row. Never rejects.
	 */
	async score(): Promise<void> {
		if (this.#going) return;
		const going = new AbortController();
		this.#going = going;
		const waiting = this.#sorted.filter((row) => row.chosen && !row.found);
		try {
			for (const [done, { record, labels, run }] of waiting.entries()) {
				this.#scoring = { done, total: waiting.length, name: record.sessionName };
				const outcome = await this.#scoreRun(record.sessionId, labels, run, going.signal).then(
					(found) => ({ found, error: null }),
					(error: unknown) => ({ found: null, error }),
				);
				if (going.signal.aborted || isAbort(outcome.error)) break;
				this.#change(record.sessionId, (row) =>
					row.run.runId === run.runId ? { ...row, ...outcome } : row,
				);
			}
		} finally {
			this.#scoring = null;
			this.#going = null;
		}
	}

	/** Ends what is under way; scores that are there stay. */
	cancel(): void {
		this.#going?.abort();
	}

	async #scoreRun(
		sessionId: string,
		labels: Labels,
		{ runId }: RunRecord,
		signal: AbortSignal,
	): Promise<RowScores> {
		const result = await this.#client.loadRun(sessionId, runId);
		if (!result) throw new Error('This run is not stored any more.');
		const edition = await this.#client.loadEdition(sessionId, runId);
		const document = documentOf(result, edition ?? firstEdition(result));
		const { scores, speakers } = await scoreDocument(document, labels, new Aligner(), { signal });
		const errors = [...speakers.values()].map((speaker) => speaker.errors);
		return { scores, errors: errors.reduce(addErrors, noErrors) };
	}

	#change(sessionId: string, change: (row: DatasetRow) => DatasetRow): void {
		this.#rows = this.#rows.map((row) => (row.record.sessionId === sessionId ? change(row) : row));
	}
}

function withRun(row: DatasetRow, wanted: (run: RunRecord) => boolean): DatasetRow {
	const run = row.runs.find(wanted) ?? row.run;
	return run.runId === row.run.runId ? row : { ...row, run, found: null, error: null };
}

/** What stands in a column, as it is sorted and exported; minutes to a hundredth. */
export function cellOf(row: DatasetRow, column: DatasetColumn): Cell {
	const { found, record, run } = row;
	switch (column) {
		case 'session':
			return record.sessionName;
		case 'recogniser':
			return run.settings.recogniser;
		case 'wer':
		case 'f1':
		case 'joint':
			return found?.scores[column] ?? null;
		case 'substitutions':
		case 'deletions':
		case 'insertions':
			return found?.errors[column] ?? null;
		case 'words':
			return found?.errors.referenceWords ?? null;
		case 'minutes':
			return record.durationSeconds === null
				? null
				: Math.round((100 * record.durationSeconds) / 60) / 100;
		case 'edited':
			return run.edited ? 'yes' : 'no';
	}
}
