import type { SessionResult } from '../domain/result.ts';
import type { Labels } from '../domain/session.ts';
import type { StudioDocument } from '../domain/studio-document.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { EditionSaver, openTabChannel } from './edition-saver.svelte.ts';
import { Editor } from './editor.svelte.ts';
import { PageEditions } from './page-editions.ts';
import { Playback } from './playback.svelte.ts';
import { Shortcuts } from './shortcuts.ts';
import type { StudioClient } from './studio-client.ts';
import { studioTabs, type StudioPlace, type StudioTab } from './studio-place.ts';

/**
 * One run of a session as it is looked at, heard and corrected. All parts of the screen share it, so
 * that a click in one is seen in the others.
 */
export class Studio {
	readonly sessionId: string;
	readonly runId: string;
	readonly result: SessionResult;
	readonly editor: Editor;
	readonly playback: Playback;
	readonly shortcuts = new Shortcuts();
	readonly #namedRunId: string | null;
	#reference = $state.raw<Labels | null>(null);
	#tab = $state.raw<StudioTab>('transcript');
	#againstRunId = $state.raw<string | null>(null);
	#speakerId = $state.raw<string | null>(null);
	#visible = $state.raw<TimeRange | null>(null);
	#selection = $state.raw<TimeRange | null>(null);

	constructor(
		result: SessionResult,
		parts: { editor: Editor; reference: Labels | null; place: StudioPlace },
	) {
		const { editor, reference, place } = parts;
		this.sessionId = result.sessionId;
		this.runId = result.runId;
		this.result = result;
		this.editor = editor;
		this.playback = new Playback(result.durationSeconds, place.seconds ?? 0);
		this.#reference = reference;
		this.#namedRunId = place.runId;
		this.openTab(place.tab);
		this.#againstRunId = place.againstRunId;
		this.#visible = place.visible;
		this.#selection = place.selection;
		this.selectSpeaker(place.speakerId);
	}

	/**
	 * Reads a run with all that belongs to it; null when there is no such run.
	 *
	 * @param page the page's results that were open before; what is still being stored of them comes first,
	 *   and what was left unsaved is shown
	 */
	static async open(
		client: StudioClient,
		sessionId: string,
		place: StudioPlace,
		page: PageEditions = new PageEditions(),
	): Promise<Studio | null> {
		await page.settled(sessionId);
		const result = await client.loadRun(sessionId, place.runId);
		if (!result) return null;
		const [edition, reference] = await Promise.all([
			client.loadEdition(sessionId, result.runId),
			client.loadReference(sessionId),
		]);
		// Who people are does not depend on the recogniser.
		const named = edition ? null : await client.latestEdition(sessionId);
		const saver = new EditionSaver(client, openTabChannel(), page);
		const left = page.takeBack(sessionId, result.runId);
		const unsaved = left?.cause ?? null;
		const editor = new Editor(result, left?.edition ?? edition, { named, unsaved, saver });
		return new Studio(result, { editor, reference, place });
	}

	/** To be called when it is not looked at any more: stores what is not stored yet. */
	async leave(): Promise<void> {
		this.playback.pause();
		await this.editor.leave();
	}

	get document(): StudioDocument {
		return this.editor.document;
	}

	/** The truth to compare with, where there is one. */
	get reference(): Labels | null {
		return this.#reference;
	}

	/** What can be opened below the timeline; people only where a run found them. */
	get tabs(): readonly StudioTab[] {
		return studioTabs.filter((tab) => tab !== 'people' || this.result.people !== null);
	}

	/** What is open below the timeline. */
	get tab(): StudioTab {
		return this.#tab;
	}

	/** The run that this one is compared with, or null. */
	get againstRunId(): string | null {
		return this.#againstRunId;
	}

	/** The speaker who is looked at alone; null for all, as where a change has left nobody of that id. */
	get speakerId(): string | null {
		return this.#isThere(this.#speakerId) ? this.#speakerId : null;
	}

	/** What the timeline shows; null for all of it. */
	get visible(): TimeRange | null {
		return this.#visible;
	}

	/** The stretch that is chosen, or null. */
	get selection(): TimeRange | null {
		return this.#selection;
	}

	/** Where one is, for the address. */
	get place(): StudioPlace {
		return {
			tab: this.#tab,
			runId: this.#namedRunId,
			againstRunId: this.#againstRunId,
			seconds: this.playback.seconds > 0 ? this.playback.seconds : null,
			speakerId: this.speakerId,
			visible: this.#visible,
			selection: this.#selection,
		};
	}

	/** What is not there leaves open what was. */
	openTab(tab: StudioTab): void {
		if (this.tabs.includes(tab)) this.#tab = tab;
	}

	compareWith(runId: string | null): void {
		this.#againstRunId = runId;
	}

	/** Another truth, such as labels that were dropped on the session. */
	setReference(reference: Labels | null): void {
		this.#reference = reference;
	}

	/** Shows one speaker alone; somebody who is not there, or null, shows all. */
	selectSpeaker(speakerId: string | null): void {
		this.#speakerId = this.#isThere(speakerId) ? speakerId : null;
	}

	show(range: TimeRange | null): void {
		this.#visible = range;
	}

	select(range: TimeRange | null): void {
		this.#selection = range;
	}

	#isThere(speakerId: string | null): boolean {
		return this.document.speakers.some(({ id }) => id === speakerId);
	}
}
