import { matchWords } from './match-words.ts';

/** Words in a row that two texts share, or that only one of them has. */
export interface DiffRun {
	readonly kind: 'same' | 'gone' | 'new';
	readonly text: string;
}

/** How one text became the other, word by word; what went stands before what came in its place. */
export function diffWords(before: readonly string[], after: readonly string[]): readonly DiffRun[] {
	const runs: { kind: DiffRun['kind']; words: string[] }[] = [];
	for (const step of matchWords(before, after)) {
		const word = step.kind === 'new' ? after[step.after] : before[step.before];
		if (word === undefined) continue;
		const last = runs.at(-1);
		if (last?.kind === step.kind) last.words.push(word);
		else runs.push({ kind: step.kind, words: [word] });
	}
	return runs.map(({ kind, words }) => ({ kind, text: words.join(' ') }));
}
