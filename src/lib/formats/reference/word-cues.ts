import type { RecognisedCue, Word } from '../../domain/transcript.ts';

/** Longest pause, in seconds, within what is shown as one cue of a file of single words. */
const longestPauseSeconds = 0.5;

/** Words as cues: those that follow each other without a longer pause are one. */
export function cuesOfWords(words: readonly Word[]): readonly RecognisedCue[] {
	const groups: Word[][] = [];
	let endSeconds = -Infinity;
	for (const word of words.toSorted((a, b) => a.startSeconds - b.startSeconds)) {
		const last = groups.at(-1);
		if (last && word.startSeconds - endSeconds <= longestPauseSeconds) last.push(word);
		else groups.push([word]);
		endSeconds = Math.max(endSeconds, word.endSeconds);
	}
	return groups.map((group) => ({
		startSeconds: group[0]?.startSeconds ?? 0,
		endSeconds: group.reduce((latest, word) => Math.max(latest, word.endSeconds), 0),
		text: group.map(({ text }) => text).join(' '),
		words: group,
		confidence: 1,
	}));
}
