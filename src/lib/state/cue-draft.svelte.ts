import type { EditedCue } from '../domain/edition.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { changeSpeaker, changeText, changeTimes, deleteCue } from '../editing/change-cue.ts';
import { splitText } from '../editing/cues.ts';
import type { Change } from '../editing/cues.ts';
import {
	insertCue,
	mergeWithNext,
	previousOfSpeaker,
	splitAtWord,
} from '../editing/split-merge.ts';

/** What keeps a draft from being saved. */
export type DraftFault =
	/** A time that cannot be read. */
	| 'unreadable'
	/** It ends where it begins, or before. */
	| 'order'
	/** It reaches beyond the recording. */
	| 'outside'
	/** There are no words. */
	| 'empty';

export interface DraftStart extends TimeRange {
	readonly speakerId: string;
	readonly text: string;
}

/** A cue as it is being written; nothing of it counts until its change is applied. */
export class CueDraft {
	/** The cue that is changed; null for one that is added. */
	readonly cueId: string | null;
	readonly #start: DraftStart;
	readonly #durationSeconds: number;
	text: string;
	speakerId: string;
	/** Null while what was typed is no time. */
	startSeconds: number | null;
	endSeconds: number | null;

	/** @param durationSeconds of the recording */
	constructor(cueId: string | null, start: DraftStart, durationSeconds: number) {
		this.cueId = cueId;
		this.#start = start;
		this.#durationSeconds = durationSeconds;
		this.text = $state(start.text);
		this.speakerId = $state(start.speakerId);
		this.startSeconds = $state(start.startSeconds);
		this.endSeconds = $state(start.endSeconds);
	}

	static of(cue: EditedCue, durationSeconds: number): CueDraft {
		return new CueDraft(cue.id, cue, durationSeconds);
	}

	/** What is wrong with it, or null. */
	get fault(): DraftFault | null {
		const { startSeconds, endSeconds } = this;
		if (startSeconds === null || endSeconds === null) return 'unreadable';
		if (endSeconds <= startSeconds) return 'order';
		const kept = startSeconds === this.#start.startSeconds && endSeconds === this.#start.endSeconds;
		// What the machine made is not for a person to mend before anything else can be changed.
		if (!kept && endSeconds > this.#durationSeconds) return 'outside';
		return splitText(this.text).length === 0 ? 'empty' : null;
	}

	/** Whether anything differs from what it began with. */
	get changed(): boolean {
		const start = this.#start;
		return (
			splitText(this.text).join(' ') !== splitText(start.text).join(' ') ||
			this.speakerChanged ||
			this.startSeconds !== start.startSeconds ||
			this.endSeconds !== start.endSeconds
		);
	}

	/** Whether it is to be somebody else's. */
	get speakerChanged(): boolean {
		return this.speakerId !== this.#start.speakerId;
	}

	/** All of it as one change. @throws TypeError while there is a fault. */
	get change(): Change {
		const { cueId, text, speakerId, startSeconds, endSeconds, fault } = this;
		if (fault !== null || startSeconds === null || endSeconds === null) {
			throw new TypeError(`A draft that is ${fault ?? 'unreadable'} cannot be saved`);
		}
		const range = { startSeconds, endSeconds };
		if (cueId === null) return (edition) => insertCue(edition, { ...range, speakerId, text });
		return (edition) => {
			const worded = changeText(edition, cueId, text);
			return changeSpeaker(changeTimes(worded, cueId, range), cueId, speakerId);
		};
	}

	/** The change, with the cue split after as many letters of the text. A word is not divided. */
	splitAfter(letters: number): Change {
		const { change, cueId } = this;
		const place = splitText(this.text.slice(0, letters)).length;
		return (edition) => (cueId === null ? edition : splitAtWord(change(edition), cueId, place));
	}

	/** Whether a split there leaves words on both sides. */
	splits(letters: number): boolean {
		const place = splitText(this.text.slice(0, letters)).length;
		return this.cueId !== null && place > 0 && place < splitText(this.text).length;
	}

	/** The change, with the speaker's next cue joined on. */
	get merge(): Change {
		const { change, cueId } = this;
		return (edition) => (cueId === null ? edition : mergeWithNext(change(edition), cueId));
	}

	/** The change, joined onto the speaker's cue before. */
	get mergeUp(): Change {
		const { change, cueId } = this;
		return (edition) => {
			if (cueId === null) return edition;
			const changed = change(edition);
			const previous = previousOfSpeaker(changed, cueId);
			return previous ? mergeWithNext(changed, previous.id) : edition;
		};
	}

	/** Takes the cue away, whatever was written. */
	get removal(): Change {
		const { cueId } = this;
		return (edition) => (cueId === null ? edition : deleteCue(edition, cueId));
	}
}
