import * as v from 'valibot';
import type { LoadedModel } from '../inference/loaded-model.ts';

const speedSchema = v.object({
	/** What `amount` counts: seconds of speech, or frames of picture. */
	unit: v.picklist(['seconds', 'frames']),
	amount: v.number(),
	computeSeconds: v.number(),
	/** Milliseconds since 1970. */
	at: v.number(),
});

/** How fast a model was in a run. */
export type Speed = v.InferOutput<typeof speedSchema>;

/** Under which name a model's speed is kept, beside the outcomes of its self-checks. */
export function speedKey(model: string): string {
	return `speed ${model}`;
}

/** What is kept under that name, or null. */
export function parseSpeed(value: unknown): Speed | null {
	const parsed = v.safeParse(speedSchema, value);
	return parsed.success ? parsed.output : null;
}

interface Count {
	unit: Speed['unit'];
	amount: number;
	computeSeconds: number;
}

/** Counts what models do in a run and how long it takes them. */
export class SpeedLog {
	readonly #counts = new Map<string, Count>();
	readonly #clock: () => number;

	/** @param clock seconds */
	constructor(clock: () => number = () => performance.now() / 1000) {
		this.#clock = clock;
	}

	/** Forgets everything: a new run begins. */
	clear(): void {
		this.#counts.clear();
	}

	/** Counts work that a model has done. */
	count(model: string, amount: number, unit: Speed['unit']): void {
		const count = this.#of(model);
		count.unit = unit;
		count.amount += amount;
	}

	/**
	 * Adds the time that this takes. Work of one model that goes on at once counts several times.
	 *
	 * @param work is given a function that lets the time begin anew: what came before was no work of it
	 */
	async time<T>(model: string, work: (restart: () => void) => Promise<T>): Promise<T> {
		let from = this.#clock();
		const result = await work(() => (from = this.#clock()));
		this.#of(model).computeSeconds += this.#clock() - from;
		return result;
	}

	/** The model, each run of which is timed. */
	timed(model: LoadedModel): LoadedModel {
		return {
			...model,
			run: (inputs, signal) => this.time(model.id, () => model.run(inputs, signal)),
		};
	}

	/** Of every model that was counted and timed. */
	speeds(at: number): ReadonlyMap<string, Speed> {
		const whole = [...this.#counts].filter(
			([, { amount, computeSeconds }]) => amount > 0 && computeSeconds > 0,
		);
		return new Map(whole.map(([model, count]) => [model, { ...count, at }]));
	}

	#of(model: string): Count {
		const known = this.#counts.get(model);
		if (known) return known;
		const count: Count = { unit: 'seconds', amount: 0, computeSeconds: 0 };
		this.#counts.set(model, count);
		return count;
	}
}
