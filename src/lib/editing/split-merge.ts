import type { EditedCue, Edition } from '../domain/edition.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { cueOf, cueOfWords, middleOf, putCues, splitText, wordWithin } from './cues.ts';
import { shareTime } from './realign-words.ts';

/**
 * Splits a cue before one of its words, in the middle of the gap. The first part keeps the id. A place
 * that leaves a part without words changes nothing.
 *
 * @param place of the word, from 0
 */
export function splitAtWord(edition: Edition, id: string, place: number): Edition {
	const { words } = cueOf(edition, id);
	const before = words[place - 1];
	const after = words[place];
	if (!before || !after) return edition;
	const seconds = middleOf({ startSeconds: before.endSeconds, endSeconds: after.startSeconds });
	return splitCue(edition, id, place, seconds);
}

/** Splits a cue at a moment; each word goes where its middle is. Where a part has no words, nothing changes. */
export function splitAtTime(edition: Edition, id: string, seconds: number): Edition {
	const { words } = cueOf(edition, id);
	const place = words.findIndex((word) => middleOf(word) >= seconds);
	return place > 0 ? splitCue(edition, id, place, seconds) : edition;
}

function splitCue(edition: Edition, id: string, place: number, seconds: number): Edition {
	const cue = cueOf(edition, id);
	const at = Math.min(Math.max(seconds, cue.startSeconds), cue.endSeconds);
	const first = { startSeconds: cue.startSeconds, endSeconds: at };
	const second = { startSeconds: at, endSeconds: cue.endSeconds };
	const part = (
		own: Pick<EditedCue, 'id' | 'speakerId'>,
		range: TimeRange,
		from: number,
		to?: number,
	) =>
		cueOfWords(
			own,
			range,
			cue.words.slice(from, to).map((word) => wordWithin(word, range)),
		);
	const next = { id: String(edition.nextCue), speakerId: cue.speakerId };
	return putCues(edition, [id], [part(cue, first, 0, place), part(next, second, place)], 1);
}

/** The cue of the same speaker that comes after this one; null for the last. */
export function nextOfSpeaker(edition: Edition, id: string): EditedCue | null {
	const cue = cueOf(edition, id);
	const place = edition.cues.indexOf(cue);
	return edition.cues.slice(place + 1).find(({ speakerId }) => speakerId === cue.speakerId) ?? null;
}

/** The cue of the same speaker that comes before this one; null for the first. */
export function previousOfSpeaker(edition: Edition, id: string): EditedCue | null {
	const cue = cueOf(edition, id);
	const before = edition.cues.slice(0, edition.cues.indexOf(cue));
	return before.findLast(({ speakerId }) => speakerId === cue.speakerId) ?? null;
}

/** Makes one of a cue and the next of its speaker; where there is none, nothing changes. */
export function mergeWithNext(edition: Edition, id: string): Edition {
	const cue = cueOf(edition, id);
	const next = nextOfSpeaker(edition, id);
	if (!next) return edition;
	const range = {
		startSeconds: cue.startSeconds,
		endSeconds: Math.max(cue.endSeconds, next.endSeconds),
	};
	return putCues(edition, [id, next.id], [cueOfWords(cue, range, [...cue.words, ...next.words])]);
}

/** A stretch of speech that the machine missed. Its id is the edition's next number; without words nothing changes. */
export function insertCue(
	edition: Edition,
	cue: TimeRange & { readonly speakerId: string; readonly text: string },
): Edition {
	const texts = splitText(cue.text);
	if (texts.length === 0) return edition;
	const own = { id: String(edition.nextCue), speakerId: cue.speakerId };
	return putCues(edition, [], [cueOfWords(own, cue, shareTime(texts, cue))], 1);
}
