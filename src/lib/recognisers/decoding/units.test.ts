import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasShared, sharedPath } from '../../../../tests/shared.ts';
import { ConfabError } from '../../support/errors.ts';
import { joinUnits, parseUnits, withBoundary, type Vocabulary } from './units.ts';

const pieces = parseUnits('<unk> 1\nS 2\n\u2581CAT 3\n\u2581 4\nHAT 5\n');
const span = (unit: number, startFrame: number, confidence = 0.5) => ({
	unit,
	startFrame,
	endFrame: startFrame + 2,
	confidence,
});

describe('parseUnits', () => {
	test('class 0 is the blank, the others follow the file', () => {
		expect(pieces.units).toEqual(['<blank>', '<unk>', 'S', '\u2581CAT', '\u2581', 'HAT']);
		expect(pieces.wholeWords).toBe(false);
		expect(parseUnits('\u2581cat 1\n\u2581hat 2\n').wholeWords).toBe(true);
	});

	test('tells the line that is wrong', () => {
		expect(() => parseUnits('\u2581cat 1\nhat\n')).toThrow(ConfabError);
		expect(() => parseUnits('\u2581cat 1\n\u2581hat 3\n')).toThrow(/Line 2/);
	});
});

describe('joinUnits', () => {
	test('begins a word at each word mark and spans its pieces', () => {
		const words = joinUnits(pieces, [span(3, 0, 0.9), span(2, 4, 0.4), span(4, 8), span(5, 10)]);
		expect(words).toEqual([
			{ text: 'CATS', startFrame: 0, endFrame: 6, confidence: expect.closeTo(0.6, 10) },
			{ text: 'HAT', startFrame: 8, endFrame: 12, confidence: expect.closeTo(0.5, 10) },
		]);
	});

	test('takes a first piece without a mark for a word, drops unknown units and empty words', () => {
		const words = joinUnits(pieces, [span(2, 0), span(1, 3), span(4, 5), span(3, 9)]);
		expect(words.map(({ text }) => text)).toEqual(['S', 'CAT']);
	});
});

describe('withBoundary', () => {
	test('adds a class that is never written', () => {
		const vocabulary = withBoundary(pieces);
		expect(vocabulary.units).toEqual([...pieces.units, '<eos>']);
		const words = joinUnits(vocabulary, [span(3, 0), span(6, 3), span(2, 4), span(6, 8)]);
		expect(words.map(({ text }) => text)).toEqual(['CATS']);
	});
});

describe.skipIf(!hasShared)('the units of the MCoRec baseline', () => {
	let vocabulary: Vocabulary;
	beforeAll(async () => {
		const file = sharedPath('weights/avsr-cocktail/unigram5000_units.txt');
		vocabulary = withBoundary(parseUnits(await readFile(file, 'utf8')));
	});
	const words = (...units: number[]): string[] =>
		joinUnits(
			vocabulary,
			units.map((unit, i) => span(unit, 2 * i)),
		).map(({ text }) => text);

	test('are as many as its network has classes', () => {
		expect(vocabulary.units).toHaveLength(5049);
		expect(vocabulary.wholeWords).toBe(false);
		expect(new Set(vocabulary.units).size).toBe(5049);
		expect(Math.max(...vocabulary.units.map(({ length }) => length))).toBe(16);
	});

	test('are joined to the words of the baseline', () => {
		// U+2581 alone is 501, "S" 407, "_THE" 4575, "_A" 544, the sentence's end 5048.
		expect(words(4575, 544, 407, 5048)).toEqual(['THE', 'AS']);
		expect(words(501, 407, 1, 501, 501, 544)).toEqual(['S', 'A']);
		expect(words(1, 5048, 501)).toEqual([]);
	});
});
