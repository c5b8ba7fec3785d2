import type { Peaks } from '../domain/peaks.ts';
import type { PeopleCount } from '../domain/people.ts';
import type { Session, SourceFile } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { MediaDescription } from '../media/media-description.ts';
import { isAbort } from '../support/abort.ts';
import { present } from '../support/assert.ts';
import type { ConfabClient } from './client.ts';
import type { JobQueue } from './job-queue.svelte.ts';
import type { Job } from './job.svelte.ts';
import type { SettingsState } from './settings.svelte.ts';
import { Waveform } from './waveform.svelte.ts';

/** A recording that was dropped and waits for somebody to start it. */
export class PendingRecording {
	readonly session: Session;
	readonly waveform: Waveform;
	#description = $state.raw<MediaDescription | null>(null);
	#error = $state.raw<unknown>(null);
	#people = $state.raw<PeopleCount | null>(null);
	readonly #looking = new AbortController();

	/** @param load the waveform */
	constructor(session: Session, load: (signal: AbortSignal) => Promise<Peaks>) {
		this.session = session;
		this.waveform = new Waveform(load);
	}

	/** What the file holds; null while it is being looked at, or when that failed. */
	get description(): MediaDescription | null {
		return this.#description;
	}

	/** Why it cannot be used; null when it can, as far as is known. */
	get error(): unknown {
		return this.#error;
	}

	/** How many people there are; null: to be found out. */
	get people(): PeopleCount | null {
		return this.#people;
	}

	set people(count: PeopleCount | null) {
		this.#people = count;
	}

	/** Whether it can be started. */
	get ready(): boolean {
		return this.#description !== null;
	}

	/** Looks at the file; never rejects. */
	async look(
		describe: (file: SourceFile, signal: AbortSignal) => Promise<MediaDescription>,
	): Promise<void> {
		try {
			this.#description = await describe(
				present(this.session.recording, 'recording'),
				this.#looking.signal,
			);
			if (this.#description.audio) void this.waveform.show();
		} catch (thrown) {
			if (!isAbort(thrown)) this.#error = thrown;
		}
	}

	/** Stops looking at it. */
	leave(): void {
		this.#looking.abort();
		this.waveform.hide();
	}
}

/** Recordings that were dropped and wait for their start, in the order they came. */
export class PendingRecordings {
	readonly #client: ConfabClient;
	readonly #jobs: JobQueue;
	readonly #settings: SettingsState;
	#all = $state.raw<readonly PendingRecording[]>([]);

	/** @param settings those of recordings without metadata */
	constructor(client: ConfabClient, jobs: JobQueue, settings: SettingsState) {
		this.#client = client;
		this.#jobs = jobs;
		this.#settings = settings;
	}

	get all(): readonly PendingRecording[] {
		return this.#all;
	}

	get ready(): readonly PendingRecording[] {
		return this.#all.filter((recording) => recording.ready);
	}

	/** Takes a recording in; the same one only once. */
	add(session: Session): PendingRecording {
		const same = this.#all.find((other) => other.session.id === session.id);
		if (same) return same;
		const recording = new PendingRecording(session, (signal) =>
			this.#client.peaks(session, { signal }),
		);
		this.#all = [...this.#all, recording];
		void recording.look((file, signal) => this.#client.describe(file, signal));
		return recording;
	}

	/** How it is going to be run. */
	settingsOf({ people }: PendingRecording): RunSettings {
		return { ...this.#settings.current, people };
	}

	/** Puts it in line. */
	start(recording: PendingRecording): Job {
		const job = this.#jobs.add(recording.session, this.settingsOf(recording));
		this.dismiss(recording);
		return job;
	}

	/** Puts all in line that can be. */
	startAll(): readonly Job[] {
		return this.ready.map((recording) => this.start(recording));
	}

	/** Takes it off the list and stops looking at it. */
	dismiss(recording: PendingRecording): void {
		recording.leave();
		this.#all = this.#all.filter((other) => other !== recording);
	}
}
