import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tagsIn, withoutTags } from './tags.ts';
import { scoredText } from './webvtt.ts';

const someText = fc.string({ unit: fc.constantFrom('<', '>', 'a', ' ', '\n', '\r', '\u2028') });

test('finds what a pattern finds', () => {
	fc.assert(
		fc.property(someText, (text) => {
			const expected = [...text.matchAll(/<[^>]*>/g)].map(({ 0: tag }) => tag);
			expect([...tagsIn(text)].map(({ start, end }) => text.slice(start, end))).toEqual(expected);
			expect(withoutTags(text)).toBe(text.replaceAll(/<[^>]*>/g, ''));
		}),
	);
});

test('a cue is read as the scorer reads it: a tag ends on its line', () => {
	fc.assert(
		fc.property(someText, (text) => {
			expect(scoredText(text)).toBe(text.replaceAll(/<.*?>/g, ''));
		}),
	);
});
