import { expect, test } from 'vitest';
import { joinTokens, type TimedToken } from './words.ts';

const bytes = new Map<number, readonly number[]>();
const idOf = (text: string | readonly number[]): number => {
	const own = typeof text === 'string' ? [...new TextEncoder().encode(text)] : text;
	bytes.set(bytes.size, own);
	return bytes.size - 1;
};
const decode = (ids: number[]): string =>
	new TextDecoder().decode(Uint8Array.from(ids.flatMap((id) => bytes.get(id) ?? [])));

function tokens(...texts: (string | readonly number[])[]): TimedToken[] {
	return texts.map((text, i) => ({
		id: idOf(text),
		startSeconds: i,
		endSeconds: i + 1,
		logProb: -i,
	}));
}

test('a space begins a word, punctuation stays with the one before', () => {
	const words = joinTokens(tokens(' Hel', 'lo', ',', ' you', '.'), decode, 'en');
	expect(
		words.map(({ text, startSeconds, endSeconds }) => [text, startSeconds, endSeconds]),
	).toEqual([
		['Hello,', 0, 3],
		['you.', 3, 5],
	]);
	expect(words[0]?.confidence).toBeCloseTo(Math.exp(-1));
	expect(words[1]?.confidence).toBeCloseTo(Math.exp(-3.5));
});

test('the first word needs no space', () => {
	expect(joinTokens(tokens('Yes', ' no'), decode, null).map(({ text }) => text)).toEqual([
		'Yes',
		'no',
	]);
});

test('letters of several tokens are put together', () => {
	const [first = 0, second = 0, third = 0] = new TextEncoder().encode('語');
	const words = joinTokens(tokens('日', '本', [first, second], [third], '。'), decode, 'ja');
	expect(words.map(({ text, endSeconds }) => [text, endSeconds])).toEqual([
		['日', 1],
		['本', 2],
		['語。', 5],
	]);
});

test('what is broken at the end is kept, what is empty is not', () => {
	const words = joinTokens(tokens(' a', ' ', [0xe8]), decode, 'en');
	expect(words.map(({ text }) => text)).toEqual(['a', '\ufffd']);
	expect(joinTokens([], decode, 'en')).toEqual([]);
});
