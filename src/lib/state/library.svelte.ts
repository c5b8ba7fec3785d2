import { SvelteSet } from 'svelte/reactivity';
import type { ConfabClient, SessionRecord } from './client.ts';
import {
	descendsAtFirst,
	firstLibraryPlace,
	inLibraryOrder,
	type LibraryOrder,
	type LibraryPlace,
} from './library-order.ts';

/** Longest name that can be given to a session. */
const maxNameLength = 120;

/**
 * The sessions that were run before on this machine. A record's `scores` are those of its latest run, so a
 * table of all of them needs no run to be read.
 */
export class Library {
	readonly #client: ConfabClient;
	#status = $state.raw<'loading' | 'ready' | 'failed'>('loading');
	#records = $state.raw<readonly SessionRecord[]>([]);
	#error = $state.raw<unknown>(null);
	#place = $state.raw<LibraryPlace>(firstLibraryPlace);
	readonly #chosen = new SvelteSet<string>();
	#keeping = $state.raw<'unasked' | 'asking' | 'agreed' | 'refused'>('unasked');
	#asked = 0;
	readonly #shown = $derived.by(() => inLibraryOrder(this.#records, this.#place));

	constructor(client: ConfabClient) {
		this.#client = client;
	}

	get status(): 'loading' | 'ready' | 'failed' {
		return this.#status;
	}

	/** All of them, the latest first. */
	get records(): readonly SessionRecord[] {
		return this.#records;
	}

	get error(): unknown {
		return this.#error;
	}

	/** Those that are looked for, in the order that is wished for. */
	get shown(): readonly SessionRecord[] {
		return this.#shown;
	}

	get place(): LibraryPlace {
		return this.#place;
	}

	/** Ids of those that are chosen and shown and have a result: what would be exported. */
	get chosen(): readonly string[] {
		return this.#shown
			.filter(({ sessionId, complete }) => complete && this.#chosen.has(sessionId))
			.map(({ sessionId }) => sessionId);
	}

	/** Ids of all that have a result. */
	get complete(): readonly string[] {
		return this.#records.filter(({ complete }) => complete).map(({ sessionId }) => sessionId);
	}

	/** What all of them take in storage, in bytes. */
	get bytes(): number {
		return this.#records.reduce((sum, { bytes }) => sum + bytes, 0);
	}

	/** What the browser said when it was asked to keep what is stored. */
	get keeping(): 'unasked' | 'asking' | 'agreed' | 'refused' {
		return this.#keeping;
	}

	/** Reads the list again; never rejects. */
	async refresh(): Promise<void> {
		const asked = ++this.#asked;
		try {
			const records = await this.#client.listSessions();
			if (asked !== this.#asked) return;
			this.#records = records;
			this.#error = null;
			this.#status = 'ready';
		} catch (thrown) {
			if (asked !== this.#asked) return;
			this.#error = thrown;
			this.#status = 'failed';
		}
	}

	/** Goes to another place, such as that of an address. */
	go(place: LibraryPlace): void {
		this.#place = place;
	}

	search(search: string): void {
		this.#place = { ...this.#place, search };
	}

	/** Sorts by this; asked for the order that there is, it turns it round. */
	sort(order: LibraryOrder): void {
		const same = order === this.#place.order;
		const descending = same ? !this.#place.descending : descendsAtFirst(order);
		this.#place = { ...this.#place, order, descending };
	}

	isChosen(sessionId: string): boolean {
		return this.#chosen.has(sessionId);
	}

	choose(sessionId: string, chosen: boolean): void {
		if (chosen) this.#chosen.add(sessionId);
		else this.#chosen.delete(sessionId);
	}

	/** Chooses all that are shown and have a result, or none at all. */
	chooseShown(chosen: boolean): void {
		this.#chosen.clear();
		if (!chosen) return;
		for (const { sessionId, complete } of this.#shown) if (complete) this.#chosen.add(sessionId);
	}

	/**
	 * Gives a session another name, white space at its ends apart; an empty one changes nothing. Never
	 * rejects: `error` tells when it could not.
	 */
	async rename(sessionId: string, name: string): Promise<void> {
		const next = name.trim().slice(0, maxNameLength);
		const known = this.#records.find((record) => record.sessionId === sessionId);
		if (next === '' || next === known?.sessionName) return;
		try {
			await this.#client.renameSession(sessionId, next);
			await this.refresh();
		} catch (thrown) {
			this.#error = thrown;
		}
	}

	/**
	 * Removes everything stored about a session; never rejects: `error` tells when it could not.
	 *
	 * @returns whether it is gone.
	 */
	async remove(sessionId: string): Promise<boolean> {
		try {
			await this.#client.deleteSession(sessionId);
			this.#chosen.delete(sessionId);
			await this.refresh();
			return true;
		} catch (thrown) {
			this.#error = thrown;
			return false;
		}
	}

	/** Asks the browser never to clear by itself what is stored; never rejects. */
	async keepStorage(): Promise<void> {
		if (this.#keeping === 'asking') return;
		this.#keeping = 'asking';
		const agreed = await this.#client.keepStorage().catch(() => false);
		this.#keeping = agreed ? 'agreed' : 'refused';
	}
}
