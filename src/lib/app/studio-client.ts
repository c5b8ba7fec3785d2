import type { Edition } from '../domain/edition.ts';
import { runIdOf } from '../domain/run-id.ts';
import type { Labels } from '../domain/session.ts';
import type { StudioClient } from '../state/studio-client.ts';
import type { Store } from '../store/index.ts';
import { ConfabError } from '../support/errors.ts';

/** @param own what this page has computed, stored or not. */
export function createStudioClient({
	store,
	own,
}: {
	store: () => Promise<Store>;
	own: Store;
}): Omit<StudioClient, 'recogniseSpan'> {
	const editions = new Map<string, Edition>();
	const references = new Map<string, Labels>();
	const latest = async (sessionId: string) =>
		(await own.outcomes.get(sessionId)) ?? (await store()).outcomes.get(sessionId);
	const missing = (): Promise<never> =>
		Promise.reject(new ConfabError('UnsupportedMedia', 'This is not here yet.'));
	return {
		listRuns: async (sessionId) => {
			const result = await latest(sessionId);
			if (!result) return [];
			const { settings } = result;
			return [{ runId: runIdOf(settings), settings, finishedAt: 0, edited: false }];
		},
		loadRun: (sessionId) => latest(sessionId),
		deleteRun: () => Promise.resolve(),
		loadEdition: (sessionId) => Promise.resolve(editions.get(sessionId) ?? null),
		latestEdition: (sessionId) => Promise.resolve(editions.get(sessionId) ?? null),
		saveEdition: (edition) => {
			editions.set(edition.sessionId, edition);
			return Promise.resolve();
		},
		deleteEdition: (sessionId) => {
			editions.delete(sessionId);
			return Promise.resolve();
		},
		loadReference: (sessionId) => Promise.resolve(references.get(sessionId) ?? null),
		saveReference: (sessionId, labels) => {
			references.set(sessionId, labels);
			return Promise.resolve();
		},
		renameSession: () => missing(),
		exportProject: () => missing(),
		importProject: () => missing(),
	};
}
