import type { JobEvent, StageId } from '../domain/job.ts';

/** Times the stages, tells of them, and keeps which came whole from the store. */
export class StageClock {
	readonly #onEvent: (event: JobEvent) => void;
	readonly #now: () => number;
	readonly #seconds: Partial<Record<StageId, number>> = {};
	readonly #fromStore: StageId[] = [];

	/** `now` gives milliseconds that never go back. */
	constructor(onEvent: (event: JobEvent) => void, now: () => number = () => performance.now()) {
		this.#onEvent = onEvent;
		this.#now = now;
	}

	/** `work` says through `computed()` that not all of it was stored already. */
	async run<T>(stage: StageId, work: (computed: () => void) => Promise<T> | T): Promise<T> {
		this.#onEvent({ kind: 'stage-started', stage });
		const start = this.#now();
		let stored = true;
		const value = await work(() => {
			stored = false;
		});
		const seconds = (this.#now() - start) / 1000;
		this.#seconds[stage] = seconds;
		if (stored) this.#fromStore.push(stage);
		this.#onEvent({ kind: 'stage-done', stage, seconds, fromStore: stored });
		return value;
	}

	get seconds(): Readonly<Record<string, number>> {
		return { ...this.#seconds };
	}

	get fromStore(): readonly StageId[] {
		return [...this.#fromStore];
	}
}
