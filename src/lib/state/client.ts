import type { JobEvent } from '../pipeline/job.ts';
import type { Scores, SessionResult } from '../domain/result.ts';
import type { Session } from '../domain/session.ts';
import type { Detector, RunSettings } from '../domain/settings.ts';
import type { DroppedFile, DroppedFiles } from '../formats/index.ts';
import type { Problem } from '../support/errors.ts';
import type { SlowOptions } from '../support/progress.ts';
import type { ModelsClient } from './models-client.ts';
import type { OfflineClient } from './offline-client.ts';
import type { PrivacyClient } from './privacy-client.ts';
import type { PlaybackClient } from './playback-client.ts';
import type { StudioClient } from './studio-client.ts';

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
	/** When something of it was last computed or changed, in milliseconds since 1970. */
	readonly updatedAt: number;
	/** Length of the recording, or null when it is not known yet. */
	readonly durationSeconds: number | null;
	readonly speakerCount: number;
	/** Null until a run went through. */
	readonly conversationCount: number | null;
	/** Whether `loadResult` has something: false for a run that was cancelled or cut short. */
	readonly complete: boolean;
	/** How many runs of it went through, each with settings of its own. */
	readonly runCount: number;
	/** Ids of the recognisers of its runs, that of the latest run first. */
	readonly recognisers: readonly string[];
	/** What told its runs who speaks by the face, that of the latest run first; none heard people alone. */
	readonly detectors: readonly Detector[];
	/** Whether a person changed something of it. */
	readonly edited: boolean;
	/** Scores of the latest run as it went through; null where it had no labels. */
	readonly scores: Scores | null;
	/**
	 * What it takes in this browser's storage, in bytes: every record of it counted field by field (a number
	 * eight, a character one or two, binary data as it is), without what the browser adds or compresses. 0 for one
	 * that could not be stored.
	 */
	readonly bytes: number;
}

/** What this browser on this machine can do. */
export interface MachineInfo {
	readonly webgpu: {
		readonly available: boolean;
		/** True when the adapter is the processor in disguise, which is of no use for speed. */
		readonly software: boolean;
		/** Vendor and architecture, when there is an adapter. */
		readonly adapter?: string | undefined;
		/** Whether it computes in half precision. */
		readonly halfPrecision: boolean;
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
		/** Whether the browser keeps files for this page, which added models need. */
		readonly keepsFiles: boolean;
	};
}

export interface RunOptions {
	readonly signal?: AbortSignal | undefined;
	onEvent(event: JobEvent): void;
}

/**
 * All that the screens ask of the rest. Everything that is slow runs in workers behind it; nothing it
 * does reaches the network beyond the app's own files, but for `download`.
 */
export interface ConfabClient extends ModelsClient, StudioClient, PlaybackClient {
	readonly offline: OfflineClient;
	readonly privacy: PrivacyClient;

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
	 * Its finished result as a `.confab` file.
	 *
	 * @throws ConfabError `InvalidSession` when the app's server does not give it.
	 */
	demoProject(signal: AbortSignal): Promise<Blob>;

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
	/**
	 * Removes everything stored about a session, once a run of it that was called off here has come to its end.
	 *
	 * @throws ConfabError `Busy` while another tab runs it.
	 */
	deleteSession(sessionId: string): Promise<void>;

	machine(): Promise<MachineInfo>;
	/**
	 * Asks the browser never to clear by itself what is stored; some ask people, others decide alone.
	 *
	 * @returns whether it agreed.
	 */
	keepStorage(): Promise<boolean>;
}
