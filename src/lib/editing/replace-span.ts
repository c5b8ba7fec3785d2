import type { EditedCue, Edition } from '../domain/edition.ts';
import type { Span } from '../domain/span.ts';
import { overlapSeconds } from '../domain/time-range.ts';
import type { RecognisedCue } from '../domain/transcript.ts';
import { cueOfWords, middleOf, putCues, wordWithin } from './cues.ts';

/** The speaker's cues that reach into the stretch. */
export function cuesWithin(edition: Edition, span: Span): readonly EditedCue[] {
	return edition.cues.filter(
		(cue) => cue.speakerId === span.speakerId && overlapSeconds(cue, span) > 0,
	);
}

/**
 * Puts other cues in the place of all that a speaker says in a stretch. A cue that reaches beyond it
 * keeps the words whose middle is outside; with words on both sides it becomes two.
 */
export function replaceSpan(edition: Edition, span: Span, cues: readonly RecognisedCue[]): Edition {
	const old = cuesWithin(edition, span);
	if (old.length === 0 && cues.length === 0) return edition;
	let number = edition.nextCue;
	const nextId = (): string => String(number++);
	const rests = old.flatMap((cue) => {
		const parts = [
			{ startSeconds: cue.startSeconds, endSeconds: span.startSeconds },
			{ startSeconds: span.endSeconds, endSeconds: cue.endSeconds },
		].flatMap((range) => {
			const words = cue.words.filter(
				(word) => middleOf(word) >= range.startSeconds && middleOf(word) < range.endSeconds,
			);
			return words.length > 0 ? [{ range, words }] : [];
		});
		return parts.map(({ range, words }, place) =>
			cueOfWords(
				{ id: place === 0 ? cue.id : nextId(), speakerId: cue.speakerId },
				range,
				words.map((word) => wordWithin(word, range)),
			),
		);
	});
	const fresh = cues.map((cue) => ({
		...cue,
		id: nextId(),
		speakerId: span.speakerId,
		edited: true,
	}));
	const gone = old.map(({ id }) => id);
	return putCues(edition, gone, [...rests, ...fresh], number - edition.nextCue);
}
