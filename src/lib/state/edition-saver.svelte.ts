import * as v from 'valibot';
import type { Edition } from '../domain/edition.ts';
import { PageEditions, type UnsavedCause } from './page-editions.ts';
import type { StudioClient } from './studio-client.ts';

/** What tabs tell each other; those of earlier versions do not say who they are. */
const savedSchema = v.object({
	sessionId: v.string(),
	runId: v.string(),
	pageId: v.optional(v.string()),
});

export type SaveState =
	/** All is stored. */
	| 'saved'
	/** Something is about to be stored. */
	| 'pending'
	/** It could not be stored; tried again with the next change. */
	| 'failed'
	/** Another tab has stored a version since: nothing is stored until a person chooses. */
	| 'elsewhere';

export type EditionOrigin =
	/** Made of the run's result, as nothing is stored. */
	| 'result'
	| 'stored'
	/** Left before without having been stored. */
	| UnsavedCause;

/** Where tabs hear of each other. */
export interface TabChannel {
	postMessage(message: unknown): void;
	addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
	close(): void;
}

/** Stores versions of one edition, one after the other and never an older one after a newer. */
export class EditionSaver {
	readonly #client: Pick<StudioClient, 'saveEdition' | 'deleteEdition' | 'loadEdition'>;
	readonly #channel: TabChannel | null;
	readonly #page: PageEditions;
	#sessionId = '';
	#runId = '';
	/** What opening the run anew would give if nothing were stored; needs no place in the store. */
	#plain: Edition | null = null;
	#stored: Edition | null = null;
	#waiting = $state.raw<Edition | null>(null);
	#error = $state.raw<unknown>(null);
	#elsewhere = $state.raw(false);
	#writing: Promise<void> | null = null;

	/**
	 * @param channel hears of other tabs; closed with this; null where there is none
	 * @param page the page that this is on, whose own messages are no other tab's
	 */
	constructor(
		client: Pick<StudioClient, 'saveEdition' | 'deleteEdition' | 'loadEdition'>,
		channel: TabChannel | null,
		page: PageEditions = new PageEditions(),
	) {
		this.#client = client;
		this.#channel = channel;
		this.#page = page;
		channel?.addEventListener('message', ({ data }) => {
			const told = v.safeParse(savedSchema, data);
			if (!told.success || told.output.pageId === page.pageId) return;
			const { sessionId, runId } = told.output;
			if (sessionId === this.#sessionId && runId === this.#runId) this.#elsewhere = true;
		});
	}

	get state(): SaveState {
		if (this.#elsewhere) return 'elsewhere';
		if (this.#error !== null) return 'failed';
		return this.#waiting ? 'pending' : 'saved';
	}

	/** Why the last version could not be stored; null while all goes well. */
	get error(): unknown {
		return this.#error;
	}

	/** Says what is shown at first, and where it came from. */
	begin(edition: Edition, origin: EditionOrigin): void {
		this.#sessionId = edition.sessionId;
		this.#runId = edition.runId;
		const unsaved = origin === 'unanswered' || origin === 'unstored';
		this.#stored = unsaved ? null : edition;
		this.#plain = origin === 'result' ? edition : null;
		this.#waiting = unsaved ? edition : null;
		this.#elsewhere = origin === 'unanswered';
		// There may be room again.
		if (origin === 'unstored') void this.flush();
	}

	/** Stores this version as soon as the one before it is stored, in place of others that wait for that. */
	keep(edition: Edition): void {
		const stored = edition === this.#stored && !this.#writing;
		this.#waiting = stored ? null : edition;
		if (stored) this.#error = null;
		void this.flush();
	}

	/** Stores at once what waits. Never rejects: how it went is `state`. */
	async flush(): Promise<void> {
		this.#writing ??= this.#write().finally(() => (this.#writing = null));
		await this.#writing;
	}

	/** Lets this tab's version take the place of what another has stored. */
	async keepOwn(): Promise<void> {
		this.#elsewhere = false;
		this.#waiting ??= this.#stored;
		await this.flush();
	}

	/**
	 * What another tab has stored; where it took everything back, what opening the run anew gives then. What
	 * waits here is dropped.
	 *
	 * @param first what opening the run anew gives where nothing is stored
	 * @throws ConfabError when the store cannot be read.
	 */
	async readOther(first: Edition): Promise<Edition> {
		const other = await this.#client.loadEdition(this.#sessionId, this.#runId);
		this.#elsewhere = false;
		this.#waiting = null;
		this.#error = null;
		if (!other) this.#plain = first;
		this.#stored = other ?? first;
		return this.#stored;
	}

	/** Stores what waits, or sets it aside until somebody decides, and hears of nobody any more. */
	async close(): Promise<void> {
		const closed = this.flush().then(() => {
			this.#channel?.close();
			if (!this.#waiting) return;
			this.#page.setAside(this.#waiting, this.#elsewhere ? 'unanswered' : 'unstored');
		});
		this.#page.leave(this.#sessionId, closed);
		await closed;
	}

	async #write(): Promise<void> {
		for (let next = this.#waiting; next && !this.#elsewhere; next = this.#waiting) {
			try {
				if (next === this.#plain) await this.#client.deleteEdition(this.#sessionId, this.#runId);
				else await this.#client.saveEdition(next);
			} catch (thrown) {
				this.#error = thrown;
				return;
			}
			this.#error = null;
			this.#stored = next;
			// A later one may have come in the meantime.
			if (this.#waiting === next) this.#waiting = null;
			const { pageId } = this.#page;
			this.#channel?.postMessage({ sessionId: this.#sessionId, runId: this.#runId, pageId });
		}
	}
}

/** The channel of this app's tabs. */
export function openTabChannel(): TabChannel {
	return new BroadcastChannel('confab-editions');
}
