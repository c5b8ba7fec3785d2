import { runIdOf } from '../domain/run-id.ts';
import type { Session } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { ConfabClient } from './client.ts';
import { Job } from './job.svelte.ts';
import type { Clock } from './job.svelte.ts';
import { firstWeights, learnWeights } from './time-left.ts';
import type { StageWeights } from './time-left.ts';

/** The sessions that are to be run: one at a time, in the order they came. */
export class JobQueue {
	readonly #client: ConfabClient;
	readonly #clock: Clock;
	readonly #onEnd: (job: Job) => void;
	#jobs = $state.raw<readonly Job[]>([]);
	#weights: StageWeights = firstWeights;
	#nextId = 1;
	#pumping = false;
	/** The end of the job that runs, or of the last one. */
	#current: Promise<void> = Promise.resolve();

	/** @param onEnd is told of every job that ran, however it ended */
	constructor(client: ConfabClient, clock: Clock, onEnd: (job: Job) => void = () => undefined) {
		this.#client = client;
		this.#clock = clock;
		this.#onEnd = onEnd;
	}

	/** In the order they came, ended ones included. */
	get jobs(): readonly Job[] {
		return this.#jobs;
	}

	get running(): Job | null {
		return this.#jobs.find((job) => job.underway) ?? null;
	}

	get waiting(): readonly Job[] {
		return this.#jobs.filter((job) => job.status === 'waiting');
	}

	find(id: string): Job | null {
		return this.#jobs.find((job) => job.id === id) ?? null;
	}

	/** How many jobs are before this one, the running one included. */
	placeOf(job: Job): number {
		return this.#jobs.slice(0, this.#jobs.indexOf(job)).filter((other) => other.open).length;
	}

	/** Puts a session in line; the same one with the same settings only once. */
	add(session: Session, settings: RunSettings): Job {
		const runId = runIdOf(settings);
		const same = this.#jobs.find(
			(job) => job.open && job.session.id === session.id && runIdOf(job.settings) === runId,
		);
		if (same) return same;
		const job = new Job(
			String(this.#nextId++),
			session,
			settings,
			this.#client,
			this.#clock,
			this.#weights,
		);
		this.#jobs = [...this.#jobs, job];
		void this.#pump();
		return job;
	}

	/** Runs an ended job again; what it had computed comes from the store. */
	retry(job: Job): void {
		if (job.open || !this.#jobs.includes(job)) return;
		job.reset(this.#weights);
		void this.#pump();
	}

	/** Takes an ended job off the list. Its results stay. */
	dismiss(job: Job): void {
		if (!job.open) this.#jobs = this.#jobs.filter((other) => other !== job);
	}

	cancelAll(): void {
		for (const job of this.#jobs) job.cancel();
	}

	/** Cancels all jobs of a session; none of them runs any more when it settles. */
	async cancelSession(sessionId: string): Promise<void> {
		const jobs = this.#jobs.filter(({ session }) => session.id === sessionId);
		for (const job of jobs) job.cancel();
		if (jobs.some((job) => job.underway)) await this.#current;
	}

	async #pump(): Promise<void> {
		if (this.#pumping) return;
		this.#pumping = true;
		try {
			for (let job = this.waiting[0]; job; job = this.waiting[0]) {
				this.#current = job.run();
				await this.#current;
				if (job.result) this.#weights = learnWeights(this.#weights, job.result.report);
				this.#onEnd(job);
			}
		} finally {
			this.#pumping = false;
		}
	}
}
