import type { DBSchema, IDBPTransaction, StoreNames } from 'idb';
import * as v from 'valibot';
import { parseResult, parseStoredResult } from './kept-records.ts';
import { recordBytes } from './record-bytes.ts';
import type { ConfabDatabase, ConfabSchema } from './schema.ts';
import { freshSession, withRun, type StoredSession } from './session-entry.ts';

type Upgrade<S extends DBSchema> = IDBPTransaction<S, StoreNames<S>[], 'versionchange'>;

/** Version 1 kept the latest result of each session alone, by its id. */
interface SchemaBefore2 extends ConfabSchema {
	readonly outcomes: { key: string; value: unknown };
}

const sessionBefore2 = v.object({
	sessionId: v.string(),
	sessionName: v.string(),
	updatedAt: v.number(),
	speakerCount: v.number(),
});

/** Brings a database of any earlier version to the present one; version 0 is none at all. */
export async function upgrade(
	database: ConfabDatabase,
	from: number,
	transaction: Upgrade<ConfabSchema>,
): Promise<void> {
	if (from < 1) {
		const results = database.createObjectStore('results');
		results.createIndex('sessionId', 'sessionId');
		database.createObjectStore('sessions', { keyPath: 'sessionId' });
		database.createObjectStore('checks');
	}
	if (from < 2) {
		database.createObjectStore('runs');
		database.createObjectStore('editions');
		database.createObjectStore('references');
	}
	// What the types no longer know of is still there.
	if (from === 1) await moveOutcomes(transaction as unknown as Upgrade<SchemaBefore2>);
}

/** Each session's result becomes the first of its runs. */
async function moveOutcomes(transaction: Upgrade<SchemaBefore2>): Promise<void> {
	const sessions = transaction.objectStore('sessions');
	const stageBytes = await bytesBySession(transaction);
	for (const row of (await sessions.getAll()) as unknown[]) {
		const before = v.safeParse(sessionBefore2, row);
		if (!before.success) continue;
		const { sessionId, sessionName, updatedAt, speakerCount } = before.output;
		const session: StoredSession = {
			...freshSession(sessionId, sessionName),
			speakerCount,
			updatedAt,
			stageBytes: stageBytes.get(sessionId) ?? 0,
		};
		const result = parseResult(await transaction.objectStore('outcomes').get(sessionId));
		const moved = result && withRun(session, result, updatedAt);
		const [head] = moved?.runs ?? [];
		if (result && head) {
			await transaction
				.objectStore('runs')
				.put({ result, finishedAt: updatedAt }, [sessionId, head.runId]);
		}
		await sessions.put(moved ?? session);
	}
	transaction.db.deleteObjectStore('outcomes');
}

/** How much the results of single stages take; one of them is in memory at a time. */
async function bytesBySession(
	transaction: Upgrade<SchemaBefore2>,
): Promise<ReadonlyMap<string, number>> {
	const bytes = new Map<string, number>();
	for await (const { value } of transaction.objectStore('results')) {
		const result = parseStoredResult(value);
		if (!result) continue;
		const { sessionId } = result;
		bytes.set(sessionId, (bytes.get(sessionId) ?? 0) + recordBytes(result.value));
	}
	return bytes;
}
