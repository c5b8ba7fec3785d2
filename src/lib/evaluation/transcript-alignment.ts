import type { TimeRange } from '../domain/time-range.ts';
import { tracedWords } from './scored-words.ts';
import type { TracedWord } from './scored-words.ts';
import type { WordedCue } from './source-words.ts';
import { alignWordsInSteps } from './word-alignment.ts';
import type { AlignedWord } from './word-alignment.ts';

/** One step of the alignment of two transcripts, with where each of its words comes from. */
export interface AlignedPair {
	readonly kind: AlignedWord['kind'];
	/** Null for an insertion. */
	readonly reference: TracedWord | null;
	/** Null for a deletion. */
	readonly hypothesis: TracedWord | null;
}

/**
 * What was said and what was recognised, as the scorer counts it, each word with its time. Pauses now and
 * then; each pause gives the part that is done, 0 to 1.
 */
export function* alignTranscripts(
	reference: readonly WordedCue[],
	hypothesis: readonly WordedCue[],
	uem: TimeRange | null,
): Generator<number, AlignedPair[], undefined> {
	const said = tracedWords(reference, uem);
	const heard = tracedWords(hypothesis, uem);
	const aligned = yield* alignWordsInSteps(
		said.map(({ text }) => text),
		heard.map(({ text }) => text),
	);
	let nextSaid = 0;
	let nextHeard = 0;
	return aligned.map((word) => ({
		kind: word.kind,
		reference: word.reference === null ? null : (said[nextSaid++] ?? null),
		hypothesis: word.hypothesis === null ? null : (heard[nextHeard++] ?? null),
	}));
}

/** When a step is said: by the recording's own word where there is one. In seconds; null for no words. */
export function timeOfPair({ reference, hypothesis }: AlignedPair): TimeRange | null {
	const sources = hypothesis?.sources ?? reference?.sources ?? [];
	const [first] = sources;
	const last = sources.at(-1);
	return first && last ? { startSeconds: first.startSeconds, endSeconds: last.endSeconds } : null;
}

/** An error and how often it was made. A word that one side lacks is null. */
export interface Confusion {
	readonly kind: Exclude<AlignedWord['kind'], 'correct'>;
	readonly reference: string | null;
	readonly hypothesis: string | null;
	readonly count: number;
}

/** Errors by what was taken for what, the most frequent first, then in the order of their words. */
export function confusionsOf(alignment: readonly AlignedPair[]): Confusion[] {
	const found = new Map<string, Confusion>();
	for (const { kind, reference, hypothesis } of alignment) {
		if (kind === 'correct') continue;
		const [said, heard] = [reference?.text ?? null, hypothesis?.text ?? null];
		const key = JSON.stringify([said, heard]);
		const count = (found.get(key)?.count ?? 0) + 1;
		found.set(key, { kind, reference: said, hypothesis: heard, count });
	}
	return [...found]
		.sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
		.map(([, confusion]) => confusion);
}
