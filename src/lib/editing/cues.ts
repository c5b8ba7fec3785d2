import type { EditedCue, Edition } from '../domain/edition.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { Word } from '../domain/transcript.ts';

/** A change of an edition: gives the next one and leaves the one before as it is. */
export type Change = (edition: Edition) => Edition;

/** The cue of this id. @throws TypeError when the edition has none. */
export function cueOf(edition: Edition, id: string): EditedCue {
	const cue = edition.cues.find((each) => each.id === id);
	if (!cue) throw new TypeError(`There is no cue ${id}`);
	return cue;
}

/** The words of a text: what stands between white space. */
export function splitText(text: string): string[] {
	return text.split(/\s+/u).filter((word) => word !== '');
}

/** A cue that a person made or changed; its text and confidence are those of its words. */
export function cueOfWords(
	{ id, speakerId }: Pick<EditedCue, 'id' | 'speakerId'>,
	{ startSeconds, endSeconds }: TimeRange,
	words: readonly Word[],
): EditedCue {
	const sum = words.reduce((total, { confidence }) => total + confidence, 0);
	return {
		id,
		speakerId,
		startSeconds,
		endSeconds,
		text: words.map(({ text }) => text).join(' '),
		words,
		confidence: words.length === 0 ? 0 : sum / words.length,
		edited: true,
	};
}

/**
 * Takes cues out and puts others in, each in its place; of those that start together, one that was
 * there before keeps its place among them.
 *
 * @param gone ids
 * @param made how many numbers the new cues have used up
 */
export function putCues(
	edition: Edition,
	gone: Iterable<string>,
	cues: readonly EditedCue[],
	made = 0,
): Edition {
	const ids = new Set(gone);
	const fresh = new Map(cues.map((cue) => [cue.id, cue]));
	const kept = edition.cues.flatMap((cue) => {
		const next = ids.has(cue.id) ? fresh.get(cue.id) : cue;
		fresh.delete(cue.id);
		return next ? [next] : [];
	});
	const next = [...kept, ...fresh.values()].sort((a, b) => a.startSeconds - b.startSeconds);
	return { ...edition, cues: next, nextCue: edition.nextCue + made };
}

/** Cuts a word to a range; one outside it stands at its end, without length. */
export function wordWithin(word: Word, { startSeconds, endSeconds }: TimeRange): Word {
	const inside = (seconds: number): number => Math.min(Math.max(seconds, startSeconds), endSeconds);
	const start = inside(word.startSeconds);
	const end = inside(word.endSeconds);
	return start === word.startSeconds && end === word.endSeconds
		? word
		: { ...word, startSeconds: start, endSeconds: end };
}

/** The moment in the middle. */
export function middleOf({ startSeconds, endSeconds }: TimeRange): number {
	return (startSeconds + endSeconds) / 2;
}
