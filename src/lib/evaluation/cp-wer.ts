import type { TimeRange } from '../domain/time-range.ts';
import type { Cue } from '../domain/transcript.ts';
import { leastCostAssignment } from '../signal/assignment.ts';
import { scoredWords } from './scored-words.ts';
import { alignWordsInSteps, editCells, fewestErrorsInSteps } from './word-alignment.ts';
import { addErrors, countErrors, noErrors } from './word-errors.ts';
import type { WordErrors } from './word-errors.ts';

/** Word errors of a transcript whose people are not known by name. */
export interface CpWordErrors {
	/** `wordErrorRate` of it is the concatenated minimum-permutation word error rate. */
	readonly errors: WordErrors;
	/** Reference speaker by hypothesis speaker, for those who were compared with each other. */
	readonly mapping: ReadonlyMap<string, string>;
}

type Cues = ReadonlyMap<string, readonly Cue[]>;

interface SpeakerWords {
	readonly speaker: string;
	readonly words: readonly string[];
}

function wordsOf(cues: Cues, uem: TimeRange | null): readonly SpeakerWords[] {
	return [...cues].map(([speaker, own]) => {
		const inOrder = own.toSorted((a, b) => a.startSeconds - b.startSeconds);
		return { speaker, words: scoredWords(inOrder, uem) };
	});
}

/**
 * The errors of who said what (cpWER; Watanabe et al., CHiME-6, 2020): all words of each speaker in one
 * line, and each line of the hypothesis compared with one of the reference so that the errors are
 * fewest over all. Lines that are left over are deletions or insertions. The assignment is
 * exact, as meeteval's is. Pauses; each gives the part that is done, 0 to 1.
 *
 * @param uem as for `scoredWords`; null where everything counts.
 */
export function* cpWordErrorsInSteps(
	reference: Cues,
	hypothesis: Cues,
	uem: TimeRange | null,
): Generator<number, CpWordErrors, undefined> {
	const said = wordsOf(reference, uem);
	const heard = wordsOf(hypothesis, uem);
	const pairs = said.flatMap((one) => heard.map((other) => [one.words, other.words] as const));
	const work = pairs.reduce((sum, [one, other]) => sum + editCells(one, other), 0);
	let done = 0;
	const gains: number[] = [];
	for (const [one, other] of pairs) {
		const steps = fewestErrorsInSteps(one, other);
		let step = steps.next();
		for (; !step.done; step = steps.next()) yield (done += step.value) / Math.max(1, work);
		// What it saves to compare the two instead of to leave both over: never less than nothing.
		gains.push(one.length + other.length - step.value);
	}
	const assigned = leastCostAssignment(
		said.length,
		heard.length,
		(row, column) => -gains[row * heard.length + column]!,
	);
	const mapping = new Map<string, string>();
	const left = new Set(heard);
	let errors = noErrors;
	for (const [row, column] of assigned.entries()) {
		const own = said[row]!;
		const isCompared = column !== null && gains[row * heard.length + column]! > 0;
		const partner = isCompared ? heard[column]! : null;
		if (partner) {
			mapping.set(partner.speaker, own.speaker);
			left.delete(partner);
		}
		const aligned = yield* whole(alignWordsInSteps(own.words, partner?.words ?? []));
		errors = addErrors(errors, countErrors(aligned));
	}
	for (const { words } of left) {
		errors = addErrors(errors, { ...noErrors, insertions: words.length });
	}
	return { errors, mapping };
}

/** The part that is done does not grow while the pairs that were chosen are aligned: they are few. */
function* whole<T>(steps: Generator<number, T, undefined>): Generator<number, T, undefined> {
	for (;;) {
		const step = steps.next();
		if (step.done) return step.value;
		yield 1;
	}
}
