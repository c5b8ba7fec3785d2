import type { JobEvent, StageId } from '../domain/job.ts';
import type { ModelUse } from '../domain/result.ts';
import type { Session, SourceFile } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { MediaSource } from '../media/media-source.ts';
import { ConfabError, messageOf, type Problem } from '../support/errors.ts';
import type { Progress, SlowOptions } from '../support/progress.ts';
import { ResultCache, type ResultStore } from './result-cache.ts';
import { StageClock } from './stage-clock.ts';
import type { Stages, StoredStage } from './stages.ts';
import type { Parse } from './stored.ts';
import type { Kept, WorkNotes } from './work-notes.ts';

export interface RunOptions {
	readonly settings: RunSettings;
	readonly stages: Stages;
	readonly store: ResultStore;
	readonly signal?: AbortSignal | undefined;
	readonly onEvent: (event: JobEvent) => void;
}

/** What all stages of one run share. */
export class RunContext {
	readonly session: Session;
	/** With the detector that is really used, once `scoreActivity` has chosen it. */
	settings: RunSettings;
	readonly stages: Stages;
	readonly signal: AbortSignal | undefined;
	readonly clock: StageClock;
	readonly problems: Problem[];
	readonly #cache: ResultCache;
	/** What is told once, without its numbers. */
	readonly #told = new Set<string>();
	readonly #models = new Map<string, ModelUse>();
	/** What is told while something is computed that will be stored. */
	#noted: { readonly problems: Problem[]; readonly decoding: Problem[] } | null = null;
	readonly #onEvent: (event: JobEvent) => void;

	constructor(session: Session, options: RunOptions) {
		this.session = session;
		this.settings = options.settings;
		this.stages = options.stages;
		this.signal = options.signal;
		this.clock = new StageClock(options.onEvent);
		this.problems = [...session.problems];
		this.#onEvent = options.onEvent;
		this.#cache = new ResultCache(options.store, session.id, (problem) => this.tell(problem));
	}

	tell(problem: Problem): void {
		this.#noted?.problems.push(problem);
		this.#tell(problem);
	}

	#tell(problem: Problem): void {
		this.problems.push(problem);
		this.#onEvent({ kind: 'problem', problem });
	}

	/** Which models the run's results so far were computed with, and where they ran last. */
	models(): readonly ModelUse[] {
		this.#takeUses();
		return [...this.#models.values()];
	}

	#takeUses(): readonly ModelUse[] {
		const uses = this.stages.takeUses();
		for (const use of uses) this.#models.set(use.id, use);
		return uses;
	}

	/** Something that decoders got round. */
	#tellOnce(problem: Problem): void {
		this.#noted?.decoding.push(problem);
		// Places and addresses in memory differ each time.
		const what = problem.message.replaceAll(/0x[\da-f]+|\d+/giu, '0');
		const key = JSON.stringify([problem.file, what]);
		if (this.#told.has(key)) return;
		this.#told.add(key);
		this.#tell(problem);
	}

	progress(stage: StageId, progress: Omit<Progress, 'stage'>): void {
		this.#onEvent({ kind: 'progress', stage, progress: { ...progress, stage } });
	}

	/** Options for slow work whose progress is told under this stage and subject. */
	slow(stage: StageId, subject: string): SlowOptions {
		return {
			signal: this.signal,
			onProgress: (progress) => this.progress(stage, { ...progress, subject }),
		};
	}

	/** A result from the store, else computed and stored; counted to the stage that it is part of. */
	async cached<T>(
		stage: StoredStage,
		countedAs: StageId,
		parts: readonly (string | number)[],
		parse: Parse<T>,
		compute: () => Promise<T>,
	): Promise<T> {
		const stored = await this.stored(stage, [countedAs], parts, parse);
		if (stored !== null) return stored;
		const started = performance.now();
		const { value, notes } = await this.noting(compute);
		const seconds = { [countedAs]: (performance.now() - started) / 1000 };
		await this.keep(stage, [countedAs], parts, { value, work: { ...notes, seconds } });
		return value;
	}

	/** Computes something that will be stored, and notes what is to be kept with it. */
	async noting<T>(
		compute: () => Promise<T>,
	): Promise<{ readonly value: T; readonly notes: WorkNotes }> {
		// Others than those of this work.
		this.#takeUses();
		const noted = { problems: [], decoding: [] };
		this.#noted = noted;
		try {
			const value = await compute();
			return { value, notes: { ...noted, models: this.#takeUses() } };
		} finally {
			this.#noted = null;
		}
	}

	/**
	 * A result from the store, or null when it is not there. What was told when it was computed is told
	 * again.
	 */
	async stored<T>(
		stage: StoredStage,
		countedAs: readonly StageId[],
		parts: readonly (string | number)[],
		parse: Parse<T>,
	): Promise<T | null> {
		const found = await this.#cache.find(stage, parts, parse);
		if (found === null) return null;
		const { value, work } = found;
		for (const counted of countedAs) this.clock.found(counted, work.seconds[counted] ?? 0);
		for (const problem of work.problems) this.tell(problem);
		for (const problem of work.decoding) this.#tellOnce(problem);
		for (const use of work.models) if (!this.#models.has(use.id)) this.#models.set(use.id, use);
		return value;
	}

	/** Stores a result that was computed; counted to all stages that it is made of. */
	async keep(
		stage: StoredStage,
		countedAs: readonly StageId[],
		parts: readonly (string | number)[],
		result: Kept<unknown>,
	): Promise<void> {
		await this.#cache.put(stage, parts, result);
		for (const counted of countedAs) this.clock.computed(counted);
	}

	/**
	 * Opens a file. What its decoders get round is told once, however often and in however many places it
	 * is read. The caller closes what it gets.
	 *
	 * @throws ConfabError `UnsupportedMedia`.
	 */
	open(file: SourceFile): Promise<MediaSource> {
		const onProblem = (problem: Problem): void => this.#tellOnce(problem);
		return this.stages.open(file, { signal: this.signal, onProblem });
	}

	/** Opens a file for as long as `use` takes. */
	async withMedia<T>(file: SourceFile, use: (media: MediaSource) => Promise<T>): Promise<T> {
		const media = await this.open(file);
		try {
			return await use(media);
		} finally {
			await media.close();
		}
	}

	/** One broken file must not cost the others: tells what is wrong with it and gives null. */
	async tolerate<T>(file: string, work: () => Promise<T>): Promise<T | null> {
		this.signal?.throwIfAborted();
		try {
			return await work();
		} catch (error) {
			const tolerable =
				error instanceof ConfabError &&
				(error.code === 'UnsupportedMedia' || error.code === 'InvalidSession');
			if (!tolerable) throw error;
			if (error.problems.length > 0) for (const problem of error.problems) this.tell(problem);
			else this.tell({ file, message: messageOf(error) });
			return null;
		}
	}
}
