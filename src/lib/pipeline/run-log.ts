import type { ModelUse } from '../domain/result.ts';
import type { Problem } from '../support/errors.ts';
import type { JobEvent } from './job.ts';

/** What is reported of a run, and which models its results come from. */
export class RunLog {
	readonly problems: Problem[];
	/** What is reported once, without its numbers. */
	readonly #once = new Set<string>();
	readonly #models = new Map<string, ModelUse>();
	readonly #onEvent: (event: JobEvent) => void;

	/** @param problems known before the run */
	constructor(problems: readonly Problem[], onEvent: (event: JobEvent) => void) {
		this.problems = [...problems];
		this.#onEvent = onEvent;
	}

	/** Where each model that the run's results were computed with ran last. */
	get models(): readonly ModelUse[] {
		return [...this.#models.values()];
	}

	emit(event: JobEvent): void {
		this.#onEvent(event);
	}

	/** The same is reported once, though several stages meet it. */
	report(problem: Problem): void {
		const { file, field, message } = problem;
		const isSame = (one: Problem): boolean =>
			one.file === file && one.field === field && one.message === message;
		if (this.problems.some(isSame)) return;
		this.problems.push(problem);
		this.#onEvent({ kind: 'problem', problem });
	}

	/** Something that decoders got round: reported once for each file, however often it is read. */
	reportOnce(problem: Problem): void {
		// Places and addresses in memory differ each time.
		const what = problem.message.replaceAll(/0x[\da-f]+|\d+/giu, '0');
		const key = JSON.stringify([problem.file, what]);
		if (this.#once.has(key)) return;
		this.#once.add(key);
		this.report(problem);
	}

	used(use: ModelUse): void {
		this.#models.set(use.id, use);
	}

	/** A model that a stored result was computed with: where it runs now says more. */
	wasUsed(use: ModelUse): void {
		if (!this.#models.has(use.id)) this.#models.set(use.id, use);
	}
}
