/**
 * A number on its way from words to digits: a bigint while its value is known, text once digits were
 * strung together ("one oh one") or a decimal point came in.
 */
export type SpokenNumber = bigint | string;

const decimalNumber = /^(\p{Nd}*)(?:\.(\p{Nd}*))?$/u;
const numeral = /^\p{Nd}+(?:\.\p{Nd}+)?$/u;
const digit = /^\p{Nd}$/u;

/** Whether a word is written in digits, with or without a fraction. */
export function isNumeral(word: string): boolean {
	return numeral.test(word);
}

/** Value of a decimal digit of any script: they stand ten in a row, zero first. */
function digitValue(character: string): number {
	const codePoint = character.codePointAt(0) ?? 0;
	let steps = 0;
	while (digit.test(String.fromCodePoint(codePoint - steps - 1))) steps += 1;
	return steps % 10;
}

function asciiDigits(text: string): string {
	return Array.from(text, digitValue).join('');
}

/** `text` times `factor` when `text` is one decimal number and the product is whole; else null. */
export function wholeProduct(text: string, factor: bigint): bigint | null {
	const parts = decimalNumber.exec(text);
	if (!parts) return null;
	const whole = parts[1] ?? '';
	const fraction = parts[2] ?? '';
	if (whole === '' && fraction === '') return null;
	const scale = 10n ** BigInt(Array.from(fraction).length);
	const product = BigInt(asciiDigits(whole + fraction)) * factor;
	return product % scale === 0n ? product / scale : null;
}

/** Digits as a value when they are a whole number ("3.0" as well), as they stand otherwise. */
export function fromNumeral(text: string): SpokenNumber {
	return wholeProduct(text, 1n) ?? text;
}

/** What was said so far with a further digit string behind it; a lone zero counts as nothing said. */
export function withDigits(value: SpokenNumber | null, digits: string): string {
	return (value === 0n ? '' : String(value ?? '')) + digits;
}

/** "twenty" + "five": added where the last `room` digits are zeros, written behind otherwise. */
function addOrAppend(value: bigint, addend: bigint, room: bigint): SpokenNumber {
	return value % room === 0n ? value + addend : `${value}${addend}`;
}

/** With one to nineteen behind it. `previous` is what the word before it was. */
export function withOnes(
	value: SpokenNumber,
	ones: bigint,
	previous: 'ones' | 'tens' | 'other',
): SpokenNumber {
	if (typeof value === 'string' || previous === 'ones') {
		return previous === 'tens' && ones < 10n
			? String(value).slice(0, -1) + String(ones)
			: `${value}${ones}`;
	}
	return addOrAppend(value, ones, ones < 10n ? 10n : 100n);
}

/** With twenty to ninety behind it. */
export function withTens(value: SpokenNumber, tens: bigint): SpokenNumber {
	return typeof value === 'string' ? value + String(tens) : addOrAppend(value, tens, 100n);
}

/** Whole numbers: what stands below the last thousand is multiplied, the rest is kept. */
export function multiplyResidual(value: bigint, multiplier: bigint): bigint {
	return value - (value % 1000n) + (value % 1000n) * multiplier;
}
