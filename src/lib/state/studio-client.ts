import type { Edition } from '../domain/edition.ts';
import type { SessionResult } from '../domain/result.ts';
import type { Labels, Session } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { RecognisedSpan, Span } from '../domain/span.ts';
import type { SlowOptions } from '../support/progress.ts';

/** One run of a session among others of it. */
export interface RunRecord {
	/** Of the result. */
	readonly runId: string;
	readonly settings: RunSettings;
	/** When it went through, in milliseconds since 1970. */
	readonly finishedAt: number;
	/** Whether a person changed something of it. */
	readonly edited: boolean;
}

/** A project file as it was read. */
export interface ImportedProject {
	/** Sessions that are in the library now. */
	readonly sessionIds: readonly string[];
	/** Sessions whose results were there already and were left as they are. */
	readonly kept: readonly string[];
	/** Recordings that came with it; they are read from the project's file for as long as they are held. */
	readonly recordings: readonly Session[];
}

/** What looking at results, correcting and keeping them needs. */
export interface StudioClient {
	/** Runs of a session that are stored or at hand, the latest first. */
	listRuns(sessionId: string): Promise<readonly RunRecord[]>;
	/** @param runId null for the latest. Null when there is no such run. */
	loadRun(sessionId: string, runId: string | null): Promise<SessionResult | null>;
	/** Forgets one run and its edition. */
	deleteRun(sessionId: string, runId: string): Promise<void>;

	/** What was made of a run; null when nothing was. */
	loadEdition(sessionId: string, runId: string): Promise<Edition | null>;
	/** The edition of the session that was stored last, of whatever run. */
	latestEdition(sessionId: string): Promise<Edition | null>;
	/** @throws ConfabError `StorageFull`. */
	saveEdition(edition: Edition): Promise<void>;
	deleteEdition(sessionId: string, runId: string): Promise<void>;

	/** The truth to compare with: what came with the session, or was dropped on it later. */
	loadReference(sessionId: string): Promise<Labels | null>;
	/** @throws ConfabError `StorageFull`. */
	saveReference(sessionId: string, labels: Labels): Promise<void>;

	/** Gives the session another name in the library and in everything that is saved from then on. */
	renameSession(sessionId: string, name: string): Promise<void>;

	/**
	 * Recognises one stretch of one speaker anew, without touching what is stored. It waits for its turn
	 * with the runs. Progress is in `files` of stage `decode`, `bytes` of `model` where one is fetched, and
	 * `frames` of `lips` and `recognition`.
	 *
	 * @throws ConfabError for what the world did (`UnsupportedMedia` when no track there can be used,
	 * `ModelUnavailable` without the recogniser); an `AbortError` when the signal aborts.
	 */
	recogniseSpan(
		session: Session,
		settings: RunSettings,
		span: Span,
		options: SlowOptions,
	): Promise<RecognisedSpan>;

	/**
	 * Sessions with their runs, editions and references as one `.confab` file (of all sessions: the whole
	 * library).
	 *
	 * @param recordings sessions whose own files go in, too
	 * @throws ConfabError `InvalidSession` when none has a run, or a recording cannot be read.
	 */
	exportProject(
		sessionIds: readonly string[],
		recordings: readonly Session[],
		options: SlowOptions,
	): Promise<Blob>;
	/**
	 * Takes a `.confab` file into the library.
	 *
	 * @throws ConfabError `InvalidSession` for a file that is none, with what is wrong; `StorageFull`.
	 */
	importProject(file: Blob, options: SlowOptions): Promise<ImportedProject>;
}
