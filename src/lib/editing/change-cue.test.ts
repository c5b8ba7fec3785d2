import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editions, madeEdition } from '../../../tests/fixtures/made-editions.ts';
import { changeSpeaker, changeText, changeTimes, deleteCue } from './change-cue.ts';
import { cueOf } from './cues.ts';

const edition = madeEdition([
	['spk_0', 10, 'so did you take the night train'],
	['spk_1', 12, 'i did'],
]);
const wordsOf = (text: string) => cueOf(changeText(edition, '0', text), '0').words;

describe('other words', () => {
	test('unchanged words keep their times and confidence', () => {
		const before = cueOf(edition, '0').words;
		const after = wordsOf('so did we take the first train');
		expect(after.map(({ text }) => text).join(' ')).toBe('so did we take the first train');
		for (const place of [0, 1, 3, 4, 6]) expect(after[place]).toBe(before[place]);
		expect(after[2]).toEqual({ ...before[2], text: 'we', confidence: 1 });
	});

	test('words in the place of others share their time, longer ones more of it', () => {
		const [, , , , , night, sleeper, train] = wordsOf('so did you take the very comfortable train');
		expect(night).toMatchObject({ text: 'very', startSeconds: 16 });
		expect(sleeper?.endSeconds).toBe(17);
		expect((sleeper?.startSeconds ?? 0) - 16).toBeCloseTo((4 / 15) * 1);
		expect(train).toBe(cueOf(edition, '0').words[6]);
	});

	test('words that came in between share the gap', () => {
		const after = wordsOf('so did you take the old slow night train');
		expect(after[5]).toMatchObject({ text: 'old', confidence: 1 });
		expect(after[5]?.startSeconds).toBeCloseTo(15.8);
		expect(after[6]?.startSeconds).toBeCloseTo(15.8 + 0.2 * (3 / 7));
		expect(after[6]?.endSeconds).toBe(16);
	});

	test('words at the ends reach to the ends of the cue', () => {
		expect(wordsOf('so did you take the night train then').at(-1)).toMatchObject({
			endSeconds: cueOf(edition, '0').endSeconds,
		});
	});

	test('the same words in other white space are no change, and no words delete the cue', () => {
		expect(changeText(edition, '0', ' so did  you take the night train\n')).toBe(edition);
		expect(changeText(edition, '0', ' \n').cues.map(({ id }) => id)).toEqual(['1']);
	});

	test('confidence is the mean of the words', () => {
		const changed = cueOf(changeText(edition, '1', 'i do'), '1');
		expect(changed).toMatchObject({ confidence: 0.75, edited: true });
	});

	test('law: a word of both texts that stands once in each stays as it is', () => {
		fc.assert(
			fc.property(editions, fc.array(fc.constantFrom('so', 'new', 'train', 'x')), (made, texts) => {
				const [cue] = made.cues;
				if (!cue || texts.length === 0) return;
				const after = changeText(made, cue.id, texts.join(' '));
				const words = cueOf(after, cue.id).words;
				expect(words.map(({ text }) => text)).toEqual(texts);
				const common = cue.words.filter(
					({ text }) =>
						texts.filter((other) => other === text).length === 1 &&
						cue.words.filter((other) => other.text === text).length === 1,
				);
				if (common.length === 1 && texts.length === 1) expect(words).toEqual(common);
				for (const word of words) {
					expect(word.startSeconds).toBeGreaterThanOrEqual(cue.startSeconds);
					expect(word.endSeconds).toBeLessThanOrEqual(cue.endSeconds);
					expect(word.confidence === 1 || cue.words.includes(word)).toBe(true);
				}
			}),
		);
	});
});

describe('other times', () => {
	const times = (startSeconds: number, endSeconds: number) =>
		cueOf(changeTimes(edition, '1', { startSeconds, endSeconds }), '1');

	test('words move with the cue', () => {
		expect(times(15, 17.4).words.map((word) => word.startSeconds)).toEqual([15, 16.2]);
	});

	test('words stay where they were heard when only the ends move', () => {
		const cue = times(11, 14.3);
		expect(cue.words[0]).toBe(cueOf(edition, '1').words[0]);
		expect(cue.words[1]?.startSeconds).toBe(13.2);
		expect(times(12.4, 14).words.map((word) => word.startSeconds)).toEqual([12.4, 13.2]);
	});

	test('words that would be left outside bring all to be stretched', () => {
		const cue = times(13.2, 15.6 - 1.2);
		expect(cue.words.map((word) => word.startSeconds)).toEqual([
			13.2,
			expect.closeTo(13.2 + 0.6, 6),
		]);
	});

	test('the order follows, and nonsense is refused', () => {
		const moved = changeTimes(edition, '1', { startSeconds: 3, endSeconds: 5 });
		expect(moved.cues.map(({ id }) => id)).toEqual(['1', '0']);
		expect(() => times(5, 3)).toThrow(TypeError);
		expect(() => times(NaN, 3)).toThrow(TypeError);
		expect(changeTimes(edition, '1', cueOf(edition, '1'))).toBe(edition);
	});

	test('law: texts, order and confidence stay, and words lie inside', () => {
		const seconds = fc.double({ min: 0, max: 80, noNaN: true });
		fc.assert(
			fc.property(editions, seconds, seconds, (made, a, b) => {
				const [cue] = made.cues;
				if (!cue) return;
				const range = { startSeconds: Math.min(a, b), endSeconds: Math.max(a, b) };
				const after = cueOf(changeTimes(made, cue.id, range), cue.id);
				expect(after.words.map(({ text, confidence }) => [text, confidence])).toEqual(
					cue.words.map(({ text, confidence }) => [text, confidence]),
				);
				let before = range.startSeconds;
				for (const word of after.words) {
					expect(word.startSeconds).toBeGreaterThanOrEqual(before);
					expect(word.endSeconds).toBeLessThanOrEqual(range.endSeconds);
					before = word.startSeconds;
				}
			}),
		);
	});
});

test('another speaker, and none that is the same', () => {
	const changed = changeSpeaker(edition, '1', 'spk_2');
	expect(cueOf(changed, '1')).toMatchObject({ speakerId: 'spk_2', edited: true, text: 'i did' });
	expect(changeSpeaker(edition, '1', 'spk_1')).toBe(edition);
});

test('a deleted cue is gone, and one that is not there is a fault of the caller', () => {
	const without = deleteCue(edition, '0');
	expect(without.cues.map(({ id }) => id)).toEqual(['1']);
	expect(() => deleteCue(without, '0')).toThrow(TypeError);
});
