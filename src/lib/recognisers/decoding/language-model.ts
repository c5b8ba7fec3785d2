import { ConfabError } from '../../support/errors.ts';
import type { Vocabulary } from './units.ts';

/** Scores units one after the other; natural logs. */
export interface UnitLanguageModel {
	/** log P(unit | the unit before it); null stands for the beginning of a segment. */
	next(previous: number | null, unit: number): number;
	/** log P(the segment ends after this unit). */
	end(previous: number | null): number;
}

const sentenceStart = '<s>';
const sentenceEnd = '</s>';

interface Bigrams {
	/** By word: log10 probability and back-off weight. */
	readonly unigrams: ReadonlyMap<string, { readonly logProb: number; readonly backoff: number }>;
	/** By "first second": log10 probability. */
	readonly bigrams: ReadonlyMap<string, number>;
}

/**
 * A bigram model in ARPA format.
 * @throws ConfabError `ModelUnavailable` for text that is not of this format.
 */
export function parseArpa(text: string): Bigrams {
	const unigrams = new Map<string, { logProb: number; backoff: number }>();
	const bigrams = new Map<string, number>();
	let section = 0;
	for (const line of text.split('\n').map((raw) => raw.trim())) {
		const header = /^\\(\d)-grams:$/.exec(line);
		if (header) section = Number(header[1]);
		else if (line.startsWith('\\')) section = 0;
		if (header || section === 0 || line === '') continue;
		const [logProb, first, second, third] = line.split(/\s+/);
		const value = Number(logProb);
		if (!Number.isFinite(value) || first === undefined || section > 2) throw damaged(line);
		if (section === 1) unigrams.set(first, { logProb: value, backoff: Number(second ?? 0) });
		else if (second === undefined || third !== undefined) throw damaged(line);
		else bigrams.set(`${first} ${second}`, value);
	}
	if (!unigrams.has(sentenceStart) || !unigrams.has(sentenceEnd)) throw damaged('no <s> or </s>');
	return { unigrams, bigrams };
}

/**
 * A bigram model over whole-word units. Sentences follow each other without a break, so a unit may come next within
 * the sentence, or as the first of another one.
 * @throws ConfabError `ModelUnavailable` when a unit is no whole word or the model does not know it.
 */
export function bigramModel(
	vocabulary: Vocabulary,
	{ unigrams, bigrams }: Bigrams,
): UnitLanguageModel {
	if (!vocabulary.wholeWords) {
		throw new ConfabError('ModelUnavailable', 'A word language model needs units that are words');
	}
	const words = vocabulary.units.map((unit, index) =>
		index === 0 ? sentenceStart : unit.slice(1),
	);
	const unknown = words.find((word) => !unigrams.has(word));
	if (unknown !== undefined) {
		throw new ConfabError('ModelUnavailable', `The language model lacks the word "${unknown}"`);
	}
	const logProb = (first: string, second: string): number => {
		const found = bigrams.get(`${first} ${second}`);
		const log10 =
			found ?? (unigrams.get(first)?.backoff ?? 0) + (unigrams.get(second)?.logProb ?? -99);
		return log10 * Math.LN10;
	};
	const size = words.length;
	const table = new Float64Array(size * size);
	const endings = new Float64Array(size);
	for (const [i, first] of words.entries()) {
		endings[i] = logProb(first, sentenceEnd);
		for (const [j, second] of words.entries()) {
			const within = Math.exp(logProb(first, second));
			const across = Math.exp(logProb(first, sentenceEnd) + logProb(sentenceStart, second));
			table[i * size + j] = Math.log(i === 0 ? within : within + across);
		}
	}
	return {
		next: (previous, unit) => table[(previous ?? 0) * size + unit] ?? -Infinity,
		end: (previous) => (previous === null ? 0 : (endings[previous] ?? -Infinity)),
	};
}

function damaged(line: string): ConfabError {
	return new ConfabError(
		'ModelUnavailable',
		`Not a bigram model in ARPA format: "${line.slice(0, 60)}"`,
	);
}
