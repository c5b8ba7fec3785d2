import type { KeptText } from './settings.svelte.ts';

const key = 'confab.export-format';

/** The format in which something was exported last; remembered between visits where the browser allows it. */
export class LastFormat {
	readonly #kept: KeptText | null;
	#id: string | null;

	constructor(kept: KeptText | null) {
		this.#kept = kept;
		this.#id = $state.raw(read(kept));
	}

	/** As it was stored: who uses it knows which formats there are. */
	get id(): string | null {
		return this.#id;
	}

	use(id: string): void {
		this.#id = id;
		try {
			this.#kept?.setItem(key, id);
		} catch {
			// It holds until the page is closed.
		}
	}
}

function read(kept: KeptText | null): string | null {
	try {
		return kept?.getItem(key) ?? null;
	} catch {
		return null;
	}
}
