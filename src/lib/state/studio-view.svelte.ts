import { PageEditions } from './page-editions.ts';
import type { StudioClient } from './studio-client.ts';
import type { StudioPlace } from './studio-place.ts';
import { Studio } from './studio.svelte.ts';

/** A result on its way to the screen. */
export class StudioView {
	readonly #client: StudioClient;
	readonly #sessionId: string;
	readonly #place: StudioPlace;
	readonly #page: PageEditions;
	#status = $state.raw<'loading' | 'ready' | 'missing' | 'failed'>('loading');
	#studio = $state.raw<Studio | null>(null);
	#error = $state.raw<unknown>(null);
	#left = false;

	/** @param page as in `Studio.open` */
	constructor(
		client: StudioClient,
		sessionId: string,
		place: StudioPlace,
		page: PageEditions = new PageEditions(),
	) {
		this.#client = client;
		this.#sessionId = sessionId;
		this.#place = place;
		this.#page = page;
	}

	get status(): 'loading' | 'ready' | 'missing' | 'failed' {
		return this.#status;
	}

	get studio(): Studio | null {
		return this.#studio;
	}

	get error(): unknown {
		return this.#error;
	}

	/** Reads it; never rejects. */
	async load(): Promise<void> {
		try {
			const [client, page] = [this.#client, this.#page];
			this.#studio = await Studio.open(client, this.#sessionId, this.#place, page);
			if (this.#left) await this.#studio?.leave();
			this.#status = this.#studio ? 'ready' : 'missing';
		} catch (thrown) {
			this.#error = thrown;
			this.#status = 'failed';
		}
	}

	/** To be called when it is not looked at any more: what is not stored yet is stored. */
	async leave(): Promise<void> {
		this.#left = true;
		await this.#studio?.leave();
	}
}
