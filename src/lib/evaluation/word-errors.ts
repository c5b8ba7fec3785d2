import type { AlignedWord } from './word-alignment.ts';

/** An error rate with the counts it comes from, so that rates can be added up over cues or people. */
export interface WordErrors {
	readonly substitutions: number;
	readonly deletions: number;
	readonly insertions: number;
	/** Words of the reference: right, substituted or deleted. */
	readonly referenceWords: number;
}

/** The neutral element of `addErrors`. */
export const noErrors: WordErrors = {
	substitutions: 0,
	deletions: 0,
	insertions: 0,
	referenceWords: 0,
};

/** Both together: errors of a speaker's files, of a session's speakers. */
export function addErrors(a: WordErrors, b: WordErrors): WordErrors {
	return {
		substitutions: a.substitutions + b.substitutions,
		deletions: a.deletions + b.deletions,
		insertions: a.insertions + b.insertions,
		referenceWords: a.referenceWords + b.referenceWords,
	};
}

/** The errors of an alignment, by kind. */
export function countErrors(alignment: readonly Pick<AlignedWord, 'kind'>[]): WordErrors {
	const count = (kind: AlignedWord['kind']): number =>
		alignment.filter((word) => word.kind === kind).length;
	const insertions = count('insertion');
	return {
		substitutions: count('substitution'),
		deletions: count('deletion'),
		insertions,
		referenceWords: alignment.length - insertions,
	};
}

/** Errors per reference word; may exceed 1. Null without a reference word, where it has no meaning. */
export function wordErrorRate(errors: WordErrors): number | null {
	if (errors.referenceWords === 0) return null;
	return (errors.substitutions + errors.deletions + errors.insertions) / errors.referenceWords;
}
