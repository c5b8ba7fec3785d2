import type { Edition } from '../domain/edition.ts';
import type { SessionResult } from '../domain/result.ts';
import type { Labels, Session } from '../domain/session.ts';
import type {
	KeptEdition,
	KeptReference,
	KeptRun,
	ProjectSession,
} from '../formats/project/project-session.ts';
import type { StoredSession } from './session-entry.ts';

/** Results of single stages, by key. */
export interface Results {
	/** What was put under the key, or undefined. To be parsed by the caller. */
	get(key: string): Promise<unknown>;
	/**
	 * Stores a result and marks its session as worked on, in one transaction.
	 * @throws ConfabError `StorageFull`, also when the library has no entry of the session.
	 */
	put(key: string, value: unknown, about: { sessionId: string; stage: string }): Promise<void>;
}

/** The library. */
export interface Sessions {
	/** Notes that a run of this session begins; what is known of it is kept. */
	begin(session: Session): Promise<void>;
	/** The latest first. */
	list(): Promise<readonly StoredSession[]>;
	get(sessionId: string): Promise<StoredSession | null>;
	/** Gives it a name that later runs keep; nothing happens when it is not there. */
	rename(sessionId: string, name: string): Promise<void>;
	/**
	 * Adds what is not there yet (`planImport`), in one transaction.
	 * @returns whether something was there already and stayed as it is.
	 * @throws ConfabError `StorageFull`.
	 */
	take(incoming: ProjectSession): Promise<boolean>;
	/** Removes the session and everything that was computed for it or made of it, in one transaction. */
	delete(sessionId: string): Promise<void>;
}

/** Whole results; one with the same settings takes the place of the one before. */
export interface Runs {
	/**
	 * @param labels what came with the session; it becomes its reference unless a person gave another.
	 * @throws ConfabError `StorageFull`, also when the session was deleted since its run began here.
	 */
	put(result: SessionResult, labels: Labels | null): Promise<void>;
	/** One of an older form counts as absent and is removed. */
	get(sessionId: string, runId: string): Promise<KeptRun | null>;
	/** Removes it and what was made of it. */
	delete(sessionId: string, runId: string): Promise<void>;
}

/** What people made of runs. */
export interface Editions {
	/** @throws ConfabError `StorageFull`, also when the run itself is not stored. */
	put(edition: Edition): Promise<void>;
	get(sessionId: string, runId: string): Promise<KeptEdition | null>;
	delete(sessionId: string, runId: string): Promise<void>;
}

/** Truths to compare with, one a session. */
export interface References {
	/**
	 * Stores what a person gave.
	 * @throws ConfabError `StorageFull`, also when nothing else of the session is stored.
	 */
	put(sessionId: string, labels: Labels): Promise<void>;
	get(sessionId: string): Promise<KeptReference | null>;
}

/** Small things by key. */
export interface KeyValues {
	get(key: string): Promise<unknown>;
	set(key: string, value: unknown): Promise<void>;
}

export interface Store {
	/** Why nothing outlives this tab, or null when everything does. */
	readonly volatile: string | null;
	readonly results: Results;
	readonly sessions: Sessions;
	readonly runs: Runs;
	readonly editions: Editions;
	readonly references: References;
	readonly checks: KeyValues;
	close(): Promise<void>;
}
