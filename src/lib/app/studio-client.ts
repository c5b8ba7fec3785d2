import type { StudioClient } from '../state/studio-client.ts';
import type { KeptSessions } from './kept-sessions.ts';

/** What looking at results, correcting and keeping them needs, made of what is kept. */
export function createStudioClient({
	kept,
}: {
	kept: KeptSessions;
}): Omit<StudioClient, 'recogniseSpan'> {
	const { own } = kept;
	return {
		listRuns: async (sessionId) => {
			const session = await kept.session(sessionId);
			const edited = new Set(session?.editions.map(({ runId }) => runId));
			return (session?.runs ?? []).map(({ runId, settings, finishedAt }) => {
				return { runId, settings, finishedAt, edited: edited.has(runId) };
			});
		},
		loadRun: (sessionId, runId) => kept.result(sessionId, runId),
		deleteRun: (sessionId, runId) => kept.deleteRun(sessionId, runId),

		loadEdition: async (sessionId, runId) =>
			(await kept.edition(sessionId, runId))?.edition ?? null,
		latestEdition: async (sessionId) => {
			const [latest] = (await kept.session(sessionId))?.editions ?? [];
			return latest ? ((await kept.edition(sessionId, latest.runId))?.edition ?? null) : null;
		},
		saveEdition: (edition) => kept.saveEdition(edition),
		deleteEdition: (sessionId, runId) => kept.deleteEdition(sessionId, runId),

		loadReference: async (sessionId) => (await kept.reference(sessionId))?.labels ?? null,
		saveReference: async (sessionId, labels) => {
			await own.references.put(sessionId, labels);
			const home = await kept.home();
			if (home !== own) await home.references.put(sessionId, labels);
		},

		renameSession: (sessionId, name) => kept.rename(sessionId, name),
		// What reads and writes archives is not loaded before somebody brings one or takes one away.
		exportProject: async (sessionIds, recordings, options) =>
			(await import('./project-sessions.ts')).exportProject(sessionIds, recordings, kept, options),
		importProject: async (file, options) =>
			(await import('./project-sessions.ts')).importProject(file, kept, options),
	};
}
