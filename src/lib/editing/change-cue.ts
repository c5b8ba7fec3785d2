import type { Edition } from '../domain/edition.ts';
import { durationOf, timeRange } from '../domain/time-range.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { Word } from '../domain/transcript.ts';
import { cueOf, cueOfWords, putCues, splitText, wordWithin } from './cues.ts';
import { realignWords } from './realign-words.ts';

/** Below this two lengths of a cue are one: it was moved, not stretched. In seconds. */
const sameLength = 0.0005;

/** Other words for a cue; none at all deletes it. */
export function changeText(edition: Edition, id: string, text: string): Edition {
	const cue = cueOf(edition, id);
	const texts = splitText(text);
	if (texts.length === 0) return deleteCue(edition, id);
	if (texts.join(' ') === cue.text) return edition;
	return putCues(edition, [id], [cueOfWords(cue, cue, realignWords(cue.words, texts, cue))]);
}

/**
 * Other times for a cue. When it is moved, its words move with it. When its ends are moved, the words
 * stay where they were heard, unless some would be left outside: then all are stretched to the new times.
 *
 * @throws TypeError for bounds that are out of order.
 */
export function changeTimes(edition: Edition, id: string, range: TimeRange): Edition {
	const cue = cueOf(edition, id);
	const next = timeRange(range.startSeconds, range.endSeconds);
	if (next.startSeconds === cue.startSeconds && next.endSeconds === cue.endSeconds) return edition;
	return putCues(edition, [id], [cueOfWords(cue, next, movedWords(cue.words, cue, next))]);
}

function movedWords(words: readonly Word[], from: TimeRange, to: TimeRange): readonly Word[] {
	const moved = Math.abs(durationOf(from) - durationOf(to)) < sameLength;
	if (!moved) {
		const cut = words.map((word) => wordWithin(word, to));
		if (cut.every((word, at) => durationOf(word) > 0 || word === words[at])) return cut;
	}
	const scale = moved || durationOf(from) === 0 ? 1 : durationOf(to) / durationOf(from);
	const place = (seconds: number): number =>
		to.startSeconds + (seconds - from.startSeconds) * scale;
	return words.map((word) =>
		wordWithin(
			{ ...word, startSeconds: place(word.startSeconds), endSeconds: place(word.endSeconds) },
			to,
		),
	);
}

/** Gives a cue to another speaker. */
export function changeSpeaker(edition: Edition, id: string, speakerId: string): Edition {
	const cue = cueOf(edition, id);
	if (cue.speakerId === speakerId) return edition;
	return putCues(edition, [id], [{ ...cue, speakerId, edited: true }]);
}

/** Takes a cue away. */
export function deleteCue(edition: Edition, id: string): Edition {
	return putCues(edition, [cueOf(edition, id).id], []);
}
