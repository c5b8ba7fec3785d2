import { describe, expect, test } from 'vitest';
import { ConfabError, errorCodes } from '../../support/errors.ts';
import { conversationLetter } from '../../domain/conversation.ts';
import { conversationStyle, conversationStyles } from './conversation-name.ts';
import { errorWords } from './error-words.ts';
import { bytesText, countText, percentText } from './number-text.ts';
import {
	clockText,
	durationText,
	exactClockText,
	preciseClockText,
	secondsOfClock,
	timeLeftText,
} from './time-text.ts';

test.each([
	[0, '0:00', '0:00.0'],
	[59.96, '0:59', '0:59.9'],
	[64.3, '1:04', '1:04.3'],
	[3600, '1:00:00', '1:00:00.0'],
	[45_296.78, '12:34:56', '12:34:56.7'],
	[-1, '0:00', '0:00.0'],
])('%d s is %s, exactly %s', (seconds, clock, precise) => {
	expect(clockText(seconds)).toBe(clock);
	expect(preciseClockText(seconds)).toBe(precise);
});

test.each([
	['64.37', 64.37],
	[' 1:04.37 ', 64.37],
	['0:01:04,37', 64.37],
	['12:34:56', 45_296],
	['90', 90],
	['1:90', null],
	['1:', null],
	['-1', null],
	['1:2:3:4', null],
	['soon', null],
	['', null],
])('%j is %s s', (text, seconds) => expect(secondsOfClock(text)).toBe(seconds));

test('a time that is written into a field is read back', () => {
	for (const seconds of [0, 0.01, 59.99, 64.37, 3599.5, 45_296.78]) {
		expect(secondsOfClock(exactClockText(seconds))).toBeCloseTo(seconds, 6);
	}
	expect(exactClockText(59.999)).toBe('1:00.00');
});

test.each([
	[0.04, '0.0 s'],
	[9.96, '10 s'],
	[59.6, '1 min 00 s'],
	[185, '3 min 05 s'],
	[4800, '1 h 20 min'],
	[7199, '2 h 0 min'],
])('%d s took %s', (seconds, text) => expect(durationText(seconds)).toBe(text));

test.each([
	[null, 'Working out the time left'],
	[3, 'A few seconds left'],
	[41, 'About 50 seconds left'],
	[70, 'About a minute left'],
	[200, 'About 3 minutes left'],
	[3600, 'About an hour left'],
	[5400, 'About 1.5 hours left'],
])('%s s left reads %s', (seconds, text) => expect(timeLeftText(seconds)).toBe(text));

test.each([
	[0, '0 bytes'],
	[999, '999 bytes'],
	[5_600_000, '5.6 MB'],
	[812_000_000, '812 MB'],
	[999_600, '1.0 MB'],
	[61e9, '61 GB'],
])('%d bytes read %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

test('numbers that are not there are a dash', () => {
	expect(percentText(null)).toBe('–');
	expect(percentText(0.2416)).toBe('24.2 %');
	expect(countText(1, 'speaker')).toBe('1 speaker');
	expect(countText(0, 'speaker')).toBe('0 speakers');
});

test('conversations go by letters, and have their looks in turn', () => {
	expect([0, 3, 25, 26, 27, 51, 52, 701, 702].map(conversationLetter)).toEqual([
		'A',
		'D',
		'Z',
		'AA',
		'AB',
		'AZ',
		'BA',
		'ZZ',
		'AAA',
	]);
	expect([0, 9, 16, 32].map(conversationStyle)).toEqual([
		'colour-0 pattern-0',
		'colour-9 pattern-1',
		'colour-0 pattern-1',
		'colour-0 pattern-0',
	]);
	const looks = Array.from({ length: conversationStyles }, (_, place) => conversationStyle(place));
	expect(new Set(looks).size).toBe(conversationStyles);
	expect(new Set(looks.slice(0, 16).map((style) => style.split(' ')[0])).size).toBe(16);
});

describe('words for errors', () => {
	test.each(errorCodes)('%s says what happened, what is kept and what to do', (code) => {
		const words = errorWords(new ConfabError(code, 'exactly this'));
		expect(words.detail).toBe('exactly this');
		for (const text of [words.title, words.kept, words.advice]) {
			expect(text.length).toBeGreaterThan(10);
			expect(text).not.toContain(code);
		}
	});

	test('the unforeseen has words, too', () => {
		expect(errorWords(new Error('boom')).detail).toBe('boom');
		expect(errorWords('boom').detail).toBe('boom');
	});
});
