import * as v from 'valibot';
import type { StoredResult, StoredSession } from './database.ts';

const session: v.GenericSchema<unknown, StoredSession> = v.object({
	sessionId: v.string(),
	sessionName: v.string(),
	updatedAt: v.number(),
	durationSeconds: v.nullable(v.number()),
	speakerCount: v.number(),
	conversationCount: v.nullable(v.number()),
	complete: v.boolean(),
});

const result = v.object({ sessionId: v.string(), stage: v.string(), value: v.unknown() });

/** A line of the library as it lies in the database; null when it is not of the present form. */
export function parseStoredSession(value: unknown): StoredSession | null {
	const parsed = v.safeParse(session, value);
	return parsed.success ? parsed.output : null;
}

/** A stage's result as it lies in the database; null when there is none of the present form. */
export function parseStoredResult(value: unknown): StoredResult | null {
	const parsed = v.safeParse(result, value);
	return parsed.success ? parsed.output : null;
}
