import type { Edition } from '../domain/edition.ts';
import type { SessionResult } from '../domain/result.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import type { Change } from '../editing/cues.ts';
import { documentOf } from '../editing/document-of.ts';
import { firstEdition } from '../editing/first-edition.ts';
import { changesOf } from '../editing/machine-version.ts';
import type { Changes } from '../editing/machine-version.ts';
import type { EditionSaver } from './edition-saver.svelte.ts';
import type { UnsavedCause } from './page-editions.ts';

/** A version that one can go back or forward to, and what lies between it and the present one. */
interface Step {
	readonly edition: Edition;
	/** What was done, for people: `Change text`. */
	readonly label: string;
}

export interface EditorOptions {
	/** An edition of another run of the session, whose names go on where there is none of this run. */
	readonly named?: Edition | null;
	/** Why the edition is not stored, where it was left so. */
	readonly unsaved?: UnsavedCause | null;
	/** Keeps every version; without it nothing is stored. */
	readonly saver?: EditionSaver | null;
}

/** A run's result under a person's hands. */
export class Editor {
	/** What the machine found; never changed. */
	readonly result: SessionResult;
	/** The same as an edition, without a name. */
	readonly machine: Edition;
	/** What keeps the versions, and knows how that goes; null where nothing is stored. */
	readonly saver: EditionSaver | null;
	/** What is shown where nothing is stored. */
	readonly #first: Edition;
	#edition: Edition;
	#past = $state.raw<readonly Step[]>([]);
	#future = $state.raw<readonly Step[]>([]);
	readonly #document = $derived.by(() => documentOf(this.result, this.#edition));
	readonly #changes = $derived.by(() => changesOf(this.#edition, this.machine));

	constructor(
		result: SessionResult,
		edition: Edition | null = null,
		{ named = null, unsaved = null, saver = null }: EditorOptions = {},
	) {
		this.result = result;
		this.machine = firstEdition(result);
		this.#first = named ? firstEdition(result, named) : this.machine;
		this.#edition = $state.raw(edition ?? this.#first);
		this.saver = saver;
		const stored = edition ? 'stored' : 'result';
		saver?.begin(this.#edition, unsaved ?? stored);
	}

	get edition(): Edition {
		return this.#edition;
	}

	/** The result as it stands after all changes. */
	get document(): StudioDocument {
		return this.#document;
	}

	/** How much differs from what the machine found. */
	get changes(): Changes {
		return this.#changes;
	}

	/** Whether all is as the machine found it. */
	get untouched(): boolean {
		const { edited, deleted, named, moved, regrouped } = this.#changes;
		return edited + deleted + named + moved + regrouped === 0;
	}

	/** What `undo` would take back; null when there is nothing. */
	get undoLabel(): string | null {
		return this.#past.at(-1)?.label ?? null;
	}

	/** What `redo` would do again; null when there is nothing. */
	get redoLabel(): string | null {
		return this.#future.at(-1)?.label ?? null;
	}

	/**
	 * Makes a change, which can be undone.
	 *
	 * @param label what is done, for people: `Change text`
	 * @returns whether anything is different now
	 */
	apply(change: Change, label: string): boolean {
		const before = this.#edition;
		const next = change(before);
		if (next === before) return false;
		this.#past = [...this.#past, { edition: before, label }];
		this.#future = [];
		this.#show(next);
		return true;
	}

	/** Takes the last change back; where there is none, nothing happens. */
	undo(): void {
		const step = this.#past.at(-1);
		if (!step) return;
		this.#past = this.#past.slice(0, -1);
		this.#future = [...this.#future, { edition: this.#edition, label: step.label }];
		this.#show(step.edition);
	}

	/** Does again what was taken back last. */
	redo(): void {
		const step = this.#future.at(-1);
		if (!step) return;
		this.#future = this.#future.slice(0, -1);
		this.#past = [...this.#past, { edition: this.#edition, label: step.label }];
		this.#show(step.edition);
	}

	/** Goes back to the machine's own result; this, too, can be undone. */
	restore(): void {
		if (!this.untouched) this.apply(() => this.machine, 'Discard all edits');
	}

	/** Takes over what another tab has stored, as a change that can be undone. */
	async takeOther(): Promise<void> {
		if (!this.saver) return;
		const other = await this.saver.readOther(this.#first);
		this.apply(() => other, 'Changes of another tab');
	}

	/** Stores what is not stored yet, and ends. */
	async leave(): Promise<void> {
		await this.saver?.close();
	}

	#show(edition: Edition): void {
		this.#edition = edition;
		this.saver?.keep(edition);
	}
}
