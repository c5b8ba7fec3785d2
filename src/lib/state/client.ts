import type { JobEvent } from '../domain/job.ts';
import type { SessionResult } from '../domain/result.ts';
import type { Session } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { DroppedFile, DroppedFiles } from '../formats/index.ts';
import type { AvsrKind } from '../recognisers/avsr/manifest.ts';
import type { Problem } from '../support/errors.ts';
import type { SlowOptions } from '../support/progress.ts';

/** What was found in what was dropped. */
export interface FoundSessions {
	readonly sessions: readonly Session[];
	/** All that kept something from being a session, at once. */
	readonly problems: readonly Problem[];
}

/** One line of the library: a session that has been run before, wholly or in part. */
export interface SessionRecord {
	readonly sessionId: string;
	readonly sessionName: string;
	/** When something of it was last stored, in milliseconds since 1970. */
	readonly updatedAt: number;
	/** Length of the recording, or null when it is not known yet. */
	readonly durationSeconds: number | null;
	readonly speakerCount: number;
	/** Null until a run went through. */
	readonly conversationCount: number | null;
	/** Whether `loadResult` has something: false for a run that was cancelled or cut short. */
	readonly complete: boolean;
}

/** One file of the `output/` folder. */
export interface OutputFile {
	/** Path inside `output/`: `spk_0.vtt`, `speaker_to_cluster.json`. */
	readonly path: string;
	readonly text: string;
}

/** What this browser on this machine can do. */
export interface MachineInfo {
	readonly webgpu: {
		readonly available: boolean;
		/** True when the adapter is the processor in disguise, which is of no use for speed. */
		readonly software: boolean;
		/** Vendor and architecture, when there is an adapter. */
		readonly adapter?: string | undefined;
	};
	/** Threads that WebAssembly will use. */
	readonly threads: number;
	readonly crossOriginIsolated: boolean;
	readonly memoryGiB?: number | undefined;
	readonly storage: {
		readonly usedBytes: number;
		readonly quotaBytes: number;
		/** False when the browser may clear it by itself. */
		readonly persistent: boolean;
	};
}

/** One model of the catalogue, and whether its files are here. */
export interface ModelInfo {
	readonly id: string;
	/** What it is for; `recogniser` for those that a run can choose among. */
	readonly role: string;
	readonly title: string;
	readonly licence: string;
	/** Where it comes from, for people to read. */
	readonly source: string;
	readonly bytes: number;
	readonly available: boolean;
	/** Why it is not available. */
	readonly reason?: string | undefined;
	/** What cannot be done without it. */
	readonly disables?: string | undefined;
}

export interface RunOptions {
	readonly signal?: AbortSignal | undefined;
	onEvent(event: JobEvent): void;
}

/**
 * All that the screens ask of the rest. Everything that is slow runs in workers behind it; nothing it
 * does reaches the network beyond the app's own files.
 */
export interface ConfabClient {
	/**
	 * Reads what was dropped: finds sessions in folders and archives, without reading their media.
	 *
	 * @throws ConfabError `InvalidSession` when nothing in it is a session, with every reason.
	 */
	readSessions(files: readonly DroppedFile[], options: SlowOptions): Promise<FoundSessions>;

	/**
	 * The files of the session that comes with the app.
	 *
	 * @throws ConfabError `InvalidSession` when the app's server does not give them.
	 */
	demoFiles(signal: AbortSignal): Promise<DroppedFiles>;

	/**
	 * Runs one session and stores every result as soon as it is known; what is stored already is not
	 * computed again.
	 *
	 * @throws ConfabError for what the world did; an `AbortError` when the signal aborts.
	 */
	run(session: Session, settings: RunSettings, options: RunOptions): Promise<SessionResult>;

	/** Past sessions, the latest first. */
	listSessions(): Promise<readonly SessionRecord[]>;
	/** The latest result of a session, or null when no run went through. */
	loadResult(sessionId: string): Promise<SessionResult | null>;
	/** Removes everything stored about a session. */
	deleteSession(sessionId: string): Promise<void>;

	/** The files of a result as they are to be written. */
	outputFiles(result: SessionResult): Promise<readonly OutputFile[]>;
	/** The same files in one archive, inside a folder `output/`. */
	outputZip(result: SessionResult): Promise<Blob>;

	machine(): Promise<MachineInfo>;
	models(): Promise<readonly ModelInfo[]>;
	/**
	 * Adds kinds of a recogniser from files that a person has. Aborted and called again, it goes on.
	 *
	 * @throws ConfabError `ModelUnavailable` when something is missing in them, `ModelMismatch` for wrong
	 * files, `StorageFull`, `Busy`; the signal's reason.
	 */
	addModel(
		offer: string,
		kinds: readonly AvsrKind[],
		files: readonly DroppedFile[],
		options: SlowOptions,
	): Promise<void>;
}
