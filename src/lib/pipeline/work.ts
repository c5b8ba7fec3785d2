import type { ModelUse } from '../domain/result.ts';
import { ConfabError, messageOf, type Problem } from '../support/errors.ts';
import type { OnProgress, Progress, SlowOptions } from '../support/progress.ts';
import type { JobEvent } from './job.ts';
import { ResultCache, type ResultStore } from './result-cache.ts';
import { RunLog } from './run-log.ts';
import { StageClock } from './stage-clock.ts';
import type { StageId } from './stages/list.ts';
import type { Stored } from './stored.ts';
import type { Kept, WorkNotes } from './work-notes.ts';

export interface WorkOptions {
	/** Whose results these are, in the store. */
	readonly sessionId: string;
	readonly store: ResultStore;
	/** Known before the work begins. */
	readonly problems?: readonly Problem[];
	readonly signal?: AbortSignal | undefined;
	readonly onEvent: (event: JobEvent) => void;
}

type KeyParts = readonly (string | number)[];

/** What is taken down of a piece of work, to be stored with its result. */
class Notes {
	readonly problems: Problem[] = [];
	readonly decoding: Problem[] = [];
	readonly uses = new Map<string, ModelUse>();
}

interface Run {
	readonly signal: AbortSignal | undefined;
	readonly clock: StageClock;
	readonly log: RunLog;
	readonly cache: ResultCache;
}

/**
 * What work in a run is given beside its input and its ports: the signal, a way to report progress and
 * what is seen, and the results of before. The layers below take it as their `SlowOptions`.
 */
export class Work implements SlowOptions {
	readonly signal: AbortSignal | undefined;
	readonly onProgress: OnProgress | undefined;
	readonly clock: StageClock;
	readonly #run: Run;
	readonly #notes: Notes | null;

	private constructor(run: Run, notes: Notes | null, onProgress?: OnProgress) {
		this.signal = run.signal;
		this.clock = run.clock;
		this.onProgress = onProgress;
		this.#run = run;
		this.#notes = notes;
	}

	/** The work of a run. */
	static begin({ sessionId, store, problems = [], signal, onEvent }: WorkOptions): Work {
		const log = new RunLog(problems, onEvent);
		const cache = new ResultCache(store, sessionId, (problem) => log.report(problem));
		return new Work({ signal, clock: new StageClock(onEvent), log, cache }, null);
	}

	/** The same work; its progress goes there. */
	withProgress(onProgress: OnProgress | undefined): Work {
		return new Work(this.#run, this.#notes, onProgress);
	}

	/** The same work; its progress is reported under this stage and subject. */
	under(stage: StageId, subject: string): Work {
		return this.withProgress((progress) => this.progress(stage, { ...progress, subject }));
	}

	progress(stage: StageId, progress: Omit<Progress, 'stage'>): void {
		this.#run.log.emit({ kind: 'progress', stage, progress: { ...progress, stage } });
	}

	/** All that was reported so far in the run. */
	get problems(): readonly Problem[] {
		return this.#run.log.problems;
	}

	/** Which models the run's results so far were computed with, and where they ran last. */
	get models(): readonly ModelUse[] {
		return this.#run.log.models;
	}

	report(problem: Problem): void {
		this.#notes?.problems.push(problem);
		this.#run.log.report(problem);
	}

	/** Decoders got round something: reported once, however often and in however many places it is read. */
	decoded(problem: Problem): void {
		this.#notes?.decoding.push(problem);
		this.#run.log.reportOnce(problem);
	}

	/** A model is used for it. */
	used(use: ModelUse): void {
		this.#notes?.uses.set(use.id, use);
		this.#run.log.used(use);
	}

	/** Computes something that will be stored, and notes what is to be kept with it. */
	async noting<T>(
		compute: (work: Work) => Promise<T>,
	): Promise<{ readonly value: T; readonly notes: WorkNotes }> {
		const notes = new Notes();
		const value = await compute(new Work(this.#run, notes, this.onProgress));
		const { problems, decoding, uses } = notes;
		return { value, notes: { problems, decoding, models: [...uses.values()] } };
	}

	/** A result from the store, else computed and stored. */
	async cached<T>(
		result: Stored<T>,
		parts: KeyParts,
		compute: (work: Work) => Promise<T>,
	): Promise<T> {
		const stored = await this.stored(result, parts);
		if (stored !== null) return stored;
		const started = performance.now();
		const { value, notes } = await this.noting(compute);
		const took = (performance.now() - started) / 1000;
		const seconds = Object.fromEntries(result.stages.map((stage) => [stage, took]));
		await this.keep(result, parts, { value, work: { ...notes, seconds } });
		return value;
	}

	/**
	 * A result from the store, or null when it is not there. What was reported when it was computed is
	 * reported again.
	 */
	async stored<T>(result: Stored<T>, parts: KeyParts): Promise<T | null> {
		const found = await this.#run.cache.find(result.name, parts, result.parse);
		if (found === null) return null;
		const { value, work } = found;
		for (const stage of result.stages) this.clock.found(stage, work.seconds[stage] ?? 0);
		for (const problem of work.problems) this.report(problem);
		for (const problem of work.decoding) this.decoded(problem);
		for (const use of work.models) this.#run.log.wasUsed(use);
		return value;
	}

	/** Stores a result that was computed. */
	async keep<T>(result: Stored<T>, parts: KeyParts, kept: Kept<T>): Promise<void> {
		await this.#run.cache.put(result.name, parts, kept);
		for (const stage of result.stages) this.clock.computed(stage);
	}

	/** One broken file must not cost the others: reports what is wrong with it and gives null. */
	async tolerate<T>(file: string, work: () => Promise<T>): Promise<T | null> {
		this.signal?.throwIfAborted();
		try {
			return await work();
		} catch (error) {
			const tolerable =
				error instanceof ConfabError &&
				(error.code === 'UnsupportedMedia' || error.code === 'InvalidSession');
			if (!tolerable) throw error;
			if (error.problems.length > 0) for (const problem of error.problems) this.report(problem);
			else this.report({ file, message: messageOf(error) });
			return null;
		}
	}
}
