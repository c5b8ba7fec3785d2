import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bigramModel, parseArpa } from './language-model.ts';
import { defaultBeamOptions, prefixBeamSearch } from './prefix-beam.ts';
import { parseUnits } from './units.ts';

const weights = new URL('../../../../models/embedded/weights/', import.meta.url);
const file = (name: string): string => readFileSync(new URL(name, weights), 'utf8');

const toyArpa = `\\data\\
ngram 1=4
ngram 2=4

\\1-grams:
-99 <s> -0.5
-0.5 </s>
-0.4 up -0.3
-0.6 down -0.2

\\2-grams:
-0.1 <s> up
-0.2 up down
-0.3 down </s>
-0.9 up </s>

\\end\\
`;
const toyUnits = parseUnits('\u2581up 1\n\u2581down 2\n');

describe('bigramModel', () => {
	const model = bigramModel(toyUnits, parseArpa(toyArpa));
	const p = (log10: number): number => 10 ** log10;

	test('begins with the first word of a sentence, ends with its last', () => {
		expect(model.next(null, 1)).toBeCloseTo(Math.log(p(-0.1)), 10);
		expect(model.next(null, 2)).toBeCloseTo(Math.log(p(-0.5 - 0.6)), 10);
		expect(model.end(2)).toBeCloseTo(Math.log(p(-0.3)), 10);
		expect(model.end(null)).toBe(0);
	});

	test('goes on within the sentence or with the next one', () => {
		expect(model.next(1, 2)).toBeCloseTo(Math.log(p(-0.2) + p(-0.9) * p(-0.5 - 0.6)), 10);
		expect(model.next(2, 1)).toBeCloseTo(Math.log(p(-0.2 - 0.4) + p(-0.3) * p(-0.1)), 10);
	});

	test('tips the scales where the network is undecided', () => {
		const log = Math.log;
		// "up", then either word with nearly the same probability.
		const data = Float32Array.from([log(0.1), log(0.8), log(0.1), log(0.96), log(0.02), log(0.02)]);
		const more = [log(0.1), log(0.5), log(0.4)];
		const logProbs = { frames: 3, classes: 3, data: Float32Array.from([...data, ...more]) };
		const options = { ...defaultBeamOptions, languageModel: model };
		expect(prefixBeamSearch(logProbs, { ...options, languageWeight: 0 })[0]?.units).toEqual([1, 1]);
		expect(prefixBeamSearch(logProbs, { ...options, languageWeight: 1 })[0]?.units).toEqual([1, 2]);
	});

	test('a bonus for each unit makes hypotheses longer', () => {
		const data = Float32Array.from([Math.log(0.6), Math.log(0.3), Math.log(0.1)]);
		const units = (unitBonus: number): readonly number[] | undefined =>
			prefixBeamSearch({ frames: 1, classes: 3, data }, { ...defaultBeamOptions, unitBonus })[0]
				?.units;
		expect(units(0)).toEqual([]);
		expect(units(1)).toEqual([1]);
	});

	test('refuses units that are no words, words it does not know, files that are no ARPA', () => {
		const arpa = parseArpa(toyArpa);
		expect(() => bigramModel(parseUnits('\u2581up 1\nS 2\n'), arpa)).toThrow(/words/);
		expect(() => bigramModel(parseUnits('\u2581left 1\n'), arpa)).toThrow(/left/);
		expect(() => parseArpa('hello')).toThrow(/ARPA/);
		expect(() => parseArpa(toyArpa.replace('-0.2 up down', 'x up down'))).toThrow(/ARPA/);
	});
});

test('the shipped language model knows every shipped unit and is a distribution', () => {
	const vocabulary = parseUnits(file('units.txt'));
	const arpa = parseArpa(file('words.arpa'));
	const model = bigramModel(vocabulary, arpa);
	expect(vocabulary.units).toHaveLength(630);
	// From the beginning of a sentence some word or the end must follow.
	let sum = 0;
	for (let unit = 1; unit < 630; unit++) sum += Math.exp(model.next(null, unit));
	expect(sum).toBeGreaterThan(0.98);
	expect(sum).toBeLessThanOrEqual(1.0001);
});
