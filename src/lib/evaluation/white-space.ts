/**
 * Characters that the scorer's language (Python) takes for white space. JavaScript's own class
 * differs in six: it lacks U+001C to U+001F and U+0085, and has U+FEFF.
 */
export const whiteSpace =
	'[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

const runs = new RegExp(`${whiteSpace}+`, 'u');

/** The text's words: what stands between white space, empty ones left out. */
export function splitWords(text: string): string[] {
	return text.split(runs).filter((word) => word !== '');
}

const words = new RegExp(`[^${whiteSpace.slice(1)}+`, 'gu');

/** The same words with the place of each in the text, in UTF-16 units. */
export function placedWords(text: string): { text: string; from: number; to: number }[] {
	return [...text.matchAll(words)].map(({ 0: word, index }) => ({
		text: word,
		from: index,
		to: index + word.length,
	}));
}
