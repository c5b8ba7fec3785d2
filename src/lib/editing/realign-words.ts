import type { TimeRange } from '../domain/time-range.ts';
import type { Word } from '../domain/transcript.ts';
import { matchWords } from './match-words.ts';

/**
 * New words for a cue. Those that were there before keep their times and confidence. Words in the place
 * of others share the time of these, words that came in between the gap between their neighbours; longer
 * words get more of it, and where there is no gap they have no length. A person wrote them, so nothing
 * about them is in doubt.
 *
 * @param words what the cue consists of now
 * @param range the cue's
 */
export function realignWords(
	words: readonly Word[],
	texts: readonly string[],
	range: TimeRange,
): Word[] {
	const aligned: Word[] = [];
	let before = range.startSeconds;
	let fresh: string[] = [];
	let replaced: Word[] = [];
	const flush = (next: number): void => {
		const startSeconds = replaced[0]?.startSeconds ?? before;
		const endSeconds = replaced.at(-1)?.endSeconds ?? next;
		aligned.push(...shareTime(fresh, { startSeconds, endSeconds }));
		fresh = [];
		replaced = [];
	};
	for (const step of matchWords(
		words.map(({ text }) => text),
		texts,
	)) {
		const word = step.kind === 'new' ? undefined : words[step.before];
		if (step.kind === 'new') fresh.push(texts[step.after] ?? '');
		else if (step.kind === 'gone' && word) replaced.push(word);
		else if (word) {
			flush(word.startSeconds);
			aligned.push(word);
			before = word.endSeconds;
		}
	}
	flush(range.endSeconds);
	return aligned;
}

/** Words of a person, which divide a stretch between them by their length. */
export function shareTime(
	texts: readonly string[],
	{ startSeconds, endSeconds }: TimeRange,
): Word[] {
	const letters = texts.reduce((sum, text) => sum + text.length, 0);
	const perLetter = Math.max(0, endSeconds - startSeconds) / letters;
	let before = 0;
	return texts.map((text) => {
		const start = startSeconds + before * perLetter;
		before += text.length;
		// The last one ends where the stretch does, not a rounding away.
		const end =
			before === letters ? Math.max(start, endSeconds) : startSeconds + before * perLetter;
		return { text, startSeconds: start, endSeconds: end, confidence: 1 };
	});
}
