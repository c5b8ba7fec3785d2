import { expect, test } from 'vitest';
import { alignTranscripts } from '../../evaluation/transcript-alignment.ts';
import type { AlignedPair } from '../../evaluation/transcript-alignment.ts';
import type { Cue } from '../../domain/transcript.ts';
import { linesOf, nextError, pageWords } from './diff-lines.ts';

function aligned(reference: readonly string[], hypothesis: readonly string[]): AlignedPair[] {
	const cuesOf = (texts: readonly string[]): Cue[] =>
		texts.map((text, i) => ({ startSeconds: 10 * i, endSeconds: 10 * i + 5, text }));
	const steps = alignTranscripts(cuesOf(reference), cuesOf(hypothesis), null);
	for (;;) {
		const step = steps.next();
		if (step.done) return step.value;
	}
}

/** Kinds by their first letters: c i s c c | d c c. */
const pairs = aligned(
	['one night train leaves', 'gone home now'],
	['one nice big train leaves', 'home now'],
);

test('a line for each cue of the reference', () => {
	const lines = linesOf(pairs, 0);
	expect(lines.map(({ words }) => words.map(({ pair }) => pair.kind.charAt(0)).join(''))).toEqual([
		'ciscc',
		'dcc',
	]);
	expect(lines.map(({ seconds }) => seconds)).toEqual([0, 10]);
	expect(lines.flatMap(({ words }) => words.map(({ index }) => index))).toEqual([...pairs.keys()]);
});

test('pages have every word once', () => {
	const many = aligned([new Array(pageWords + 30).fill('word').join(' ')], ['word']);
	const shown = [0, 1].map((page) => linesOf(many, page).flatMap(({ words }) => words));
	expect(shown.map((words) => words.length)).toEqual([pageWords, 30]);
	expect(shown[1]?.[0]?.index).toBe(pageWords);
	expect(linesOf(many, 2)).toEqual([]);
});

test('errors one after the other, round and round', () => {
	const any = (): boolean => true;
	expect(nextError(pairs, null, 1, any)).toBe(1);
	expect(nextError(pairs, 1, 1, any)).toBe(2);
	expect(nextError(pairs, 2, 1, any)).toBe(5);
	expect(nextError(pairs, 5, 1, any)).toBe(1);
	expect(nextError(pairs, null, -1, any)).toBe(5);
	expect(nextError(pairs, 1, -1, any)).toBe(5);
	expect(nextError(pairs, 1, 1, ({ kind }) => kind === 'insertion')).toBe(1);
	expect(nextError(pairs, 1, 1, () => false)).toBeNull();
	expect(nextError([], null, 1, any)).toBeNull();
});
