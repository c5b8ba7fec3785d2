import { expect, test } from 'vitest';
import type { SpeechActivity } from '../../domain/activity.ts';
import { stretchesAlone, unexplainedSpeech, withHeardSpeech } from './heard-alone.ts';

/** One letter a fifth of a second: `s` speaks, `.` is silent, `?` perhaps, a space is not seen. */
function activity(speakerId: string, line: string, frameStart = 0): SpeechActivity {
	const values = { s: 0.95, '.': 0.05, '?': 0.5, ' ': Number.NaN };
	const probabilities = Float32Array.from({ length: line.length * 5 }, (_, frame) => {
		const letter = line[Math.floor(frame / 5)];
		return values[letter as keyof typeof values];
	});
	return { speakerId, frameStart, probabilities };
}

const whole = { startSeconds: 0, endSeconds: 60 };

test('a voice is learnt where its speaker alone talks, from stretches that are long enough', () => {
	const activities = [
		activity('a', 'ssss..sssss..s.'),
		activity('b', '..ss..   ......'),
		activity('c', '......  .?.....'),
	];
	// 0 to 0.8 s is shared from 0.4 s on, which leaves too little; at 1.8 s somebody may be talking.
	expect(stretchesAlone(activities, 0, whole)).toEqual([{ startSeconds: 1.2, endSeconds: 1.8 }]);
	expect(stretchesAlone(activities, 1, whole)).toEqual([]);
	const later = { startSeconds: 1.4, endSeconds: 60 };
	expect(stretchesAlone(activities, 0, later)).toEqual([]);
});

test('of a long talk the longest stretches are taken, twenty seconds of them, in order', () => {
	const line = `${'s'.repeat(20)}.${'s'.repeat(60)}.${'s'.repeat(10)}.${'s'.repeat(50)}`;
	const found = stretchesAlone([activity('a', line)], 0, whole);
	expect(found.map(({ startSeconds }) => startSeconds)).toEqual([4.2, 18.6]);
});

test('speech that no face explains is cut into parts, with those who are out of sight', () => {
	const activities = [activity('a', '..      ........s...'), activity('b', '....................')];
	const voice = Float32Array.from({ length: 100 }, (_, frame) => (frame >= 5 ? 0.9 : 0.1));
	expect(unexplainedSpeech(activities, voice)).toEqual([
		{ startSeconds: 0.4, endSeconds: 1.6, unseen: [0] },
	]);
	// Somebody who is seen talks all the time: it is explained.
	expect(unexplainedSpeech([activities[0]!, activity('b', 's'.repeat(20))], voice)).toEqual([]);
	const away = [activity('a', ' '.repeat(25)), activity('b', '.'.repeat(25))];
	const parts = unexplainedSpeech(away, new Float32Array(125).fill(0.9));
	expect(parts).toEqual([
		{ startSeconds: 0, endSeconds: 2.5, unseen: [0] },
		{ startSeconds: 2.5, endSeconds: 5, unseen: [0] },
	]);
});

test('what was heard is set where nothing was known, and nowhere else', () => {
	const before = activity('a', '.  .', 10);
	const after = withHeardSpeech(before, [{ startSeconds: 0, endSeconds: 0.8 }], 0.75);
	const known = Array.from({ length: 20 }, (_, i) => after.probabilities[i]);
	expect(known.slice(0, 5)).toEqual(Array(5).fill(Math.fround(0.05)));
	expect(known.slice(5, 10)).toEqual(Array(5).fill(0.75));
	expect(known.slice(10, 15).every(Number.isNaN)).toBe(true);
	expect(before.probabilities[5]).toBeNaN();
});
