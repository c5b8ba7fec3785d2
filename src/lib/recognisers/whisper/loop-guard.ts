/** Longest phrase that is looked for, in tokens: some twenty words. */
const longestPhrase = 32;

/** A phrase that is said so often in a row, in at least so many tokens, is a decoder's and not a speaker's. */
const fewestRepeats = 4;
const fewestTokens = 20;

/**
 * Whether a text ends in one phrase over and over. The paper's measure of that, how well the text compresses,
 * is seen when all tokens that may be drawn have been drawn; this is seen while they are.
 */
export function goesInCircles(ids: readonly number[]): boolean {
	for (let period = 1; period <= longestPhrase; period++) {
		let same = 0;
		let at = ids.length - 1;
		while (at >= period && ids[at] === ids[at - period]) {
			same++;
			at--;
		}
		const repeats = Math.floor(same / period) + 1;
		if (repeats >= fewestRepeats && repeats * period >= fewestTokens) return true;
	}
	return false;
}
