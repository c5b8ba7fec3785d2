import type { SessionResult } from '../domain/result.ts';
import type { Labels, Session } from '../domain/session.ts';
import { ConfabError, messageOf, type Problem } from '../support/errors.ts';
import type { ResultStore } from './result-cache.ts';
import { runSession, type RunOptions } from './run-session.ts';

/** The store as a run sees it. */
export interface RunStore {
	/** Why nothing outlives this tab, or null when everything does. */
	readonly volatile: string | null;
	readonly results: ResultStore;
	readonly sessions: { begin(session: Session): Promise<void> };
	/** Takes the labels that came with the session, too. */
	readonly runs: { put(result: SessionResult, labels: Labels | null): Promise<void> };
}

/**
 * Runs a session and keeps its result in the library. A store that takes no more never costs the
 * result: it is given back all the same, with a problem that says it is not kept.
 *
 * @throws as `runSession`.
 */
export async function runAndKeep(
	session: Session,
	store: RunStore,
	options: Omit<RunOptions, 'store'>,
): Promise<SessionResult> {
	const problems: Problem[] = [];
	const tell = (message: string): void => {
		const problem = { file: 'browser storage', message };
		problems.push(problem);
		options.onEvent({ kind: 'problem', problem });
	};
	const keep = async (put: () => Promise<void>, consequence: string): Promise<void> => {
		try {
			await put();
		} catch (error) {
			if (!(error instanceof ConfabError)) throw error;
			tell(`${messageOf(error)} ${consequence}`);
		}
	};
	if (store.volatile !== null) tell(store.volatile);
	await keep(() => store.sessions.begin(session), 'The run goes on.');
	const result = await runSession(session, { ...options, store: store.results });
	await keep(
		() => store.runs.put(result, session.labels),
		'This result is not kept: download it before you close the tab.',
	);
	return { ...result, problems: [...result.problems, ...problems] };
}
