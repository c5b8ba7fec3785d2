import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { array, object, parse, strictTuple, string } from 'valibot';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../tests/shared.ts';
import { removeDisfluencies } from './disfluencies.ts';
import { normaliseEnglish } from './whisper-normaliser.ts';
import { writeNumbers } from './whisper-numbers.ts';

function readJson(path: string): unknown {
	return JSON.parse(readFileSync(path, 'utf8'));
}

const goldenPath = fileURLToPath(
	new URL('../../../tests/golden/whisper-normaliser.json', import.meta.url),
);
const golden = parse(
	object({ cases: array(strictTuple([string(), string()])) }),
	readJson(goldenPath),
);

describe('Whisper English normaliser', () => {
	test('agrees with the original on random sentences', () => {
		expect(golden.cases.length).toBeGreaterThan(300);
		for (const [input, expected] of golden.cases) {
			expect(normaliseEnglish(input), input).toBe(expected);
		}
	});

	test.each([
		['Oh, DC, DC', '0 dc dc'],
		["John's dog isn't here", 'john is dog is not here'],
		['don’t stop', 'don t stop'],
		["O'Brien's", '0 brien is'],
		['the ninth of May', 'the ninth of may'],
		['three and a half', '3.5'],
		['tea and a half', 'tea and a half'],
		['one decillion dollars', '$1000000000000000000000000000000000'],
		['point million', '1000000'],
		['minus dollars', '-dollars'],
		['<v Ann>so [laughs] (softly) well', 'so well'],
		['Mr. Smith, Dr. No', 'mister smith doctor no'],
	])('%s', (input, expected) => {
		expect(normaliseEnglish(input)).toBe(expected);
	});

	test('leaves one space between words and none outside', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
				expect(normaliseEnglish(text)).toMatch(/^(?:\S+(?: \S+)*)?$/u);
			}),
		);
	});
});

describe('disfluencies', () => {
	test('go whatever their case, with what the normaliser makes of "oh oh oh"', () => {
		expect(removeDisfluencies('YEAH well um okay 000 wow')).toBe('well okay');
		expect(removeDisfluencies(normaliseEnglish('Oh oh oh wow'))).toBe('');
	});

	test('a single "oh" stays, for it has become a number', () => {
		expect(removeDisfluencies(normaliseEnglish('oh yeah'))).toBe('0');
	});
});

const scorerVectors = object({
	text_normalisation_vectors: array(object({ in: string(), whisper: string(), final: string() })),
});
const whisperVectors = object({
	cases: array(
		object({ test: string(), normaliser: array(string()), input: string(), expected: string() }),
	),
});

describe.skipIf(!hasShared)('published vectors', () => {
	test('the scorer’s texts', () => {
		const vectors = parse(scorerVectors, readJson(sharedPath('specs/mcorec-vectors.json')));
		expect(vectors.text_normalisation_vectors.length).toBeGreaterThan(20);
		for (const vector of vectors.text_normalisation_vectors) {
			const normalised = normaliseEnglish(vector.in);
			expect(normalised, vector.in).toBe(vector.whisper);
			expect(removeDisfluencies(normalised), vector.in).toBe(vector.final);
		}
	});

	const whisperCases = (): { test: string; input: string; expected: string }[] =>
		parse(whisperVectors, readJson(sharedPath('vectors/whisper-normaliser.json'))).cases;

	test('Whisper’s number tests', () => {
		const numbers = whisperCases().filter((vector) => vector.test === 'test_number_normalizer');
		expect(numbers.length).toBeGreaterThan(15);
		for (const { input, expected } of numbers) expect(writeNumbers(input), input).toBe(expected);
	});

	test('Whisper’s text tests', () => {
		const texts = whisperCases().filter((vector) => vector.test === 'test_text_normalizer');
		expect(texts.length).toBeGreaterThan(2);
		for (const { input, expected } of texts) expect(normaliseEnglish(input), input).toBe(expected);
	});

	// The scorer hands an empty table to the normaliser, so British spellings stay what they are and
	// count as errors against American ones. Whisper's own spelling tests hold for the full table.
	test('Whisper’s spelling tests do not hold, as the scorer has no spellings', () => {
		const spellings = whisperCases().filter((vector) => vector.test === 'test_spelling_normalizer');
		expect(spellings.length).toBeGreaterThan(0);
		for (const { input } of spellings) expect(normaliseEnglish(input)).toBe(input);
	});
});
