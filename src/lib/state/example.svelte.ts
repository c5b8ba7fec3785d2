import { defaultSettings, type RunSettings } from '../domain/settings.ts';
import { isAbort } from '../support/abort.ts';
import type { ConfabClient } from './client.ts';
import type { HeldSessions } from './held-sessions.svelte.ts';

/** Content id of the session under static/demo, by which its result is known again. */
export const exampleId = 'ba62b6f516e51e234126ced181cf3bb5770134d709563271e97e5f3247f1611a';

/**
 * How the example is run, whatever is set: by the embedded recogniser alone, which knows these people's
 * words and is there on every machine.
 */
export const exampleSettings: RunSettings = {
	...defaultSettings,
	detector: 'embedded',
	recogniser: 'embedded',
};

type ExampleClient = Pick<
	ConfabClient,
	'demoFiles' | 'demoProject' | 'importProject' | 'readSessions'
>;

/** The session that comes with the app: finished, with its recordings at hand as soon as it is looked at. */
export class Example {
	readonly #client: ExampleClient;
	readonly #held: HeldSessions;
	readonly #onImport: () => void;
	#opening = $state.raw(false);
	#error = $state.raw<unknown>(null);
	#holding: Promise<void> | null = null;

	/** @param onImport is called when the library may have changed */
	constructor(client: ExampleClient, held: HeldSessions, onImport: () => void) {
		this.#client = client;
		this.#held = held;
		this.#onImport = onImport;
	}

	/** Whether its result is on its way. */
	get opening(): boolean {
		return this.#opening;
	}

	/** Why its result or its recordings could not be fetched; null while nothing is wrong. */
	get error(): unknown {
		return this.#error;
	}

	/**
	 * Puts its finished result into the library; a run or a correction that is there stays as it is.
	 *
	 * @returns the session's id, or null when it could not be fetched or stored (see `error`)
	 */
	async open(): Promise<string | null> {
		if (this.#opening) return null;
		this.#opening = true;
		this.#error = null;
		try {
			const { signal } = new AbortController();
			await this.#client.importProject(await this.#client.demoProject(signal), { signal });
			this.#onImport();
			return exampleId;
		} catch (error) {
			this.#error = error;
			return null;
		} finally {
			this.#opening = false;
		}
	}

	/** Puts its recordings at hand and shows the faces, which are drawn. Never rejects (see `error`). */
	async hold(): Promise<void> {
		this.#holding ??= this.#fetchRecordings().finally(() => (this.#holding = null));
		await this.#holding;
	}

	async #fetchRecordings(): Promise<void> {
		if (this.#held.get(exampleId)) return;
		this.#error = null;
		try {
			const { signal } = new AbortController();
			const { files } = await this.#client.demoFiles(signal);
			const { sessions } = await this.#client.readSessions(files, { signal });
			for (const session of sessions) this.#held.hold(session);
			this.#held.showFaces(exampleId);
		} catch (error) {
			if (!isAbort(error)) this.#error = error;
		}
	}
}
