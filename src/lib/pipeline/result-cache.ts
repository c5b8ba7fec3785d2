import { ConfabError, messageOf, type Problem } from '../support/errors.ts';
import { parseKept, type Parse } from './stored.ts';
import type { Kept } from './work-notes.ts';

/** The part of the store that the pipeline needs. */
export interface ResultStore {
	/** What was put under the key, or undefined. */
	get(key: string): Promise<unknown>;
	/** @throws ConfabError `StorageFull`. */
	put(key: string, value: unknown, about: { sessionId: string; stage: string }): Promise<void>;
}

/**
 * Every result of one session by key. Storage that is full costs the resuming, never the result in hand: it is told once and
 * the run goes on.
 */
export class ResultCache {
	readonly #store: ResultStore;
	readonly #sessionId: string;
	readonly #onProblem: (problem: Problem) => void;
	#full = false;

	constructor(store: ResultStore, sessionId: string, onProblem: (problem: Problem) => void) {
		this.#store = store;
		this.#sessionId = sessionId;
		this.#onProblem = onProblem;
	}

	/** What is stored, if it is there and still readable. `parts` are what it depends on besides the code. */
	async find<T>(
		name: string,
		parts: readonly (string | number)[],
		parse: Parse<T>,
	): Promise<Kept<T> | null> {
		return parseKept(await this.#read([name, ...parts].join('/')), parse);
	}

	/** Stores a result under what it depends on. */
	async put(name: string, parts: readonly (string | number)[], kept: Kept<unknown>): Promise<void> {
		await this.#put(name, [name, ...parts].join('/'), kept);
	}

	async #read(key: string): Promise<unknown> {
		try {
			return await this.#store.get(key);
		} catch (error) {
			this.#giveUp(error);
			return undefined;
		}
	}

	async #put(name: string, key: string, value: Kept<unknown>): Promise<void> {
		if (this.#full) return;
		try {
			await this.#store.put(key, value, { sessionId: this.#sessionId, stage: name });
		} catch (error) {
			this.#giveUp(error);
		}
	}

	/** The store fails: told once, and not asked again. */
	#giveUp(error: unknown): void {
		if (!(error instanceof ConfabError)) throw error;
		if (this.#full) return;
		this.#full = true;
		this.#onProblem({
			file: 'browser storage',
			message: `${messageOf(error)} The run goes on, but what it computes from here on is lost when this tab closes.`,
		});
	}
}
