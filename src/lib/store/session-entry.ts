import * as v from 'valibot';
import type { Edition } from '../domain/edition.ts';
import type { Scores, SessionResult } from '../domain/result.ts';
import type { Session } from '../domain/session.ts';
import type { RunSettings } from '../domain/settings.ts';
import { clonedForm } from '../formats/records/record-form.ts';
import { settingsSchema } from '../formats/records/result-schema.ts';
import { recordBytes } from './record-bytes.ts';

/** What is told of a run without reading it. */
export interface RunHead {
	/** Of the result. */
	readonly runId: string;
	readonly settings: RunSettings;
	/** Whether it found its people by itself; left out where they were given. */
	readonly peopleFound?: boolean;
	/** When it went through, in milliseconds since 1970. */
	readonly finishedAt: number;
	readonly durationSeconds: number;
	readonly speakerCount: number;
	readonly conversationCount: number;
	/** Of the whole session; null where it had no labels. */
	readonly scores: Scores | null;
	/** By `recordBytes`, as everywhere here. */
	readonly bytes: number;
}

/** What is told of an edition without reading it. */
export interface EditionHead {
	readonly runId: string;
	/** When it was stored last, in milliseconds since 1970. */
	readonly savedAt: number;
	readonly bytes: number;
}

/** A session that has been run before, wholly or in part, as the library lists it. */
export interface StoredSession {
	readonly sessionId: string;
	/** Of its folder. */
	readonly folderName: string;
	/** The name that a person gave it, or null. */
	readonly givenName: string | null;
	readonly speakerCount: number;
	/** When something of it was last computed or changed, in milliseconds since 1970. */
	readonly updatedAt: number;
	/** Those that went through, the latest first. */
	readonly runs: readonly RunHead[];
	/** The latest first. */
	readonly editions: readonly EditionHead[];
	/** Of the results of single stages, from which a run goes on. */
	readonly stageBytes: number;
	readonly referenceBytes: number;
}

const finite = v.pipe(v.number(), v.finite());
const score = v.nullable(v.number());

const schema: v.GenericSchema<unknown, StoredSession> = v.object({
	sessionId: v.string(),
	folderName: v.string(),
	givenName: v.nullable(v.string()),
	speakerCount: finite,
	updatedAt: finite,
	runs: v.array(
		v.object({
			runId: v.string(),
			settings: settingsSchema(clonedForm),
			peopleFound: v.exactOptional(v.boolean()),
			finishedAt: finite,
			durationSeconds: finite,
			speakerCount: finite,
			conversationCount: finite,
			scores: v.nullable(v.object({ wer: score, f1: score, joint: score })),
			bytes: finite,
		}),
	),
	editions: v.array(v.object({ runId: v.string(), savedAt: finite, bytes: finite })),
	stageBytes: finite,
	referenceBytes: finite,
});

/** An entry as it lies in the database; null when it is not of the present form. */
export function parseStoredSession(value: unknown): StoredSession | null {
	const parsed = v.safeParse(schema, value);
	return parsed.success ? parsed.output : null;
}

/** The name under which a session is shown. */
export function nameOf(session: StoredSession): string {
	return session.givenName ?? session.folderName;
}

/** All that is stored of a session, in bytes. */
export function bytesOf(session: StoredSession): number {
	const parts = [...session.runs, ...session.editions].map(({ bytes }) => bytes);
	return parts.reduce((sum, bytes) => sum + bytes, session.stageBytes + session.referenceBytes);
}

/** A session of which nothing is stored yet. */
export function freshSession(sessionId: string, folderName: string): StoredSession {
	return {
		sessionId,
		folderName,
		givenName: null,
		speakerCount: 0,
		updatedAt: 0,
		runs: [],
		editions: [],
		stageBytes: 0,
		referenceBytes: 0,
	};
}

/** Notes that a run begins; what is known is kept. */
export function begun(
	known: StoredSession | null,
	{ id, name, speakers }: Session,
	now: number,
): StoredSession {
	return {
		...(known ?? freshSession(id, name)),
		folderName: name,
		speakerCount: speakers.length,
		updatedAt: now,
	};
}

/** What is told of a run. */
function headOf(result: SessionResult, finishedAt: number): RunHead {
	const { runId, settings, scores } = result;
	return {
		runId,
		settings,
		...(result.people && { peopleFound: true }),
		finishedAt,
		durationSeconds: result.durationSeconds,
		speakerCount: result.speakers.length,
		conversationCount: new Set(result.conversations.clusters.values()).size,
		scores: scores && { wer: scores.wer, f1: scores.f1, joint: scores.joint },
		bytes: recordBytes(result),
	};
}

/** With a run that went through, in place of one with the same settings. */
export function withRun(
	known: StoredSession | null,
	result: SessionResult,
	finishedAt: number,
): StoredSession {
	const { sessionId, sessionName, speakers } = result;
	const session = known ?? freshSession(sessionId, sessionName);
	const head = headOf(result, finishedAt);
	const others = session.runs.filter(({ runId }) => runId !== head.runId);
	return {
		...session,
		speakerCount: speakers.length,
		updatedAt: Math.max(session.updatedAt, finishedAt),
		runs: [head, ...others].sort((a, b) => b.finishedAt - a.finishedAt),
	};
}

/** Without a run and what was made of it. */
export function withoutRun(session: StoredSession, runId: string): StoredSession {
	const runs = session.runs.filter((run) => run.runId !== runId);
	return withoutEdition({ ...session, runs }, runId);
}

/** With what a person made of a run, in place of what was made of it before. */
export function withEdition(
	session: StoredSession,
	edition: Edition,
	savedAt: number,
): StoredSession {
	const { runId } = edition;
	const head = { runId, savedAt, bytes: recordBytes(edition) };
	const editions = [head, ...withoutEdition(session, runId).editions];
	return {
		...session,
		updatedAt: Math.max(session.updatedAt, savedAt),
		editions: editions.sort((a, b) => b.savedAt - a.savedAt),
	};
}

/** Without what a person made of a run. */
export function withoutEdition(session: StoredSession, runId: string): StoredSession {
	const editions = session.editions.filter((edition) => edition.runId !== runId);
	return { ...session, editions };
}
