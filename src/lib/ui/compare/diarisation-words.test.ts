import { expect, test } from 'vitest';
import { fakeFoundResult, fakeRecording } from '../../../../tests/fixtures/fake-found.ts';
import { present } from '../../support/assert.ts';
import { countErrorText, measuresOf, partnersOf } from './diarisation-words.ts';

test('every measure of a scored recording has a value and a meaning', () => {
	const { diarisation } = fakeFoundResult(fakeRecording('scored.m4a', 'scored'));
	const measures = measuresOf(present(diarisation, 'scores'));
	expect(measures.map(({ name }) => name)).toEqual([
		'DER, full',
		'DER, fair',
		'DER, forgiving',
		'JER',
		'JER, by time',
		'cpWER',
		'People',
	]);
	for (const { value, meaning } of measures) {
		expect(value).toMatch(/^(\d+\.\d %|0)$/);
		expect(meaning).toMatch(/^[A-Z].*\.$/);
	}
});

test('a measure that cannot be taken is a dash', () => {
	const { diarisation } = fakeFoundResult(fakeRecording('scored.m4a', 'scored'));
	const bare = { ...present(diarisation, 'scores'), der: null, cpWer: null };
	const values = measuresOf({ ...bare, speakerCountError: null }).map(({ value }) => value);
	expect(values.filter((value) => value === '–')).toHaveLength(5);
});

test('people too many and too few have a sign', () => {
	expect([1, 0, -2].map(countErrorText)).toEqual(['+1', '0', '−2']);
});

test('everybody is told once: who is whom, who is nobody, and who was not found', () => {
	const speakers = [
		{ id: 'person_1', name: 'Ada' },
		{ id: 'person_2', name: 'Person 2' },
	];
	expect(partnersOf(speakers, new Map([['person_1', 'x']]), ['x', 'y'])).toEqual([
		{ found: 'Ada', reference: 'x' },
		{ found: 'Person 2', reference: null },
		{ found: null, reference: 'y' },
	]);
});
