import type { StudioClient } from './studio-client.ts';
import type { StudioPlace } from './studio-place.ts';
import { Studio } from './studio.svelte.ts';

/** A result on its way to the screen. */
export class StudioView {
	readonly #client: StudioClient;
	readonly #sessionId: string;
	readonly #place: StudioPlace;
	#status = $state.raw<'loading' | 'ready' | 'missing' | 'failed'>('loading');
	#studio = $state.raw<Studio | null>(null);
	#error = $state.raw<unknown>(null);
	#left = false;

	constructor(client: StudioClient, sessionId: string, place: StudioPlace) {
		this.#client = client;
		this.#sessionId = sessionId;
		this.#place = place;
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
			this.#studio = await Studio.open(this.#client, this.#sessionId, this.#place);
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
