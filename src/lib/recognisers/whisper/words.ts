import { unspacedLanguages } from '../../domain/languages.ts';

/** A token of the text, with what is known of it. */
export interface TimedToken {
	readonly id: number;
	/** Within the chunk. */
	readonly startSeconds: number;
	readonly endSeconds: number;
	readonly logProb: number;
}

/** A word within its chunk. */
export interface ChunkWord {
	readonly text: string;
	/** The same with the space before it, where there is one: those of a text make the text. */
	readonly written: string;
	readonly startSeconds: number;
	readonly endSeconds: number;
	/** Geometric mean of its tokens' probabilities. */
	readonly confidence: number;
	/** How many they are. */
	readonly tokens: number;
}

/** Stands for the bytes of a letter that is not whole yet. */
const incomplete = '\ufffd';

/** Belongs to the word before it. */
const closing = /^[\p{P}\p{S}]+$/u;

/**
 * Tokens put together to words. One that begins with a space begins a word; in languages that are
 * written without spaces, each token does. Punctuation stays with the word before it.
 *
 * @param decode text of some tokens
 * @param language its code
 */
export function joinTokens(
	tokens: readonly TimedToken[],
	decode: (ids: number[]) => string,
	language: string | null,
): ChunkWord[] {
	const unspaced = language !== null && unspacedLanguages.has(language);
	const words: { text: string; tokens: TimedToken[] }[] = [];
	for (const { text, tokens: own } of lettersOf(tokens, decode)) {
		const last = words.at(-1);
		const begins = unspaced ? !closing.test(text.trim()) : text.startsWith(' ');
		if (last && !begins) {
			last.text += text;
			last.tokens.push(...own);
		} else {
			words.push({ text, tokens: [...own] });
		}
	}
	return words
		.map((word): ChunkWord => {
			const sum = word.tokens.reduce((total, { logProb }) => total + logProb, 0);
			return {
				text: word.text.trim(),
				written: word.text,
				startSeconds: word.tokens[0]!.startSeconds,
				endSeconds: word.tokens[word.tokens.length - 1]!.endSeconds,
				confidence: Math.exp(sum / word.tokens.length),
				tokens: word.tokens.length,
			};
		})
		.filter(({ text }) => text !== '');
}

/** The smallest runs of tokens that are whole letters. */
function lettersOf(
	tokens: readonly TimedToken[],
	decode: (ids: number[]) => string,
): { text: string; tokens: TimedToken[] }[] {
	const runs: { text: string; tokens: TimedToken[] }[] = [];
	let open: TimedToken[] = [];
	for (const [at, token] of tokens.entries()) {
		open.push(token);
		const text = decode(open.map(({ id }) => id));
		if (text.includes(incomplete) && at < tokens.length - 1) continue;
		runs.push({ text, tokens: open });
		open = [];
	}
	return runs;
}
