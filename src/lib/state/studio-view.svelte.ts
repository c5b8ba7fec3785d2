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
			this.#status = this.#studio ? 'ready' : 'missing';
		} catch (thrown) {
			this.#error = thrown;
			this.#status = 'failed';
		}
	}
}
