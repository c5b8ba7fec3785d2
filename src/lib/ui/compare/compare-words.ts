import type { Confusion } from '../../evaluation/transcript-alignment.ts';
import type { ErrorKind } from './diff-lines.ts';

/** What the two sides of a comparison are called. */
export interface SideWords {
	/** The side that is taken as given, and the other: `label`, `this document`. */
	readonly reference: string;
	readonly hypothesis: string;
	readonly kinds: Readonly<Record<ErrorKind, string>>;
}

export const againstLabels: SideWords = {
	reference: 'label',
	hypothesis: 'this document',
	kinds: { substitution: 'Substituted', deletion: 'Missing', insertion: 'Inserted' },
};

export const againstRun: SideWords = {
	reference: 'this run',
	hypothesis: 'the other run',
	kinds: {
		substitution: 'Different',
		deletion: 'Only in this run',
		insertion: 'Only in the other',
	},
};

/** F1 is a plain fraction everywhere else, too. */
export function f1Text(f1: number | null): string {
	return f1 === null ? '–' : f1.toFixed(3);
}

/** `+1.2`, `−0.4`, `±0`: a number with its sign. */
function signedText(value: number, digits: number): string {
	const text = value.toFixed(digits);
	if (Number(text) === 0) return '±0';
	return value > 0 ? `+${text}` : text.replace('-', '−');
}

/** A difference of scores: error rates in points of a hundred, F1 as the fraction that it is. */
export function differenceText(key: 'wer' | 'f1' | 'joint', difference: number | null): string {
	if (difference === null) return '–';
	return key === 'f1' ? signedText(difference, 3) : signedText(100 * difference, 1);
}

/** `night → nice`, `+ big`, `− gone`. */
export function confusionText({ kind, reference, hypothesis }: Confusion): string {
	if (kind === 'insertion') return `+ ${hypothesis ?? ''}`;
	if (kind === 'deletion') return `− ${reference ?? ''}`;
	return `${reference ?? ''} → ${hypothesis ?? ''}`;
}
