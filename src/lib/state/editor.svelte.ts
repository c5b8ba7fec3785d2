import type { Edition } from '../domain/edition.ts';
import type { SessionResult } from '../domain/result.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import { documentOf } from '../editing/document-of.ts';
import { firstEdition } from '../editing/first-edition.ts';

/** A run's result under a person's hands. */
export class Editor {
	/** What the machine found; never changed. */
	readonly result: SessionResult;
	#edition: Edition;
	readonly #document = $derived.by(() => documentOf(this.result, this.#edition));

	constructor(result: SessionResult, edition: Edition | null = null) {
		this.result = result;
		this.#edition = $state.raw(edition ?? firstEdition(result));
	}

	get edition(): Edition {
		return this.#edition;
	}

	/** The result as it stands after all changes. */
	get document(): StudioDocument {
		return this.#document;
	}

	/** Puts the next version in place of the present one. */
	apply(edition: Edition): void {
		this.#edition = edition;
	}
}
