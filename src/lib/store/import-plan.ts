import type {
	KeptEdition,
	KeptReference,
	KeptRun,
	ProjectSession,
} from '../formats/project/project-session.ts';
import { recordBytes } from './record-bytes.ts';
import { freshSession, withEdition, withRun, type StoredSession } from './session-entry.ts';

/** What of a session in a project file is taken into the library. */
export interface ImportPlan {
	readonly session: StoredSession;
	readonly runs: readonly KeptRun[];
	readonly editions: readonly KeptEdition[];
	readonly reference: KeptReference | null;
	/** Whether something was there already, which stays as it is. */
	readonly kept: boolean;
}

/**
 * Adds what is not there. A run that is there already stays; what a person made of it elsewhere is taken
 * in all the same, unless somebody changed it here, too.
 */
export function planImport(known: StoredSession | null, incoming: ProjectSession): ImportPlan {
	const { sessionId, folderName, givenName, reference } = incoming;
	const fresh = known ?? freshSession(sessionId, folderName);
	const hasRun = (id: string): boolean => fresh.runs.some(({ runId }) => runId === id);
	const hasEdition = (id: string): boolean => fresh.editions.some(({ runId }) => runId === id);
	const runs = incoming.runs.filter(({ result }) => !hasRun(result.runId));
	const editions = incoming.editions.filter(({ edition }) => !hasEdition(edition.runId));
	const newReference = fresh.referenceBytes === 0 ? reference : null;

	let session: StoredSession = { ...fresh, givenName: fresh.givenName ?? givenName };
	for (const { result, finishedAt } of runs) session = withRun(session, result, finishedAt);
	for (const { edition, savedAt } of editions) session = withEdition(session, edition, savedAt);
	if (newReference) session = { ...session, referenceBytes: recordBytes(newReference) };
	const left = incoming.runs.length - runs.length + (incoming.editions.length - editions.length);
	return { session, runs, editions, reference: newReference, kept: left > 0 };
}

/** The reference that holds once labels came with a session that has run: a person's stay. */
export function referenceAfterRun(
	known: KeptReference | null,
	incoming: KeptReference | null,
): KeptReference | null {
	return known?.origin === 'person' ? known : (incoming ?? known);
}
