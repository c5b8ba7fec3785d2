import type { KeptEdition, KeptReference, KeptRun } from '../formats/project/project-session.ts';
import { planImport, referenceAfterRun } from './import-plan.ts';
import { recordBytes } from './record-bytes.ts';
import {
	begun,
	freshSession,
	withEdition,
	withoutEdition,
	withoutRun,
	withRun,
	type StoredSession,
} from './session-entry.ts';
import type { Editions, KeyValues, References, Results, Runs, Sessions, Store } from './store.ts';

/** Everything of one session. */
interface Held {
	session: StoredSession;
	/** Whether a run of it began or went through. */
	listed: boolean;
	readonly results: Map<string, unknown>;
	readonly runs: Map<string, KeptRun>;
	readonly editions: Map<string, KeptEdition>;
	reference: KeptReference | null;
}

/**
 * Keeps everything in memory: for browsers that store nothing. Its owner says so to the user. What is made
 * of a session that it does not know is taken, too.
 */
export class VolatileStore implements Store {
	readonly volatile: string;
	readonly #now: () => number;
	readonly #held = new Map<string, Held>();
	/** Session by key of its results. */
	readonly #owners = new Map<string, string>();
	readonly #checks = new Map<string, unknown>();

	constructor(reason: string, now: () => number = () => Date.now()) {
		this.volatile = reason;
		this.#now = now;
	}

	readonly results: Results = {
		get: (key) => Promise.resolve(this.#held.get(this.#owners.get(key) ?? '')?.results.get(key)),
		put: (key, value, { sessionId }) => {
			const held = this.#hold(sessionId);
			const before = held.results.has(key) ? recordBytes(held.results.get(key)) : 0;
			held.results.set(key, value);
			this.#owners.set(key, sessionId);
			const stageBytes = held.session.stageBytes + recordBytes(value) - before;
			held.session = { ...held.session, updatedAt: this.#now(), stageBytes };
			return Promise.resolve();
		},
	};
	readonly sessions: Sessions = {
		begin: (session) => {
			const held = this.#hold(session.id, session.name);
			held.session = begun(held.session, session, this.#now());
			held.listed = true;
			return Promise.resolve();
		},
		list: () => {
			const listed = [...this.#held.values()].filter((held) => held.listed);
			const sessions = listed.map(({ session }) => session);
			return Promise.resolve(sessions.sort((a, b) => b.updatedAt - a.updatedAt));
		},
		get: (sessionId) => Promise.resolve(this.#held.get(sessionId)?.session ?? null),
		rename: (sessionId, name) => {
			const held = this.#held.get(sessionId);
			if (held) held.session = { ...held.session, givenName: name };
			return Promise.resolve();
		},
		take: (incoming) => {
			const held = this.#hold(incoming.sessionId);
			const { folderName } = held.listed ? held.session : incoming;
			const plan = planImport({ ...held.session, folderName }, incoming);
			held.session = plan.session;
			held.listed = true;
			for (const run of plan.runs) held.runs.set(run.result.runId, run);
			for (const kept of plan.editions) held.editions.set(kept.edition.runId, kept);
			held.reference = plan.reference ?? held.reference;
			return Promise.resolve(plan.kept);
		},
		delete: (sessionId) => {
			for (const key of this.#held.get(sessionId)?.results.keys() ?? []) this.#owners.delete(key);
			this.#held.delete(sessionId);
			return Promise.resolve();
		},
	};
	readonly runs: Runs = {
		put: (result, labels) => {
			const { sessionId, sessionName } = result;
			const held = this.#hold(sessionId, sessionName);
			const finishedAt = this.#now();
			held.listed = true;
			held.runs.set(result.runId, { result, finishedAt });
			held.reference = referenceAfterRun(
				held.reference,
				labels && { labels, origin: 'session', savedAt: finishedAt },
			);
			held.session = {
				...withRun(held.session, result, finishedAt),
				folderName: sessionName,
				referenceBytes: held.reference ? recordBytes(held.reference) : 0,
			};
			return Promise.resolve();
		},
		get: (sessionId, runId) => Promise.resolve(this.#held.get(sessionId)?.runs.get(runId) ?? null),
		delete: (sessionId, runId) => {
			const held = this.#held.get(sessionId);
			held?.runs.delete(runId);
			held?.editions.delete(runId);
			if (held) held.session = withoutRun(held.session, runId);
			return Promise.resolve();
		},
	};
	readonly editions: Editions = {
		put: (edition) => {
			const held = this.#hold(edition.sessionId);
			const savedAt = this.#now();
			held.editions.set(edition.runId, { edition, savedAt });
			held.session = withEdition(held.session, edition, savedAt);
			return Promise.resolve();
		},
		get: (sessionId, runId) =>
			Promise.resolve(this.#held.get(sessionId)?.editions.get(runId) ?? null),
		delete: (sessionId, runId) => {
			const held = this.#held.get(sessionId);
			held?.editions.delete(runId);
			if (held) held.session = withoutEdition(held.session, runId);
			return Promise.resolve();
		},
	};
	readonly references: References = {
		put: (sessionId, labels) => {
			const held = this.#hold(sessionId);
			held.reference = { labels, origin: 'person', savedAt: this.#now() };
			held.session = {
				...held.session,
				updatedAt: this.#now(),
				referenceBytes: recordBytes(held.reference),
			};
			return Promise.resolve();
		},
		get: (sessionId) => Promise.resolve(this.#held.get(sessionId)?.reference ?? null),
	};
	readonly checks: KeyValues = {
		get: (key) => Promise.resolve(this.#checks.get(key)),
		set: (key, value) => {
			this.#checks.set(key, value);
			return Promise.resolve();
		},
	};

	close(): Promise<void> {
		return Promise.resolve();
	}

	#hold(sessionId: string, folderName = sessionId): Held {
		const known = this.#held.get(sessionId);
		if (known) return known;
		const held: Held = {
			session: freshSession(sessionId, folderName),
			listed: false,
			results: new Map(),
			runs: new Map(),
			editions: new Map(),
			reference: null,
		};
		this.#held.set(sessionId, held);
		return held;
	}
}
