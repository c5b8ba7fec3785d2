import { wrap, type Remote } from 'comlink';
import { untilAborted } from '../../support/abort.ts';
import { ConfabError } from '../../support/errors.ts';
import { installTransferHandlers } from './transfer-handlers.ts';

/** The part of `Worker` that a handle needs; tests give a fake. */
export type WorkerLike = Pick<
	Worker,
	'postMessage' | 'addEventListener' | 'removeEventListener' | 'terminate'
>;

interface Living<Api> {
	readonly worker: WorkerLike;
	readonly remote: Remote<Api>;
	/** Rejects when the worker dies. */
	readonly death: Promise<never>;
	readonly kill: (error: ConfabError) => void;
}

export interface WorkerHooks<Api> {
	/** Runs once for each worker that is started, before any call reaches it. */
	readonly onStart?: (remote: Remote<Api>) => Promise<void>;
	/** Runs when a worker has died or was ended. */
	readonly onEnd?: () => void;
}

/**
 * A worker that is started when it is first needed, and started anew after it died. Unlike plain
 * Comlink, a call that is pending when its worker dies rejects (`DeviceLost`) instead of hanging.
 */
export class WorkerHandle<Api> {
	readonly #name: string;
	readonly #start: () => WorkerLike;
	readonly #hooks: WorkerHooks<Api>;
	#living: Promise<Living<Api>> | null = null;

	constructor(name: string, start: () => WorkerLike, hooks: WorkerHooks<Api> = {}) {
		this.#name = name;
		this.#start = start;
		this.#hooks = hooks;
	}

	/**
	 * Calls into the worker.
	 * @throws what the worker throws; ConfabError `DeviceLost` when it dies; the signal's reason.
	 */
	async call<T>(use: (remote: Remote<Api>) => Promise<T>, signal?: AbortSignal): Promise<T> {
		signal?.throwIfAborted();
		this.#living ??= this.#spawn();
		const { remote, death } = await this.#living;
		return untilAborted(Promise.race([use(remote), death]), signal);
	}

	/** Ends the worker, if there is one; pending calls reject. The next call starts another. */
	async terminate(why = 'was ended'): Promise<void> {
		const living = await this.#living?.catch(() => null);
		living?.kill(new ConfabError('DeviceLost', `The ${this.#name} worker ${why}.`));
	}

	async #spawn(): Promise<Living<Api>> {
		installTransferHandlers();
		const worker = this.#start();
		let kill: (error: ConfabError) => void = () => undefined;
		const death = new Promise<never>((_, reject) => {
			kill = (error) => {
				this.#living = null;
				worker.terminate();
				reject(error);
				this.#hooks.onEnd?.();
			};
		});
		// A death nobody waits for is no unhandled rejection.
		death.catch(() => undefined);
		worker.addEventListener('error', (event) => {
			const { message } = event;
			event.preventDefault();
			const cause = message ? ` (${message})` : '';
			kill(new ConfabError('DeviceLost', `The ${this.#name} worker stopped${cause}.`));
		});
		const remote = wrap<Api>(worker);
		const living = { worker, remote, death, kill };
		try {
			await Promise.race([this.#hooks.onStart?.(remote), death]);
		} catch (error) {
			this.#living = null;
			worker.terminate();
			throw error;
		}
		return living;
	}
}
