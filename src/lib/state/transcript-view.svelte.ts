import { SvelteSet } from 'svelte/reactivity';
import type { EditedCue } from '../domain/edition.ts';
import type { DocumentSpeaker } from '../domain/studio-document.ts';
import type { Span } from '../domain/span.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { findText, replaceText } from '../editing/find-text.ts';
import type { Hit } from '../editing/find-text.ts';
import { deletedCues } from '../editing/machine-version.ts';
import { splitAtTime } from '../editing/split-merge.ts';
import { groupBy } from '../support/group-by.ts';
import { CueDraft } from './cue-draft.svelte.ts';
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

/** How long a stretch is that is added without a selection, in seconds. */
const newCueSeconds = 2;

/** How a transcript is looked at: what is searched, followed, edited, and where one is in it. */
export class TranscriptView {
	readonly studio: Studio;
	#layout = $state.raw<TranscriptLayout>('columns');
	#query = $state.raw('');
	#place = $state.raw(0);
	#following = $state.raw(false);
	#machineShown = $state.raw(false);
	#draft = $state.raw<CueDraft | null>(null);
	#anew = $state.raw<Span | null>(null);
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

	constructor(studio: Studio) {
		this.studio = studio;
	}

	get layout(): TranscriptLayout {
		return this.#layout;
	}

	set layout(layout: TranscriptLayout) {
		this.#layout = layout;
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

	/** Whether what is being said is kept in sight. */
	get following(): boolean {
		return this.#following;
	}

	set following(following: boolean) {
		this.#following = following;
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

	/** What is being written; null when nothing is. */
	get draft(): CueDraft | null {
		return this.#draft;
	}

	/** Begins to edit a cue; what was being written elsewhere is saved, or stays open while it cannot be. */
	edit(cueId: string): void {
		if (!this.#settle()) return;
		const cue = this.#cueOf(cueId);
		if (!cue) return;
		if (!this.#shown.some(({ id }) => id === cue.speakerId)) this.studio.selectSpeaker(null);
		this.#currentId = cueId;
		this.reveal(cueId);
		this.#draft = CueDraft.of(cue, this.studio.document.durationSeconds);
	}

	/** Begins to write down what the machine missed: in the selection, or from where the recording is. */
	add(): void {
		if (!this.#settle()) return;
		const { durationSeconds, speakers } = this.studio.document;
		const speakerId = this.studio.speakerId ?? speakers[0]?.id;
		if (speakerId === undefined) return;
		const range = this.studio.selection ?? this.#atPlayhead(durationSeconds);
		this.#draft = new CueDraft(null, { ...range, speakerId, text: '' }, durationSeconds);
	}

	#atPlayhead(durationSeconds: number): TimeRange {
		const startSeconds = Math.max(
			0,
			Math.min(this.studio.playback.seconds, durationSeconds - newCueSeconds),
		);
		return { startSeconds, endSeconds: Math.min(startSeconds + newCueSeconds, durationSeconds) };
	}

	/** Splits what is being said where the recording is: the current cue, if it is one of these. */
	splitHere(): void {
		const { seconds } = this.studio.playback;
		const current = this.spokenIds.find((id) => id === this.#currentId) ?? this.spokenIds[0];
		if (current === undefined) return;
		this.studio.editor.apply((edition) => splitAtTime(edition, current, seconds), 'Split line');
	}

	/** Gives up what is being written. */
	drop(): void {
		this.#draft = null;
	}

	/** Ends the writing with a change of the edition. */
	finish(change: CueDraft['change'], label: string): void {
		const own = this.#draft?.cueId ?? String(this.studio.editor.edition.nextCue);
		this.#draft = null;
		this.studio.editor.apply(change, label);
		if (this.#cueOf(own)) {
			this.#currentId = own;
			this.reveal(own);
		}
	}

	/** Saves what is being written; false while it has a fault. */
	save(): boolean {
		const draft = this.#draft;
		if (!draft) return true;
		if (draft.cueId !== null && !this.#cueOf(draft.cueId)) {
			// It was taken away in the meantime, by an undo.
			this.#draft = null;
			return true;
		}
		if (draft.fault !== null) return false;
		if (draft.changed) this.finish(draft.change, draft.cueId === null ? 'Add line' : 'Edit line');
		else this.#draft = null;
		return true;
	}

	#cueOf(cueId: string): EditedCue | undefined {
		return this.studio.editor.edition.cues.find(({ id }) => id === cueId);
	}

	/** Ends the writing; false where something would be lost, which is shown then. */
	#settle(): boolean {
		if (this.save()) return true;
		const draft = this.#draft;
		if (draft?.changed) {
			if (draft.cueId !== null) this.reveal(draft.cueId);
			return false;
		}
		this.#draft = null;
		return true;
	}

	/** The stretch that is to be recognised anew; null when none is. */
	get anew(): Span | null {
		return this.#anew;
	}

	recogniseAnew(span: Span | null): void {
		this.#anew = span;
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
