import type { Edition } from '../../domain/edition.ts';
import type { SessionResult } from '../../domain/result.ts';
import type { Labels, Session } from '../../domain/session.ts';

/** A run with the time at which it went through, in milliseconds since 1970. */
export interface KeptRun {
	readonly result: SessionResult;
	readonly finishedAt: number;
}

/** What a person made of a run, with the time at which it was stored last, in milliseconds since 1970. */
export interface KeptEdition {
	readonly edition: Edition;
	readonly savedAt: number;
}

/** The truth to compare with. */
export interface KeptReference {
	readonly labels: Labels;
	/** `person` for labels that were dropped on the session, `session` for those that came with it. */
	readonly origin: 'session' | 'person';
	/** In milliseconds since 1970. */
	readonly savedAt: number;
}

/** All that is kept of a session, but for what a run of it would compute again. */
export interface ProjectSession {
	readonly sessionId: string;
	/** Of its folder. */
	readonly folderName: string;
	/** The name that a person gave it, or null. */
	readonly givenName: string | null;
	/** One or more; none with the id of another. */
	readonly runs: readonly KeptRun[];
	/** Each of one of the runs. */
	readonly editions: readonly KeptEdition[];
	readonly reference: KeptReference | null;
	/** With its own files, where they go along; of the same id. */
	readonly recording?: Session;
}
