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
	kinds: { substitution: 'Wrong word', deletion: 'Missing', insertion: 'Too much' },
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

/** `+1.2`, `−0.4`, `±0`: a difference of fractions in points of a hundred. */
export function pointsText(difference: number | null): string {
	if (difference === null) return '–';
	const points = (100 * difference).toFixed(1);
	if (Number(points) === 0) return '±0';
	return difference > 0 ? `+${points}` : points.replace('-', '−');
}

/** `night → nice`, `+ big`, `− gone`. */
export function confusionText({ kind, reference, hypothesis }: Confusion): string {
	if (kind === 'insertion') return `+ ${hypothesis ?? ''}`;
	if (kind === 'deletion') return `− ${reference ?? ''}`;
	return `${reference ?? ''} → ${hypothesis ?? ''}`;
}
