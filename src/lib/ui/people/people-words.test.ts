import { describe, expect, test } from 'vitest';
import { countLine, doubtTexts, meansText, surenessText } from './people-words.ts';

test('how sure it is, in words', () => {
	expect([1, 0.9, 0.89, 0.7, 0.69, 0].map(surenessText)).toEqual([
		...['sure', 'sure', 'fairly sure'],
		...['fairly sure', 'unsure', 'unsure'],
	]);
});

describe('how many people there are', () => {
	const between = (least: number, most: number, voiceModel: string | null = 'xvector') => ({
		...{ count: { least, most }, voiceModel },
	});

	test('and how many the voices allow', () => {
		expect(countLine(4, between(3, 5), null)).toBe('4 people; the voices allow 3 to 5');
		expect(countLine(1, between(1, 1), null)).toBe('1 person; the voices allow no other number');
		expect(countLine(3, between(2, 2), null)).toBe('3 people; the voices allow 2');
	});

	test('and how many the run was asked for', () => {
		const two = { least: 2, most: 2 };
		expect(countLine(2, between(2, 2), two)).toBe('2 people; the run was asked for exactly 2');
		expect(countLine(4, between(3, 4), { least: 2, most: 4 })).toBe(
			'4 people; the voices allow 3 to 4',
		);
	});

	test('and nothing more where nothing tells voices apart', () => {
		expect(countLine(1, between(1, 1, null), null)).toBe('1 person');
	});
});

test('by what voices are told apart, and what that cannot do', () => {
	const found = { people: [], count: { least: 1, most: 1 }, pieces: [] };
	expect(
		meansText({ ...found, voiceModel: 'xvector', doubts: [{ code: 'overlap-unheard' }] }),
	).toBe(
		'Voices are told apart by the x-vectors that come with Confab; people who talk at the same time are heard as one.',
	);
	expect(meansText({ ...found, voiceModel: 'mine', doubts: [] })).toBe(
		'Voices are told apart by mine; people who talk at the same time are heard with pyannote’s network, which was added.',
	);
	expect(meansText({ ...found, voiceModel: null, doubts: [{ code: 'voices-unknown' }] })).toMatch(
		/^No model/,
	);
});

test('every doubt is said once, of people who are there', () => {
	const texts = doubtTexts(
		{
			doubts: [
				{ code: 'overlap-unheard' },
				{ code: 'count-open' },
				{ code: 'little-speech', seconds: 12.4 },
				{ code: 'minor-voice', personId: 'person_2' },
				{ code: 'minor-voice', personId: 'person_9' },
			],
		},
		(id) => (id === 'person_2' ? 'Ben' : null),
	);
	expect(texts).toHaveLength(3);
	expect(texts[1]).toContain('Only 12 s of speech');
	expect(texts[2]).toMatch(/^Ben is heard so little/);
});
