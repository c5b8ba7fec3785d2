import { expect, test } from 'vitest';
import { confusionText, f1Text, differenceText } from './compare-words.ts';

test('differences have a sign, and none is none', () => {
	expect([0.012, -0.004, 0, -0.0001, null].map((value) => differenceText('wer', value))).toEqual([
		'+1.2',
		'−0.4',
		'±0',
		'±0',
		'–',
	]);
	expect(differenceText('f1', -0.42857)).toBe('−0.429');
});

test('errors by form', () => {
	const both = { reference: 'night', hypothesis: 'nice', count: 2 };
	expect(confusionText({ ...both, kind: 'substitution' })).toBe('night → nice');
	expect(confusionText({ ...both, kind: 'deletion', hypothesis: null })).toBe('− night');
	expect(confusionText({ ...both, kind: 'insertion', reference: null })).toBe('+ nice');
});

test('F1 to three figures', () => {
	expect([1, 2 / 3, null].map(f1Text)).toEqual(['1.000', '0.667', '–']);
});
