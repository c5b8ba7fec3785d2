/** A number with the ending that made it an ordinal or a plural: "third" is 3 and "rd". */
interface Suffixed {
	readonly value: bigint;
	readonly suffix: string;
}

const onesNames = [
	'one',
	'two',
	'three',
	'four',
	'five',
	'six',
	'seven',
	'eight',
	'nine',
	'ten',
	'eleven',
	'twelve',
	'thirteen',
	'fourteen',
	'fifteen',
	'sixteen',
	'seventeen',
	'eighteen',
	'nineteen',
];
const tensNames = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
/** Thousand is 1000 to the power of 1, and so on. */
const thousandsNames = [
	'thousand',
	'million',
	'billion',
	'trillion',
	'quadrillion',
	'quintillion',
	'sextillion',
	'septillion',
	'octillion',
	'nonillion',
	'decillion',
];

/** Words for nothing. That "oh" and "o" are among them is why "Oh, DC" becomes "0 dc". */
export const zeros: ReadonlySet<string> = new Set(['o', 'oh', 'zero']);

/** One to nineteen. */
export const ones: ReadonlyMap<string, bigint> = new Map(
	onesNames.map((name, i) => [name, BigInt(i + 1)]),
);

/** Twenty to ninety. */
export const tens: ReadonlyMap<string, bigint> = new Map(
	tensNames.map((name, i) => [name, BigInt(10 * (i + 2))]),
);

/** Hundred, and the powers of a thousand. */
export const multipliers: ReadonlyMap<string, bigint> = new Map([
	['hundred', 100n],
	...thousandsNames.map((name, i) => [name, 1000n ** BigInt(i + 1)] as const),
]);

const irregularOrdinals: readonly (readonly [string, Suffixed])[] = [
	['zeroth', { value: 0n, suffix: 'th' }],
	['first', { value: 1n, suffix: 'st' }],
	['second', { value: 2n, suffix: 'nd' }],
	['third', { value: 3n, suffix: 'rd' }],
	['fifth', { value: 5n, suffix: 'th' }],
	['twelfth', { value: 12n, suffix: 'th' }],
];

/** The rule knows no "ninth": it expects "nineth", and so leaves the real word alone. */
function regularOrdinals(): [string, Suffixed][] {
	return [...ones]
		.filter(([, value]) => value > 3n && value !== 5n && value !== 12n)
		.map(([name, value]) => [name + (name.endsWith('t') ? 'h' : 'th'), { value, suffix: 'th' }]);
}

/** Sixes, first, nineteenth. */
export const onesSuffixed: ReadonlyMap<string, Suffixed> = new Map([
	...[...ones].map(
		([name, value]) => [name === 'six' ? 'sixes' : `${name}s`, { value, suffix: 's' }] as const,
	),
	...irregularOrdinals,
	...regularOrdinals(),
]);

/** Twenties, twentieth. */
export const tensSuffixed: ReadonlyMap<string, Suffixed> = new Map<string, Suffixed>(
	[...tens].flatMap(([name, value]) => [
		[name.replace('y', 'ies'), { value, suffix: 's' }] as const,
		[name.replace('y', 'ieth'), { value, suffix: 'th' }] as const,
	]),
);

/** Hundreds, hundredth. */
export const multipliersSuffixed: ReadonlyMap<string, Suffixed> = new Map<string, Suffixed>(
	[...multipliers].flatMap(([name, value]) => [
		[`${name}s`, { value, suffix: 's' }] as const,
		[`${name}th`, { value, suffix: 'th' }] as const,
	]),
);

/** Signs, said before a number. */
export const signs: ReadonlyMap<string, string> = new Map([
	['minus', '-'],
	['negative', '-'],
	['plus', '+'],
	['positive', '+'],
]);

/** Currencies, said after a number and written before it. */
export const currencies: ReadonlyMap<string, string> = new Map([
	['pound', '£'],
	['pounds', '£'],
	['euro', '€'],
	['euros', '€'],
	['dollar', '$'],
	['dollars', '$'],
	['cent', '¢'],
	['cents', '¢'],
]);

/** Words that mean something only next to a number. */
const joiners = ['and', 'double', 'triple', 'point', 'per', 'percent'];

/** Every word that the number rules treat in a way of their own. */
export const numberWords: ReadonlySet<string> = new Set([
	...zeros,
	...[ones, tens, multipliers, onesSuffixed, tensSuffixed, multipliersSuffixed].flatMap((map) => [
		...map.keys(),
	]),
	...signs.keys(),
	...currencies.keys(),
	...joiners,
]);

/** Words that can follow "point": zeros, ones and tens. */
export function isDecimal(word: string): boolean {
	return zeros.has(word) || ones.has(word) || tens.has(word);
}
