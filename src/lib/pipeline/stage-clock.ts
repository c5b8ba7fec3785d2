import { present } from '../support/assert.ts';
import type { JobEvent } from './job.ts';
import type { StageId } from './stages/list.ts';

interface Running {
	milliseconds: number;
	found: boolean;
	/** What those results took that were found. */
	storedSeconds: number;
	computed: boolean;
}

/** Times the stages, tells of them, and keeps which came whole from the store. */
export class StageClock {
	readonly #onEvent: (event: JobEvent) => void;
	readonly #now: () => number;
	readonly #running = new Map<StageId, Running>();
	readonly #seconds: Partial<Record<StageId, number>> = {};
	readonly #fromStore: StageId[] = [];

	/** `now` gives milliseconds that never go back. */
	constructor(onEvent: (event: JobEvent) => void, now: () => number = () => performance.now()) {
		this.#onEvent = onEvent;
		this.#now = now;
	}

	/** One stage from its start to its end. */
	async run<T>(stage: StageId, work: () => Promise<T> | T): Promise<T> {
		this.start(stage);
		const value = await this.measure(stage, work);
		this.finish(stage);
		return value;
	}

	start(stage: StageId): void {
		this.#running.set(stage, { milliseconds: 0, found: false, storedSeconds: 0, computed: false });
		this.#onEvent({ kind: 'stage-started', stage });
	}

	/** Counts the work to a stage that was started; several pieces add up. */
	async measure<T>(stage: StageId, work: () => Promise<T> | T): Promise<T> {
		const running = this.#of(stage);
		const start = this.#now();
		try {
			return await work();
		} finally {
			running.milliseconds += this.#now() - start;
		}
	}

	/** Seconds measured so far of a stage that was started. */
	spent(stage: StageId): number {
		return this.#of(stage).milliseconds / 1000;
	}

	/** A result of the stage was in the store. @param seconds what it took when it was computed */
	found(stage: StageId, seconds: number): void {
		const running = this.#of(stage);
		running.found = true;
		running.storedSeconds += seconds;
	}

	/** A result of the stage was not in the store. */
	computed(stage: StageId): void {
		this.#of(stage).computed = true;
	}

	finish(stage: StageId): void {
		const { milliseconds, found, storedSeconds, computed } = this.#of(stage);
		const seconds = milliseconds / 1000;
		const stored = found && !computed;
		this.#running.delete(stage);
		this.#seconds[stage] = seconds + storedSeconds;
		if (stored) this.#fromStore.push(stage);
		this.#onEvent({ kind: 'stage-done', stage, seconds, fromStore: stored });
	}

	/** What each stage took, now or when what was found was computed. */
	get seconds(): Readonly<Record<string, number>> {
		return { ...this.#seconds };
	}

	get fromStore(): readonly StageId[] {
		return [...this.#fromStore];
	}

	#of(stage: StageId): Running {
		return present(this.#running.get(stage), `The start of stage "${stage}"`);
	}
}
