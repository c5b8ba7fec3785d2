import type { EditedCue } from '../domain/edition.ts';
import type { Span } from '../domain/span.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { nextOfSpeaker, previousOfSpeaker, splitAtTime } from '../editing/split-merge.ts';
import { CueDraft } from './cue-draft.svelte.ts';
import { LinePlayer } from './line-player.ts';
import type { Studio } from './studio.svelte.ts';
import { TranscriptReader, type TranscriptLayout } from './transcript-reader.svelte.ts';

/** How long a stretch is that is added without a selection, in seconds. */
const newCueSeconds = 2;

/** A transcript as it is read and corrected. */
export class TranscriptView extends TranscriptReader {
	/** Plays the line that is being written. */
	readonly listen: LinePlayer;
	#draft = $state.raw<CueDraft | null>(null);
	#dropped = $state.raw<CueDraft | null>(null);
	#said = $state.raw('');
	#anew = $state.raw<Span | null>(null);
	#focused = $state.raw<{ readonly cueId: string } | null>(null);

	/** @param layout as it is at first */
	constructor(studio: Studio, layout: TranscriptLayout = 'columns') {
		super(studio, layout);
		this.listen = new LinePlayer(studio.playback);
	}

	/** The cue that the keys are to go to, now that it is not written any more; a new object for each time. */
	get focused(): { readonly cueId: string } | null {
		return this.#focused;
	}

	/** What a change has done that is not seen where it was made; for screen readers. */
	get said(): string {
		return this.#said;
	}

	/** What is being written; null when nothing is. */
	get draft(): CueDraft | null {
		return this.#draft;
	}

	/** Begins to edit a cue, and plays it; what was being written elsewhere is saved, or stays open while it cannot be. */
	edit(cueId: string): void {
		if (!this.#settle()) return;
		const cue = this.#cueOf(cueId);
		if (!cue) return;
		if (!this.reads(cue.speakerId)) this.studio.selectSpeaker(null);
		this.currentId = cueId;
		this.reveal(cueId);
		this.#draft = CueDraft.of(cue, this.studio.document.durationSeconds);
		this.listen.play(cue);
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
		const current = this.spokenIds.find((id) => id === this.currentId) ?? this.spokenIds[0];
		if (current === undefined) return;
		this.studio.editor.apply((edition) => splitAtTime(edition, current, seconds), 'Split line');
	}

	/** Gives up what is being written; where it was changed, it can be brought back. */
	drop(): void {
		const draft = this.#draft;
		if (!draft) return;
		if (draft.changed) this.#dropped = draft;
		this.#draft = null;
		this.#focus(draft.cueId ?? this.currentId);
	}

	/** What was given up last and can be brought back; null for nothing. */
	get dropped(): CueDraft | null {
		const draft = this.#dropped;
		return draft && (draft.cueId === null || this.#cueOf(draft.cueId)) ? draft : null;
	}

	/** Goes on writing what was given up. */
	bringBack(): void {
		const { dropped } = this;
		if (!dropped || !this.#settle()) return;
		this.#dropped = null;
		this.#draft = dropped;
		if (dropped.cueId !== null) this.reveal(dropped.cueId);
	}

	/** Forgets what was given up. */
	forgetDropped(): void {
		this.#dropped = null;
	}

	/** Ends the writing with a change of the edition. */
	finish(change: CueDraft['change'], label: string): void {
		const own = this.#draft?.cueId ?? String(this.studio.editor.edition.nextCue);
		const before = this.#cueOf(own)?.speakerId;
		// Where it is taken away, the keys go to what comes after it, or before.
		const other = this.#beside(own, 1) ?? this.#beside(own, -1);
		this.#draft = null;
		this.studio.editor.apply(change, label);
		const cue = this.#cueOf(own);
		this.#said = cue && before !== undefined && cue.speakerId !== before ? this.#placeOf(cue) : '';
		this.#focus(cue ? own : other);
	}

	/** Saves what is being written, and begins with the next line of the same column. */
	saveAndNext(): void {
		const own = this.#draft?.cueId ?? null;
		const next = own === null ? null : this.#beside(own, 1);
		if (this.save() && next !== null) this.edit(next);
	}

	/** Takes the last change back, or makes it again, while a line is open that nothing was changed of. */
	undoWhileWriting(again: boolean): void {
		const { editor } = this.studio;
		const cueId = this.#draft?.cueId ?? null;
		if (again) editor.redo();
		else editor.undo();
		if (cueId === null) return;
		// It continues with the line as it is now, or ends where that is gone.
		this.#draft = null;
		if (this.#cueOf(cueId)) this.edit(cueId);
	}

	/** Two lines of what is being written, divided after so many letters; goes on with the second. */
	split(letters: number): void {
		const draft = this.#draft;
		if (draft?.fault !== null || !draft.splits(letters)) return;
		const second = String(this.studio.editor.edition.nextCue);
		this.finish(draft.splitAfter(letters), 'Split line');
		this.edit(second);
	}

	/** The line of the same speaker that what is being written can be joined with; null for none. */
	mergesWith(side: 'previous' | 'next'): EditedCue | null {
		const draft = this.#draft;
		if (!draft?.cueId || draft.fault !== null || draft.speakerChanged) return null;
		const find = side === 'next' ? nextOfSpeaker : previousOfSpeaker;
		return this.#cueOf(draft.cueId) ? find(this.studio.editor.edition, draft.cueId) : null;
	}

	/** One line of what is being written and the one before or after it; goes on with that. */
	merge(side: 'previous' | 'next'): void {
		const draft = this.#draft;
		const other = this.mergesWith(side);
		if (!draft?.cueId || !other) return;
		const kept = side === 'next' ? draft.cueId : other.id;
		this.finish(side === 'next' ? draft.merge : draft.mergeUp, 'Merge lines');
		this.edit(kept);
	}

	/** The cue before or after one in the column that it is read in; null at the ends. */
	#beside(cueId: string, by: 1 | -1): string | null {
		const column = this.columns.find(({ cues }) => cues.some(({ id }) => id === cueId));
		const place = column?.cues.findIndex(({ id }) => id === cueId) ?? -1;
		return (place < 0 ? undefined : column?.cues[place + by])?.id ?? null;
	}

	#focus(cueId: string | null): void {
		if (cueId === null || !this.#cueOf(cueId)) return;
		this.currentId = cueId;
		this.reveal(cueId);
		this.#focused = { cueId };
	}

	/** Where a cue is that was given to somebody else. */
	#placeOf({ speakerId }: EditedCue): string {
		const { speakers, conversations } = this.studio.document;
		const speaker = speakers.find(({ id }) => id === speakerId);
		const place = conversations.find(({ number }) => number === speaker?.conversation);
		return `Moved to ${speaker?.name ?? speakerId}${place ? `, ${place.name}` : ''}`;
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
		else {
			this.#draft = null;
			this.#focus(draft.cueId);
		}
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
