/** Letters, digits and the underscore of any script: what a word boundary stands against. */
const wordCharacter = '[\\p{L}\\p{N}_]';

/** A pattern that matches whole words only. */
export function wholeWord(pattern: string): RegExp {
	return new RegExp(`(?<!${wordCharacter})(?:${pattern})(?!${wordCharacter})`, 'gu');
}

/** A pattern that may start inside a word but ends with one. */
export function wordEnd(pattern: string): RegExp {
	return new RegExp(`(?:${pattern})(?!${wordCharacter})`, 'gu');
}
