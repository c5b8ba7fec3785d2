import {
	currencies,
	isDecimal,
	multipliers,
	multipliersSuffixed,
	numberWords,
	ones,
	onesSuffixed,
	signs,
	tens,
	tensSuffixed,
	zeros,
} from './number-words.ts';
import {
	fromNumeral,
	isNumeral,
	multiplyResidual,
	wholeProduct,
	withDigits,
	withOnes,
	withTens,
} from './spoken-number.ts';
import type { SpokenNumber } from './spoken-number.ts';
import { splitWords, whiteSpace } from './white-space.ts';
import { wholeWord, wordEnd } from './word-boundary.ts';

const prefixes = '-+£€$¢';

/** Reads words from left to right and writes numbers as soon as they are known to be complete. */
class NumberWriter {
	readonly #words: readonly string[];
	readonly #written: string[] = [];
	#position = 0;
	#value: SpokenNumber | null = null;
	/** Sign or currency to stand before what is written next. */
	#prefix: string | null = null;

	constructor(words: readonly string[]) {
		this.#words = words;
	}

	write(): string[] {
		for (; this.#position < this.#words.length; this.#position += 1) {
			this.#read(this.#words[this.#position] ?? '');
		}
		this.#flush();
		return this.#written;
	}

	get #previous(): string {
		return this.#words[this.#position - 1] ?? '';
	}

	get #next(): string {
		return this.#words[this.#position + 1] ?? '';
	}

	#emit(text: SpokenNumber): void {
		this.#written.push((this.#prefix ?? '') + String(text));
		this.#value = null;
		this.#prefix = null;
	}

	#flush(): void {
		if (this.#value !== null) this.#emit(this.#value);
	}

	#flushAnd(word: string): void {
		this.#flush();
		this.#emit(word);
	}

	#read(word: string): void {
		const prefixed = prefixes.includes(word.charAt(0));
		const bare = prefixed ? word.slice(1) : word;
		if (isNumeral(bare)) this.#readNumeral(word, bare, prefixed);
		else if (!numberWords.has(word)) this.#flushAnd(word);
		else if (zeros.has(word)) this.#value = withDigits(this.#value, '0');
		else if (ones.has(word) || tens.has(word)) this.#readCardinal(word);
		else if (onesSuffixed.has(word) || tensSuffixed.has(word)) this.#readSuffixed(word);
		else if (multipliers.has(word)) this.#readMultiplier(multipliers.get(word) ?? 1n);
		else if (multipliersSuffixed.has(word)) this.#readSuffixedMultiplier(word);
		else this.#readSymbolWord(word);
	}

	#readNumeral(word: string, bare: string, prefixed: boolean): void {
		if (typeof this.#value === 'string' && this.#value.endsWith('.')) {
			this.#value += word;
			return;
		}
		this.#flush();
		if (prefixed) this.#prefix = word.charAt(0);
		this.#value = fromNumeral(bare);
	}

	#previousKind(): 'ones' | 'tens' | 'other' {
		if (ones.has(this.#previous)) return 'ones';
		return tens.has(this.#previous) ? 'tens' : 'other';
	}

	/** The pending number with a number below hundred behind it. */
	#extended(number: bigint): SpokenNumber {
		if (this.#value === null) return number;
		return number < 20n
			? withOnes(this.#value, number, this.#previousKind())
			: withTens(this.#value, number);
	}

	#readCardinal(word: string): void {
		this.#value = this.#extended(ones.get(word) ?? tens.get(word) ?? 0n);
	}

	#readSuffixed(word: string): void {
		const read = onesSuffixed.get(word) ?? tensSuffixed.get(word);
		if (read) this.#emit(`${this.#extended(read.value)}${read.suffix}`);
	}

	#readMultiplier(multiplier: bigint): void {
		if (this.#value === null) {
			this.#value = multiplier;
		} else if (typeof this.#value === 'string') {
			const product = wholeProduct(this.#value, multiplier);
			if (product === null) this.#flush();
			this.#value = product ?? multiplier;
		} else {
			this.#value = multiplyResidual(this.#value, multiplier);
		}
	}

	#readSuffixedMultiplier(word: string): void {
		const { value: multiplier, suffix } = multipliersSuffixed.get(word) ?? {
			value: 1n,
			suffix: '',
		};
		if (this.#value === null) {
			this.#emit(`${multiplier}${suffix}`);
		} else if (typeof this.#value === 'string') {
			const product = wholeProduct(this.#value, multiplier);
			if (product === null) this.#flush();
			this.#emit(`${product ?? multiplier}${suffix}`);
		} else {
			this.#emit(`${multiplyResidual(this.#value, multiplier)}${suffix}`);
		}
	}

	/** Whether the next word is, or can become, digits. */
	get #numberFollows(): boolean {
		return numberWords.has(this.#next) || isNumeral(this.#next);
	}

	#readSymbolWord(word: string): void {
		const sign = signs.get(word);
		const currency = currencies.get(word);
		if (sign !== undefined) {
			this.#flush();
			if (this.#numberFollows) this.#prefix = sign;
			else this.#emit(word);
		} else if (currency !== undefined) {
			this.#readCurrency(word, currency);
		} else if (word === 'per' || word === 'percent') {
			this.#readPercent(word);
		} else {
			this.#readJoiner(word);
		}
	}

	#readCurrency(word: string, symbol: string): void {
		if (this.#value === null) {
			this.#emit(word);
			return;
		}
		this.#prefix = symbol;
		this.#flush();
	}

	#readPercent(word: string): void {
		const complete = word === 'percent' || this.#next === 'cent';
		if (this.#value === null || !complete) {
			this.#flushAnd(word);
			return;
		}
		this.#emit(`${this.#value}%`);
		if (word === 'per') this.#position += 1;
	}

	#readJoiner(word: string): void {
		if (!this.#numberFollows) {
			this.#flushAnd(word);
		} else if (word === 'and') {
			if (!multipliers.has(this.#previous)) this.#flushAnd(word);
		} else if (word === 'point') {
			// Before other number words ("point million") the word is lost.
			if (isDecimal(this.#next) || isNumeral(this.#next))
				this.#value = withDigits(this.#value, '.');
		} else if (ones.has(this.#next) || zeros.has(this.#next)) {
			const digits = String(ones.get(this.#next) ?? 0n);
			this.#value = withDigits(this.#value, digits.repeat(word === 'double' ? 2 : 3));
			this.#position += 1;
		} else {
			this.#flushAnd(word);
		}
	}
}

const andAHalf = wholeWord(`and${whiteSpace}+a${whiteSpace}+half`);
const letterThenDigit = /([a-z])([0-9])/gu;
const digitThenLetter = /([0-9])([a-z])/gu;
const detachedSuffix = wordEnd(`([0-9])${whiteSpace}+(st|nd|rd|th|s)`);

/** "three and a half" as "three point five". */
function spellHalves(text: string): string {
	const segments = text.split(andAHalf);
	const spelled: string[] = [];
	for (const [i, segment] of segments.entries()) {
		const last = splitWords(segment).at(-1);
		if (last === undefined) continue;
		spelled.push(segment);
		if (i === segments.length - 1) continue;
		const isNumber = isDecimal(last) || multipliers.has(last);
		spelled.push(isNumber ? 'point five' : 'and a half');
	}
	return spelled.join(' ');
}

function separateDigits(text: string): string {
	return text
		.replace(letterThenDigit, '$1 $2')
		.replace(digitThenLetter, '$1 $2')
		.replace(detachedSuffix, '$1$2');
}

const dollarsAndCents = wordEnd('([€£$])([0-9]+) (?:and )?¢([0-9]{1,2})');
const centsAlone = wordEnd('[€£$]0.([0-9]{1,2})');
const loneOne = wholeWord('1(s?)');

function tidyNumbers(text: string): string {
	return text
		.replace(
			dollarsAndCents,
			(_, currency: string, whole: string, cents: string) =>
				`${currency}${whole}.${cents.padStart(2, '0')}`,
		)
		.replace(centsAlone, (_, cents: string) => `¢${Number(cents)}`)
		.replace(loneOne, 'one$1');
}

/**
 * Spoken numbers as digits, by the rules of Whisper's English number normaliser: "two hundred and
 * five dollars" is "$205", "twenty twenty five" is "2025", and "oh" is "0". `text` is lower-case.
 */
export function writeNumbers(text: string): string {
	const words = splitWords(separateDigits(spellHalves(text)));
	return tidyNumbers(new NumberWriter(words).write().join(' '));
}
