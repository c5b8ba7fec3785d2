import type { Session } from '../domain/session.ts';
import { isAbort } from '../support/abort.ts';
import type { Progress, SlowOptions } from '../support/progress.ts';
import type { HeldSessions } from './held-sessions.svelte.ts';
import type { ImportedProject, StudioClient } from './studio-client.ts';

/** A project file that was taken into the library. */
export interface Arrival extends ImportedProject {
	readonly id: number;
	/** Of the file. */
	readonly name: string;
}

/** Project files on their way in and out. */
export class Projects {
	readonly #client: Pick<StudioClient, 'exportProject' | 'importProject'>;
	readonly #held: HeldSessions;
	readonly #onImport: () => void;
	#arrivals = $state.raw<readonly Arrival[]>([]);
	#packing = $state.raw(false);
	/** Whether the recordings that are at hand go into the files. */
	withRecordings = $state(false);
	#progress = $state.raw<Progress | null>(null);
	#error = $state.raw<unknown>(null);
	#abort: AbortController | null = null;
	#nextId = 1;

	/** @param onImport is told when the library may have changed */
	constructor(
		client: Pick<StudioClient, 'exportProject' | 'importProject'>,
		held: HeldSessions,
		onImport: () => void = () => undefined,
	) {
		this.#client = client;
		this.#held = held;
		this.#onImport = onImport;
	}

	/** Files that were taken in and not dismissed, the latest first. */
	get arrivals(): readonly Arrival[] {
		return this.#arrivals;
	}

	/** Whether a file is being made. */
	get packing(): boolean {
		return this.#packing;
	}

	/** How far the file is that is being made. */
	get progress(): Progress | null {
		return this.#progress;
	}

	/** Why the last file could not be made. */
	get error(): unknown {
		return this.#error;
	}

	/** Those of the sessions whose recordings are at hand. */
	recordingsOf(sessionIds: readonly string[]): readonly Session[] {
		return sessionIds.flatMap((id) => this.#held.get(id) ?? []);
	}

	/** A `.confab` file of these sessions; null when it was cancelled or could not be made (see `error`). */
	async pack(sessionIds: readonly string[]): Promise<Blob | null> {
		if (this.#packing) return null;
		const abort = new AbortController();
		this.#abort = abort;
		this.#packing = true;
		this.#error = null;
		try {
			const recordings = this.withRecordings ? this.recordingsOf(sessionIds) : [];
			return await this.#client.exportProject(sessionIds, recordings, {
				signal: abort.signal,
				onProgress: (progress) => (this.#progress = progress),
			});
		} catch (thrown) {
			if (!isAbort(thrown)) this.#error = thrown;
			return null;
		} finally {
			this.#abort = null;
			this.#packing = false;
			this.#progress = null;
		}
	}

	/** Stops making the file. */
	cancel(): void {
		this.#abort?.abort();
	}

	/** @throws as `StudioClient.importProject`. */
	async take(file: File, options: SlowOptions): Promise<void> {
		try {
			const imported = await this.#client.importProject(file, options);
			for (const session of imported.recordings) this.#held.hold(session);
			this.#arrivals = [{ ...imported, id: this.#nextId++, name: file.name }, ...this.#arrivals];
		} finally {
			// Also when it failed half way: what was taken before stays.
			this.#onImport();
		}
	}

	dismiss(arrival: Arrival): void {
		this.#arrivals = this.#arrivals.filter((other) => other !== arrival);
	}
}
