import type { Session } from '../domain/session.ts';
import type { KeptEdition, KeptRun, ProjectSession } from '../formats/project/project-session.ts';
import { readProject } from '../formats/project/read-project.ts';
import { writeProject } from '../formats/project/write-project.ts';
import type { ImportedProject } from '../state/studio-client.ts';
import type { SlowOptions } from '../support/progress.ts';
import type { KeptSessions } from './kept-sessions.ts';

/** Writes sessions, with all that is kept of them, and their recordings where given, into a project file. */
export function exportProject(
	sessionIds: readonly string[],
	recordings: readonly Session[],
	kept: KeptSessions,
	options: SlowOptions,
): Promise<Blob> {
	return writeProject(projectSessions(kept, sessionIds, recordings), sessionIds.length, options);
}

/** Sessions read one after the other; those without a run are left out. */
async function* projectSessions(
	kept: KeptSessions,
	sessionIds: readonly string[],
	recordings: readonly Session[],
): AsyncGenerator<ProjectSession> {
	for (const sessionId of sessionIds) {
		const session = await kept.session(sessionId);
		if (!session) continue;
		const runs: KeptRun[] = [];
		const editions: KeptEdition[] = [];
		for (const { runId } of session.runs) {
			const run = await kept.run(sessionId, runId);
			const edition = run && (await kept.edition(sessionId, runId));
			if (run) runs.push(run);
			if (edition) editions.push(edition);
		}
		if (runs.length === 0) continue;
		const { folderName, givenName } = session;
		const reference = await kept.reference(sessionId);
		const recording = recordings.find(({ id }) => id === sessionId);
		yield {
			...{ sessionId, folderName, givenName, runs, editions, reference },
			...(recording && { recording }),
		};
	}
}

/**
 * Takes a project file into the library.
 *
 * @throws ConfabError `InvalidSession`, before anything is taken, when something of it is not as it should
 *   be; `StorageFull`, with the sessions before that one taken.
 */
export async function importProject(
	file: Blob,
	kept: KeptSessions,
	options: SlowOptions,
): Promise<ImportedProject> {
	// Read to its end first, and then once more to be taken: one session at a time is in memory.
	await readToEnd(readProject(file, { signal: options.signal }));
	const home = await kept.home();
	const sessionIds: string[] = [];
	const left: string[] = [];
	const recordings: Session[] = [];
	for await (const session of readProject(file, options)) {
		if (await home.sessions.take(session)) left.push(session.sessionId);
		sessionIds.push(session.sessionId);
		if (session.recording) recordings.push(session.recording);
	}
	return { sessionIds, kept: left, recordings };
}

async function readToEnd(sessions: AsyncGenerator<ProjectSession>): Promise<void> {
	while (!(await sessions.next()).done);
}
