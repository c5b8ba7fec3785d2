import type { JobEvent, StageId } from '../domain/job.ts';
import type { Session, SourceFile } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { MediaSource } from '../media/media-source.ts';
import { ConfabError, messageOf, type Problem } from '../support/errors.ts';
import type { Progress, SlowOptions } from '../support/progress.ts';
import { ResultCache, type ResultStore } from './result-cache.ts';
import { StageClock } from './stage-clock.ts';
import type { Stages, StoredStage } from './stages.ts';
import type { Parse } from './stored.ts';

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
		this.problems.push(problem);
		this.#onEvent({ kind: 'problem', problem });
	}

	#tellOnce(problem: Problem): void {
		// Places and addresses in memory differ each time.
		const what = problem.message.replaceAll(/0x[\da-f]+|\d+/giu, '0');
		const key = JSON.stringify([problem.file, what]);
		if (this.#told.has(key)) return;
		this.#told.add(key);
		this.tell(problem);
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

	/** A result from the store, else computed and stored; counted to all stages that it is made of. */
	async cached<T>(
		stage: StoredStage,
		countedAs: readonly StageId[],
		parts: readonly (string | number)[],
		parse: Parse<T>,
		compute: () => Promise<T>,
	): Promise<T> {
		const stored = await this.stored(stage, countedAs, parts, parse);
		if (stored !== null) return stored;
		const value = await compute();
		await this.keep(stage, countedAs, parts, value);
		return value;
	}

	/** A result from the store, or null when it is not there. */
	async stored<T>(
		stage: StoredStage,
		countedAs: readonly StageId[],
		parts: readonly (string | number)[],
		parse: Parse<T>,
	): Promise<T | null> {
		const value = await this.#cache.find(stage, parts, parse);
		if (value !== null) for (const counted of countedAs) this.clock.found(counted);
		return value;
	}

	/** Stores a result that was computed. */
	async keep(
		stage: StoredStage,
		countedAs: readonly StageId[],
		parts: readonly (string | number)[],
		value: unknown,
	): Promise<void> {
		await this.#cache.put(stage, parts, value);
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
