import { expect, test } from 'vitest';
import { madeEdition } from '../../../tests/fixtures/made-editions.ts';
import { findText, replaceText } from './find-text.ts';

const edition = madeEdition([
	['spk_0', 10, 'Zoë took the night train'],
	['spk_1', 12, 'İstanbul by night nightly'],
	['spk_0', 30, 'a nap in cafe\u0301s'],
]);
const find = (query: string) => findText(edition.cues, query);

test.each([
	['night', ['0 3-4', '1 2-3', '1 3-4']],
	['THE  Night', ['0 2-4']],
	['zoe', ['0 0-1']],
	['istanbul', ['1 0-1']],
	['cafés', ['2 3-4']],
	['train', ['0 4-5']],
	['k the n', ['0 1-4']],
	['train i', []],
	['  ', []],
	['(', []],
])('%j is found where it is said', (query, places) => {
	expect(find(query).map(({ cueId, from, to }) => `${cueId} ${from}-${to}`)).toEqual(places);
});

test('what is found is what is replaced, and the rest keeps its times', () => {
	const all = ['0', '1', '2'];
	const changed = replaceText(edition, all, 'NIGHT', 'day');
	expect(changed.cues.map(({ text }) => text)).toEqual([
		'Zoë took the day train',
		'İstanbul by day dayly',
		'a nap in cafe\u0301s',
	]);
	expect(changed.cues[0]?.words[4]).toBe(edition.cues[0]?.words[4]);
	expect(changed.cues[2]).toBe(edition.cues[2]);
	expect(replaceText(edition, all, 'cafes', 'bars').cues[2]?.text).toBe('a nap in bars');
	expect(replaceText(edition, ['1'], 'night', 'day').cues[0]).toBe(edition.cues[0]);
	expect(replaceText(edition, all, 'nowhere', 'x')).toBe(edition);
	expect(replaceText(edition, all, ' ', 'x')).toBe(edition);
});

test('a text with signs that mean something elsewhere is taken as it is', () => {
	const prices = madeEdition([['spk_0', 0, 'it was $5 (about)']]);
	expect(findText(prices.cues, '$5 (')).toHaveLength(1);
	expect(replaceText(prices, ['0'], '$5', '$& $1').cues[0]?.text).toBe('it was $& $1 (about)');
});
