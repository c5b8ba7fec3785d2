import type { KeptText } from './settings.svelte.ts';

const key = 'confab.single-keys';

/** How keys are used in this browser; remembered between visits where it allows that. */
export class KeySettings {
	readonly #kept: KeptText | null;
	#single: boolean;

	constructor(kept: KeptText | null) {
		this.#kept = kept;
		this.#single = $state.raw(read(kept));
	}

	/** Whether single keys do something wherever one is in a result. */
	get single(): boolean {
		return this.#single;
	}

	setSingle(single: boolean): void {
		this.#single = single;
		try {
			this.#kept?.setItem(key, single ? 'on' : 'off');
		} catch {
			// It holds until the page is closed.
		}
	}
}

function read(kept: KeptText | null): boolean {
	try {
		return kept?.getItem(key) !== 'off';
	} catch {
		return true;
	}
}
