import { SvelteSet } from 'svelte/reactivity';
import type { EditedCue } from '../domain/edition.ts';
import type { DocumentSpeaker } from '../domain/studio-document.ts';
import { findText, replaceText } from '../editing/find-text.ts';
import type { Hit } from '../editing/find-text.ts';
import { deletedCues } from '../editing/machine-version.ts';
import { groupBy } from '../support/group-by.ts';
import type { Studio } from './studio.svelte.ts';

/** Cues that are read together. */
export interface TranscriptColumn {
	/** Null for those that no conversation was found for, and where all are read together. */
	readonly conversation: number | null;
	/** In the order of the session. */
	readonly speakers: readonly DocumentSpeaker[];
	/** In the order of their starts. */
	readonly cues: readonly EditedCue[];
}

export type TranscriptLayout = 'columns' | 'merged';

/** How a transcript is read: what is searched, followed, compared, and where one is in it. */
export class TranscriptReader {
	readonly studio: Studio;
	#layout = $state.raw<TranscriptLayout>('columns');
	#query = $state.raw('');
	#place = $state.raw(0);
	#following = $state.raw(true);
	#away = $state.raw(false);
	#machineShown = $state.raw(false);
	#currentId = $state.raw<string | null>(null);
	/** A new object for each time, so that the same cue can be asked for twice. */
	#revealed = $state.raw<{ readonly cueId: string } | null>(null);
	/** Cues beside which the machine's version is shown. */
	readonly #compared = new SvelteSet<string>();
	readonly #shown = $derived.by(() =>
		this.studio.document.speakers.filter(
			({ id }) => this.studio.speakerId === null || id === this.studio.speakerId,
		),
	);
	readonly #columns = $derived.by(() => columnsOf(this.#shown, this.#layout));
	readonly #hits = $derived.by(() => findText(inOrder(this.#shown), this.#query));
	readonly #hitsByCue = $derived.by(() => groupBy(this.#hits, ({ cueId }) => cueId));
	/** As text, so that what depends on it is only told of another cue, not of each moment. */
	readonly #spokenKey = $derived.by(() => {
		const { seconds } = this.studio.playback;
		return this.studio.editor.edition.cues
			.filter((cue) => cue.startSeconds <= seconds && seconds < cue.endSeconds)
			.map(({ id }) => id)
			.join(' ');
	});
	readonly #spokenIds = $derived.by(() =>
		this.#spokenKey === '' ? [] : this.#spokenKey.split(' '),
	);
	readonly #deleted = $derived.by(() =>
		this.#machineShown ? deletedCues(this.studio.editor.edition, this.studio.editor.machine) : [],
	);

	/** @param layout as it is at first */
	constructor(studio: Studio, layout: TranscriptLayout = 'columns') {
		this.studio = studio;
		this.#layout = layout;
	}

	get layout(): TranscriptLayout {
		return this.#layout;
	}

	set layout(layout: TranscriptLayout) {
		this.#layout = layout;
	}

	/** Whether what somebody says is read. */
	reads(speakerId: string): boolean {
		return this.#shown.some(({ id }) => id === speakerId);
	}

	/** What is read, filtered to the chosen speaker. */
	get columns(): readonly TranscriptColumn[] {
		return this.#columns;
	}

	get query(): string {
		return this.#query;
	}

	get hits(): readonly Hit[] {
		return this.#hits;
	}

	/** The place among the hits that one is at; null without any. */
	get hit(): Hit | null {
		return this.#hits[this.hitPlace] ?? null;
	}

	/** From 0. Edits may have left fewer hits than there were. */
	get hitPlace(): number {
		return Math.min(this.#place, Math.max(0, this.#hits.length - 1));
	}

	/** The hits in one cue. */
	hitsIn(cueId: string): readonly Hit[] {
		return this.#hitsByCue.get(cueId) ?? [];
	}

	/** Searches, from where the recording is. */
	search(query: string): void {
		this.#query = query;
		const { cues } = this.studio.editor.edition;
		const { seconds } = this.studio.playback;
		const later = this.#hits.findIndex(({ cueId }) => {
			const cue = cues.find(({ id }) => id === cueId);
			return cue !== undefined && cue.endSeconds > seconds;
		});
		this.#place = Math.max(0, later);
		this.#revealHit();
	}

	/** The next hit, or the one before; round at the ends. */
	step(by: 1 | -1): void {
		const count = this.#hits.length;
		if (count === 0) return;
		this.#place = (this.hitPlace + by + count) % count;
		this.#revealHit();
	}

	/** Puts a text in the place of all that was found. */
	replaceAll(by: string): void {
		const query = this.#query;
		const cueIds = this.#hits.map(({ cueId }) => cueId);
		this.studio.editor.apply(
			(edition) => replaceText(edition, cueIds, query, by),
			`Replace “${query.trim()}”`,
		);
	}

	#revealHit(): void {
		const { hit } = this;
		if (!hit) return;
		this.#currentId = hit.cueId;
		this.reveal(hit.cueId);
	}

	/** Whether the cue is being said now. */
	isSpoken(cueId: string): boolean {
		return this.#spokenIds.includes(cueId);
	}

	/** The cues that are being said, in the order of the recording. */
	get spokenIds(): readonly string[] {
		return this.#spokenIds;
	}

	/** Whether what is being said is kept in sight, unless somebody looks elsewhere. */
	get following(): boolean {
		return this.#following;
	}

	set following(following: boolean) {
		this.#following = following;
		this.#away = false;
	}

	/** Whether somebody looks elsewhere than where it is kept in sight. */
	get away(): boolean {
		return this.#following && this.#away;
	}

	/** Somebody has scrolled, or gone to another line, while it plays. */
	lookAway(): void {
		if (this.studio.playback.playing) this.#away = true;
	}

	/** Keeps in sight again what is being said. */
	backToNow(): void {
		this.#away = false;
		const [now] = this.spokenIds;
		if (now !== undefined) this.reveal(now);
	}

	/** Whether the machine's own words are shown beside all that was changed. */
	get machineShown(): boolean {
		return this.#machineShown;
	}

	set machineShown(shown: boolean) {
		this.#machineShown = shown;
		this.#compared.clear();
	}

	/** Cues that were deleted, while the machine's version is shown. */
	get deleted(): readonly EditedCue[] {
		return this.#deleted;
	}

	isCompared(cueId: string): boolean {
		return this.#machineShown || this.#compared.has(cueId);
	}

	/** Shows the machine's version of one cue, or hides it. */
	compare(cueId: string): void {
		if (!this.#compared.delete(cueId)) this.#compared.add(cueId);
	}

	/** The cue that keys go to. */
	get currentId(): string | null {
		return this.#currentId;
	}

	set currentId(cueId: string | null) {
		this.#currentId = cueId;
	}

	/** The cue that is to be brought into sight; a new object for each time. */
	get revealed(): { readonly cueId: string } | null {
		return this.#revealed;
	}

	reveal(cueId: string): void {
		this.#revealed = { cueId };
	}
}

/** All cues of these speakers in the order of their starts. */
function inOrder(speakers: readonly DocumentSpeaker[]): readonly EditedCue[] {
	return speakers.flatMap(({ cues }) => cues).sort((a, b) => a.startSeconds - b.startSeconds);
}

function columnsOf(
	speakers: readonly DocumentSpeaker[],
	layout: TranscriptLayout,
): readonly TranscriptColumn[] {
	if (layout === 'merged') return [{ conversation: null, speakers, cues: inOrder(speakers) }];
	return [...groupBy(speakers, ({ conversation }) => conversation)]
		.map(([conversation, own]) => ({ conversation, speakers: own, cues: inOrder(own) }))
		.sort((a, b) => (a.conversation ?? Infinity) - (b.conversation ?? Infinity));
}

/** Place of the word that is said at a moment, or that was said last; -1 before the first. */
export function wordAt(cue: EditedCue, seconds: number): number {
	return cue.words.findLastIndex((word) => word.startSeconds <= seconds);
}
