import { describe, expect, test } from 'vitest';
import { giveWordsBack, joinTurns } from './turns.ts';

const frame = 640;

/** A tone wherever somebody talks, 0.4 of full scale; quiet room else. */
function soundWhere(frames: number, talks: (frame: number) => boolean): Float32Array {
	return Float32Array.from({ length: frames * frame }, (_, i) => {
		const level = talks(Math.floor(i / frame)) ? 0.4 : 0.002;
		return level * Math.sin(0.6 * i);
	});
}

/** Two turns of a second, a second apart; the clip begins 0.4 s before the first. */
const turns = [
	{ startFrame: 10, endFrame: 35 },
	{ startFrame: 60, endFrame: 85 },
];

/** Text, start and end of each. */
function wordsOf(...words: readonly (readonly [string, number, number])[]) {
	return words.map(([text, startSeconds, endSeconds]) => ({ text, startSeconds, endSeconds }));
}

describe('turns that are heard as one', () => {
	test('keep their distance, and what is said between them is silent', () => {
		const audio = new Float32Array(100 * frame).fill(0.5);
		const joined = joinTurns(turns, { audio });
		expect(joined).toHaveLength(75 * frame);
		const at = (first: number, last: number) =>
			new Set(joined.subarray(first * frame, last * frame));
		expect(at(0, 25)).toEqual(new Set([0.5]));
		expect(at(25, 50)).toEqual(new Set([0]));
		expect(at(50, 75)).toEqual(new Set([0.5]));
		// The clip itself is as it was: its turns may be heard again, each by itself.
		expect(new Set(audio)).toEqual(new Set([0.5]));
	});

	test('get the words whose middle lies in them, in their own time', () => {
		const audio = new Float32Array(100 * frame).fill(0.5);
		const words = wordsOf(['a', 0.1, 0.4], ['b', 0.4, 1], ['c', 2, 2.5], ['d', 2.5, 3]);
		expect(giveWordsBack(words, turns, { audio })).toEqual([
			wordsOf(['a', 0.1, 0.4], ['b', 0.4, 1]),
			wordsOf(['c', 0, 0.5], ['d', 0.5, 1]),
		]);
	});

	test('get words that lie in none from the nearest, and cut to themselves', () => {
		const audio = new Float32Array(100 * frame).fill(0.5);
		const words = wordsOf(['late', 0.9, 1.5], ['none', 1.2, 1.6], ['early', 1.5, 2.25]);
		expect(giveWordsBack(words, turns, { audio })).toEqual([
			wordsOf(['late', 0.9, 1], ['none', 1, 1]),
			wordsOf(['early', 0, 0.25]),
		]);
	});

	test('leave the pause before a word out of it, though its middle lies in the turn before', () => {
		const audio = soundWhere(100, (at) => (at >= 10 && at < 25) || (at >= 70 && at < 85));
		// "not" is 0.2 s long, and all of the pause counts as part of it: its middle is nearer to "ask".
		const words = wordsOf(['ask', 0, 0.3], ['not', 0.3, 2.6], ['what', 2.6, 3]);
		const [first, second] = giveWordsBack(words, turns, { audio });
		expect(first).toEqual(wordsOf(['ask', 0, 0.3]));
		expect(second?.map(({ text }) => text)).toEqual(['not', 'what']);
		expect(second?.[0]?.startSeconds).toBeCloseTo(0.4, 1);
		expect(second?.[0]?.endSeconds).toBeCloseTo(0.6, 5);
	});

	test('leave their own pauses out of words as a turn by itself does', () => {
		const audio = soundWhere(100, (at) => (at >= 10 && at < 30) || (at >= 70 && at < 85));
		const words = wordsOf(['one', 0, 0.8], ['two', 2, 3]);
		const [, second] = giveWordsBack(words, turns, { audio });
		expect(second?.[0]?.startSeconds).toBeCloseTo(0.4, 1);
	});
});
