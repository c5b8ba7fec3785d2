import { expect, test } from 'vitest';
import { fakeClusters, fakeDialogue } from '../../../tests/fixtures/fake-dialogue.ts';
import { sharedWords } from './shared-words.ts';

function said(startSeconds: number, text: string): { text: string; startSeconds: number }[] {
	return text.split(' ').map((word, i) => ({ text: word, startSeconds: startSeconds + i }));
}

test('a word counts when both say it soon after each other, each use once', () => {
	const a = [
		...said(10, 'the Bakery, was open'),
		...said(100, 'bakery canal'),
		...said(138, 'canal'),
	];
	const b = [...said(25, 'which “bakery” is that'), ...said(118, 'canal then canal')];
	expect(sharedWords(a, b)).toEqual([
		{ word: 'canal', count: 2, firstSeconds: 101 },
		{ word: 'bakery', count: 1, firstSeconds: 11 },
	]);
	expect(sharedWords(b, a)).toEqual(sharedWords(a, b));
});

test('beyond its reach a word says nothing', () => {
	expect(sharedWords(said(0, 'bakery'), said(20, 'bakery'))).toHaveLength(1);
	expect(sharedWords(said(0, 'bakery'), said(20.1, 'bakery'))).toEqual([]);
});

test.each(['that', "that's", "didn't", 'didn’t', 'at', 'the', 'of', '–', ''])(
	'“%s” is about nothing',
	(word) => {
		expect(sharedWords(said(0, word), said(1, word))).toEqual([]);
	},
);

test('the more often, the earlier in the list', () => {
	const a = said(0, 'horns waltz waltz');
	const shared = sharedWords(a, said(3, 'waltz horns waltz'));
	expect(shared.map(({ word, count }) => [word, count])).toEqual([
		['waltz', 2],
		['horns', 1],
	]);
});

test('people of one conversation share more words than people of different ones', () => {
	const talk = [...fakeDialogue()].map(([id, cues]) => ({
		id,
		words: cues.flatMap((cue) => cue.words),
	}));
	const pairs = talk.flatMap((a, i) =>
		talk.slice(i + 1).map((b) => ({
			together: fakeClusters.get(a.id) === fakeClusters.get(b.id),
			count: sharedWords(a.words, b.words).length,
		})),
	);
	const meanOf = (together: boolean): number => {
		const counts = pairs.filter((pair) => pair.together === together).map(({ count }) => count);
		return counts.reduce((sum, count) => sum + count, 0) / counts.length;
	};
	expect(meanOf(true)).toBeGreaterThan(3 * meanOf(false));
});
