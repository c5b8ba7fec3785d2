import { expect, test } from 'vitest';
import { mcorecLimits, openLimits } from '../../domain/group-limits.ts';
import { fakeResult, fakeSession } from '../../../../tests/fixtures/fake-session.ts';
import { documentOf } from '../../editing/document-of.ts';
import { firstEdition } from '../../editing/first-edition.ts';
import {
	companyText,
	gapText,
	groupingText,
	likelierText,
	posteriorText,
	timesText,
} from './evidence-words.ts';
import { limitsText } from './evidence-words.ts';

test.each([
	[1, '1.0'],
	[1.44, '1.4'],
	[12.3, '12'],
	[99.7, '100'],
	[347, '350'],
	[3412, '3,400'],
	[2e6, 'more than a million'],
])('%d times', (times, text) => {
	expect(timesText(Math.log(times))).toBe(text);
});

test('likelier, less likely, and neither', () => {
	expect(likelierText(Math.log(12))).toBe('12 times likelier');
	expect(likelierText(-Math.log(12))).toBe('12 times less likely');
	expect(likelierText(0.01)).toBe('as likely');
});

test.each([
	[1, '> 99.9 %'],
	[0.973, '97.3 %'],
	[0.0001, '< 0.1 %'],
])('a posterior of %d', (posterior, text) => {
	expect(posteriorText(posterior)).toBe(text);
});

test('groupings in the names that people gave', () => {
	const result = fakeResult(fakeSession('party', 'id'));
	const edition = { ...firstEdition(result), speakerNames: new Map([['spk_3', 'Ann']]) };
	const document = documentOf(result, edition);
	const clusters = new Map([...result.conversations.clusters, ['spk_1', 0] as const]);
	const grouping = { clusters, posterior: 0.5, behind: 1 };
	expect(groupingText(grouping, document)).toBe('spk_0, spk_1, Ann · spk_2, spk_5 · spk_4');
	expect(companyText(grouping, 'spk_0', document)).toBe('spk_1 and Ann');
	expect(companyText(grouping, 'spk_2', document)).toBe('spk_5');
	expect(companyText(grouping, 'spk_4', document)).toBeNull();
});

test.each([
	[0.214, '0.21 s'],
	[-0.346, '−0.35 s'],
	[-0.004, '0.00 s'],
	[null, '–'],
])('a gap of %s reads %s', (seconds, text) => {
	expect(gapText(seconds)).toBe(text);
});

test('limits are said in words', () => {
	expect(limitsText(mcorecLimits)).toBe(
		'two to four people a conversation, and four conversations at most',
	);
	expect(limitsText(openLimits)).toBe(
		'one or more people a conversation, and any number of conversations',
	);
});
