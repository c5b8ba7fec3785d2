import type { JobEvent } from '../pipeline/job.ts';
import type { ModelUse, SessionResult } from '../domain/result.ts';
import type { Session } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import { isAbort } from '../support/abort.ts';
import type { Problem } from '../support/errors.ts';
import type { ConfabClient } from './client.ts';
import { afterEvent, freshStages } from './stage-progress.ts';
import type { StageProgress } from './stage-progress.ts';
import { overallFraction, secondsLeft } from './time-left.ts';
import type { StageWeights } from './time-left.ts';

export type JobStatus = 'waiting' | 'running' | 'cancelling' | 'done' | 'cancelled' | 'failed';

/** Seconds on a clock that never goes back. */
export type Clock = () => number;

/** One session on its way through the stages. */
export class Job {
	readonly id: string;
	readonly session: Session;
	readonly settings: RunSettings;
	readonly #client: ConfabClient;
	readonly #clock: Clock;
	#weights: StageWeights;

	#status = $state.raw<JobStatus>('waiting');
	#stages = $state.raw<readonly StageProgress[]>([]);
	#models = $state.raw<readonly ModelUse[]>([]);
	#problems = $state.raw<readonly Problem[]>([]);
	#result = $state.raw<SessionResult | null>(null);
	#error = $state.raw<unknown>(null);
	#startedAtSeconds = $state.raw<number | null>(null);
	#nowSeconds = $state.raw(0);
	#fraction = $state.raw(0);
	#abort: AbortController | null = null;

	constructor(
		id: string,
		session: Session,
		settings: RunSettings,
		client: ConfabClient,
		clock: Clock,
		weights: StageWeights,
	) {
		this.id = id;
		this.session = session;
		this.settings = settings;
		this.#client = client;
		this.#clock = clock;
		this.#weights = weights;
		this.#stages = freshStages(session.cast);
		this.#problems = session.problems;
	}

	get status(): JobStatus {
		return this.#status;
	}

	/** True until it has ended one way or another. */
	get open(): boolean {
		return this.#status === 'waiting' || this.underway;
	}

	get underway(): boolean {
		return this.#status === 'running' || this.#status === 'cancelling';
	}

	get stages(): readonly StageProgress[] {
		return this.#stages;
	}

	/** What ran where, the latest word on each model. */
	get models(): readonly ModelUse[] {
		return this.#models;
	}

	/** What was wrong but did not stop it. */
	get problems(): readonly Problem[] {
		return this.#problems;
	}

	get result(): SessionResult | null {
		return this.#result;
	}

	/** What stopped it, when it failed. */
	get error(): unknown {
		return this.#error;
	}

	/** How far it is, 0 to 1; never goes back within a run. */
	get fraction(): number {
		return this.#fraction;
	}

	/** Wall-clock seconds since it started. */
	get elapsedSeconds(): number {
		return this.#startedAtSeconds === null ? 0 : this.#nowSeconds - this.#startedAtSeconds;
	}

	/** Seconds until it is done, or null while that cannot be said. */
	get secondsLeft(): number | null {
		if (this.#status !== 'running' || this.#startedAtSeconds === null) return null;
		return secondsLeft(
			this.#stages,
			this.session.speakers.length,
			this.#weights,
			this.#startedAtSeconds,
			this.#nowSeconds,
		);
	}

	/** Lets the clock be seen by what is shown; to be called once a second while it is looked at. */
	tick(): void {
		if (this.underway) this.#nowSeconds = this.#clock();
	}

	/** Puts an ended job back in line, keeping its place in the address. */
	reset(weights: StageWeights): void {
		if (this.open) return;
		this.#weights = weights;
		this.#status = 'waiting';
		this.#stages = freshStages(this.session.cast);
		this.#models = [];
		this.#problems = this.session.problems;
		this.#error = null;
		this.#result = null;
		this.#startedAtSeconds = null;
		this.#fraction = 0;
	}

	/** Runs it to its end, whatever that is; never rejects. */
	async run(): Promise<void> {
		if (this.#status !== 'waiting') return;
		const abort = new AbortController();
		this.#abort = abort;
		this.#nowSeconds = this.#clock();
		this.#startedAtSeconds = this.#nowSeconds;
		this.#status = 'running';
		try {
			this.#result = await this.#client.run(this.session, this.settings, {
				signal: abort.signal,
				onEvent: (event) => this.#take(event),
			});
			this.#fraction = 1;
			this.#status = 'done';
		} catch (thrown) {
			if (isAbort(thrown) || abort.signal.aborted) {
				this.#status = 'cancelled';
			} else {
				this.#error = thrown;
				this.#status = 'failed';
			}
		} finally {
			this.#abort = null;
			this.#nowSeconds = this.#clock();
		}
	}

	/** Stops it at once when it waits, as soon as it can when it runs. What is computed is kept. */
	cancel(): void {
		if (this.#status === 'waiting') {
			this.#status = 'cancelled';
		} else if (this.#status === 'running') {
			this.#status = 'cancelling';
			this.#abort?.abort();
		}
	}

	#take(event: JobEvent): void {
		if (!this.underway) return;
		this.#nowSeconds = this.#clock();
		if (event.kind === 'model') {
			this.#models = [...this.#models.filter((use) => use.id !== event.use.id), event.use];
			return;
		}
		if (event.kind === 'problem') {
			this.#problems = [...this.#problems, event.problem];
			return;
		}
		const speakerIds = this.session.speakers.map((speaker) => speaker.id);
		this.#stages = afterEvent(this.#stages, event, this.#nowSeconds, speakerIds);
		this.#fraction = Math.max(
			this.#fraction,
			overallFraction(this.#stages, speakerIds.length, this.#weights),
		);
	}
}
