import type { Peaks } from '../domain/peaks.ts';
import type { PeopleCount } from '../domain/people.ts';
import type { Session, SourceFile } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import { asSession, withSoundTrack } from '../domain/sound-track.ts';
import type { MediaDescription } from '../media/media-description.ts';
import { isAbort } from '../support/abort.ts';
import { present } from '../support/assert.ts';
import type { ConfabClient } from './client.ts';
import type { HeldSessions } from './held-sessions.svelte.ts';
import type { JobQueue } from './job-queue.svelte.ts';
import type { Job } from './job.svelte.ts';
import type { SettingsState } from './settings.svelte.ts';
import { Waveform } from './waveform.svelte.ts';

type Describe = (file: SourceFile, signal: AbortSignal) => Promise<MediaDescription>;

/** A recording that was dropped and waits for somebody to start it. */
export class PendingRecording {
	readonly #default: Session;
	readonly #load: (session: Session, signal: AbortSignal) => Promise<Peaks>;
	readonly #describe: Describe;
	#session = $state.raw<Session>() as Session;
	#waveform = $state.raw<Waveform>() as Waveform;
	#description = $state.raw<MediaDescription | null>(null);
	#error = $state.raw<unknown>(null);
	#people = $state.raw<PeopleCount | null>(null);
	#looking = new AbortController();

	/**
	 * @param load the waveform
	 * @param describe what the file holds
	 */
	constructor(
		session: Session,
		load: (session: Session, signal: AbortSignal) => Promise<Peaks>,
		describe: Describe,
	) {
		this.#default = session;
		this.#session = session;
		this.#load = load;
		this.#describe = describe;
		this.#waveform = new Waveform((signal) => load(session, signal));
	}

	/** The recording, heard by the sound track that is chosen. */
	get session(): Session {
		return this.#session;
	}

	get waveform(): Waveform {
		return this.#waveform;
	}

	/** Which of the sound tracks is heard, counted from 0; null for the file's default one. */
	get soundTrack(): number | null {
		return this.#session.recording?.audioTrack ?? null;
	}

	/** Chooses a sound track and looks at the file again; never rejects. */
	async hear(track: number | null): Promise<void> {
		if (track === this.soundTrack) return;
		this.leave();
		this.#looking = new AbortController();
		const session = withSoundTrack(this.#default, track);
		this.#session = session;
		this.#waveform = new Waveform((signal) => this.#load(session, signal));
		await this.look();
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
	async look(): Promise<void> {
		const { signal } = this.#looking;
		try {
			const file = present(this.#session.recording, 'recording');
			const description = await this.#describe(file, signal);
			if (signal.aborted) return;
			this.#description = description;
			if (description.audio) void this.#waveform.show();
		} catch (thrown) {
			if (!isAbort(thrown) && !signal.aborted) this.#error = thrown;
		}
	}

	/** Stops looking at it. */
	leave(): void {
		this.#looking.abort();
		this.#waveform.hide();
	}
}

/** Recordings that were dropped and wait for their start, in the order they came. */
export class PendingRecordings {
	readonly #client: ConfabClient;
	readonly #jobs: JobQueue;
	readonly #held: HeldSessions;
	readonly #settings: SettingsState;
	#all = $state.raw<readonly PendingRecording[]>([]);

	/** @param settings those of recordings without metadata */
	constructor(client: ConfabClient, jobs: JobQueue, held: HeldSessions, settings: SettingsState) {
		this.#client = client;
		this.#jobs = jobs;
		this.#held = held;
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
		const same = this.#all.find((other) => asSession(session, other.session.id) !== null);
		if (same) return same;
		const recording = new PendingRecording(
			session,
			(heard, signal) => this.#client.peaks(heard, { signal }),
			(file, signal) => this.#client.describe(file, signal),
		);
		this.#all = [...this.#all, recording];
		void recording.look();
		return recording;
	}

	/** How it is going to be run. */
	settingsOf({ people }: PendingRecording): RunSettings {
		return { ...this.#settings.current, people };
	}

	/** Puts it in line. */
	start(recording: PendingRecording): Job {
		this.#held.hold(recording.session);
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
