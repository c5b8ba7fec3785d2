import type { DocumentSpeaker } from '../../domain/studio-document.ts';

/** Words of a caption, which stays as it is until they are said: three lines beside a face at the most. */
const captionWords = 9;
/** How long what was said stays to be read, in seconds. */
const lingerSeconds = 1;

/** A word of a caption. */
interface CaptionWord {
	readonly text: string;
	/** Whether it is being said at this moment. */
	readonly now: boolean;
}

/** What somebody is saying. */
export interface Caption {
	readonly words: readonly CaptionWord[];
	/** Whether it is being said, or was just said. */
	readonly speaking: boolean;
}

/** The words that a speaker is saying at a time, as a person has corrected them; null for none. */
export function captionAt({ cues }: DocumentSpeaker, seconds: number): Caption | null {
	const cue = latestBefore(cues, seconds);
	if (!cue) return null;
	// A line may end long after its last word.
	const endSeconds = Math.min(cue.endSeconds, cue.words.at(-1)?.endSeconds ?? cue.endSeconds);
	if (seconds >= endSeconds + lingerSeconds) return null;
	const speaking = seconds < endSeconds;
	if (cue.words.length === 0) {
		return cue.text === '' ? null : { words: [{ text: cue.text, now: false }], speaking };
	}
	const next = cue.words.findIndex(({ startSeconds }) => startSeconds > seconds);
	const said = Math.max(0, (next < 0 ? cue.words.length : next) - 1);
	const first = said - (said % captionWords);
	const words = cue.words.slice(first, first + captionWords).map((word, i) => ({
		text: word.text,
		now: first + i === said && word.startSeconds <= seconds && seconds < word.endSeconds,
	}));
	return { words, speaking };
}

/** Whether a speaker is held to talk at a time. */
export function speaksAt({ segments }: DocumentSpeaker, seconds: number): boolean {
	const segment = latestBefore(segments, seconds);
	return segment !== undefined && seconds < segment.endSeconds;
}

/** The last range that has begun, of ranges in the order of their starts. */
function latestBefore<T extends { readonly startSeconds: number }>(
	ranges: readonly T[],
	seconds: number,
): T | undefined {
	let low = 0;
	let high = ranges.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((ranges[middle]?.startSeconds ?? Infinity) <= seconds) low = middle + 1;
		else high = middle;
	}
	return ranges[low - 1];
}
