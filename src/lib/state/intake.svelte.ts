import type { Session } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import { asSession } from '../domain/sound-track.ts';
import type { DroppedFile, DroppedFiles } from '../formats/index.ts';
import { isProjectName } from '../formats/project/project-name.ts';
import { isAbort } from '../support/abort.ts';
import { ConfabError } from '../support/errors.ts';
import type { Problem } from '../support/errors.ts';
import type { Progress } from '../support/progress.ts';
import { SerialQueue } from '../support/serial-queue.ts';
import type { ConfabClient } from './client.ts';
import type { HeldSessions } from './held-sessions.svelte.ts';
import type { JobQueue } from './job-queue.svelte.ts';
import type { Job } from './job.svelte.ts';
import type { PendingRecordings } from './pending-recordings.svelte.ts';
import type { Projects } from './projects.svelte.ts';

/** What came of one drop that could not be used, or not wholly. */
export interface Refusal {
	readonly id: number;
	/** What was dropped, by its outermost names. */
	readonly names: readonly string[];
	readonly problems: readonly Problem[];
	/** What was thrown, when reading stopped. */
	readonly error: unknown;
	/** How many sessions of the same drop were fine. */
	readonly sessionCount: number;
}

/** Lists the files of one drop. */
export type ListFiles = (signal: AbortSignal) => Promise<DroppedFiles> | DroppedFiles;

/**
 * Takes what people drop and reads it: sessions get in line, recordings wait for their start, project files go
 * into the library.
 */
export class Intake {
	readonly #client: ConfabClient;
	readonly #jobs: JobQueue;
	readonly #pending: PendingRecordings;
	readonly #held: HeldSessions;
	readonly #projects: Projects;
	readonly #settings: () => RunSettings;
	readonly #lane = new SerialQueue();
	#reading = $state.raw(0);
	#progress = $state.raw<Progress | null>(null);
	#refusals = $state.raw<readonly Refusal[]>([]);
	#abort = new AbortController();
	#nextId = 1;

	/** Who takes what can be labels for a result that is open. */
	labels: { take(files: readonly DroppedFile[]): boolean } | null = null;

	/** @param settings the settings in force when a session gets in line */
	constructor(
		client: ConfabClient,
		jobs: JobQueue,
		pending: PendingRecordings,
		held: HeldSessions,
		projects: Projects,
		settings: () => RunSettings,
	) {
		this.#client = client;
		this.#jobs = jobs;
		this.#pending = pending;
		this.#held = held;
		this.#projects = projects;
		this.#settings = settings;
	}

	/** Whether something is being read. */
	get reading(): boolean {
		return this.#reading > 0;
	}

	get progress(): Progress | null {
		return this.#progress;
	}

	/** What could not be used and was not dismissed, the latest first. */
	get refusals(): readonly Refusal[] {
		return this.#refusals;
	}

	/**
	 * The jobs for the sessions that were dropped, in order; none when it was cancelled, refused, taken as labels, or
	 * holds recordings alone. Never rejects.
	 *
	 * @param fixed settings that hold for this alone, whatever is set
	 * @param shownId session whose result is looked at: dropped again, it is held to be played and does
	 * not run
	 */
	async take(
		list: ListFiles,
		fixed: Partial<RunSettings> = {},
		shownId: string | null = null,
	): Promise<readonly Job[]> {
		this.#reading += 1;
		const { signal } = this.#abort;
		let names: readonly string[] = [];
		try {
			return await this.#lane.run(async () => {
				const listed = await list(signal);
				signal.throwIfAborted();
				const files = await this.#takeProjects(listed.files, signal);
				const { problems } = listed;
				if (files.length < listed.files.length && files.length + problems.length === 0) return [];
				if (problems.length === 0 && this.labels?.take(files)) return [];
				names = outermostNames(files);
				if (files.length === 0 && problems.length === 0) {
					throw new ConfabError('InvalidSession', 'There is no file in what was dropped.');
				}
				const found = await this.#client.readSessions(files, {
					signal,
					onProgress: (progress) => (this.#progress = progress),
				});
				signal.throwIfAborted();
				const all = [...problems, ...found.problems];
				if (all.length > 0 || found.sessions.length === 0) {
					this.#refuse(names, all, null, found.sessions.length);
				}
				const shown = (session: Session): Session | null =>
					shownId === null ? null : asSession(session, shownId);
				for (const session of found.sessions) this.#held.hold(shown(session) ?? session);
				const fresh = found.sessions.filter((session) => shown(session) === null);
				for (const session of fresh) if (session.cast === 'found') this.#pending.add(session);
				return fresh
					.filter(({ cast }) => cast === 'given')
					.map((session) => this.#jobs.add(session, { ...this.#settings(), ...fixed }));
			}, signal);
		} catch (thrown) {
			if (isAbort(thrown) || signal.aborted) return [];
			this.#refuse(names, thrown instanceof ConfabError ? thrown.problems : [], thrown, 0);
			return [];
		} finally {
			this.#reading -= 1;
			this.#progress = null;
		}
	}

	/** Takes project files into the library and gives back what is none. */
	async #takeProjects(
		files: readonly DroppedFile[],
		signal: AbortSignal,
	): Promise<readonly DroppedFile[]> {
		const onProgress = (progress: Progress): void => void (this.#progress = progress);
		for (const { path, file } of files.filter((dropped) => isProjectName(dropped.path))) {
			try {
				await this.#projects.take(file, { signal, onProgress });
			} catch (thrown) {
				if (isAbort(thrown) || signal.aborted) throw thrown;
				this.#refuse([path], thrown instanceof ConfabError ? thrown.problems : [], thrown, 0);
			}
		}
		return files.filter(({ path }) => !isProjectName(path));
	}

	/** Stops reading. Sessions that are in line already stay there. */
	cancel(): void {
		this.#abort.abort();
		this.#abort = new AbortController();
	}

	dismiss(refusal: Refusal): void {
		this.#refusals = this.#refusals.filter((other) => other !== refusal);
	}

	dismissAll(): void {
		this.#refusals = [];
	}

	#refuse(
		names: readonly string[],
		problems: readonly Problem[],
		error: unknown,
		sessionCount: number,
	): void {
		const refusal = { id: this.#nextId++, names, problems, error, sessionCount };
		this.#refusals = [refusal, ...this.#refusals];
	}
}

function outermostNames(files: readonly DroppedFile[]): readonly string[] {
	return [...new Set(files.map(({ path }) => path.split('/')[0] ?? path))];
}
