import type { DBSchema, IDBPDatabase } from 'idb';

/** Raise it with every change of the schema, and add the step to `upgrade` (migrations.ts). */
export const schemaVersion = 2;

/** A result as it lies in the database; `value` is parsed by whoever asks for it. */
export interface StoredResult {
	readonly sessionId: string;
	readonly stage: string;
	readonly value: unknown;
}

/** Key of what belongs to one run: session id and run id. */
export type RunKey = [sessionId: string, runId: string];

/** Values are parsed when they are read, whatever is said of them here. */
export interface ConfabSchema extends DBSchema {
	/** Of single stages, by key. */
	results: { key: string; value: StoredResult; indexes: { sessionId: string } };
	/** Entries of the library (`StoredSession`). */
	sessions: { key: string; value: { readonly sessionId: string } };
	/** Whole results (`KeptRun`). */
	runs: { key: RunKey; value: unknown };
	/** What people made of them (`KeptEdition`). */
	editions: { key: RunKey; value: unknown };
	/** Truths to compare with (`KeptReference`), by session id. */
	references: { key: string; value: unknown };
	/** Outcomes of models' self-checks, by model and provider. */
	checks: { key: string; value: unknown };
}

export type ConfabDatabase = IDBPDatabase<ConfabSchema>;
