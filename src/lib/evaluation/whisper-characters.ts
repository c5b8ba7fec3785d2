/** Letters that no normal form takes apart, with what is written for them. */
const plainLetters: ReadonlyMap<string, string> = new Map([
	['œ', 'oe'],
	['Œ', 'OE'],
	['ø', 'o'],
	['Ø', 'O'],
	['æ', 'ae'],
	['Æ', 'AE'],
	['ß', 'ss'],
	['ẞ', 'SS'],
	['đ', 'd'],
	['Đ', 'D'],
	['ð', 'd'],
	['Ð', 'D'],
	['þ', 'th'],
	['Þ', 'th'],
	['ł', 'l'],
	['Ł', 'L'],
]);

const nonSpacingMark = /^\p{Mn}$/u;
const markSymbolOrPunctuation = /^[\p{M}\p{S}\p{P}]$/u;

/**
 * The text without diacritics (compatibility decomposition, marks dropped) and with a space for
 * every other mark, symbol or punctuation character that is not in `keep`.
 */
export function plainCharacters(text: string, keep: string): string {
	let plain = '';
	for (const character of text.normalize('NFKD')) {
		if (keep.includes(character)) plain += character;
		else if (plainLetters.has(character)) plain += plainLetters.get(character) ?? '';
		else if (nonSpacingMark.test(character)) continue;
		else plain += markSymbolOrPunctuation.test(character) ? ' ' : character;
	}
	return plain;
}
