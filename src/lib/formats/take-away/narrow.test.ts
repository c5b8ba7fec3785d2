import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	awkwardDocument,
	awkwardText,
	madeDocument,
} from '../../../../tests/fixtures/made-document.ts';
import { spokenWords } from '../spoken-words.ts';
import { fittedWords } from './lanes.ts';
import { fieldName, fileStem, namesBySpeaker } from './names.ts';
import { narrowed } from './narrow.ts';
import { toldCues } from './told-cues.ts';

const all = { speakerId: null, range: null, naming: 'names' } as const;

describe('narrowed', () => {
	const party = madeDocument([
		{
			name: ' Anna\nB ',
			cues: [
				[0, 4, 'one two three four'],
				[10, 12, 'later'],
			],
		},
		{ name: 'anna b', conversation: 1, cues: [[3, 5, 'five six']], retold: { 0: 'five and six' } },
		{ name: ' ', conversation: 1, cues: [] },
	]);

	test('a name is one line, never empty and nobody else’s', () => {
		expect(narrowed(party, all).speakers.map(({ name }) => name)).toEqual([
			'Anna B (spk_0)',
			'anna b (spk_1)',
			'spk_2',
		]);
		expect(narrowed(party, { ...all, naming: 'ids' }).speakers.map(({ name }) => name)).toEqual([
			'spk_0',
			'spk_1',
			'spk_2',
		]);
	});

	test('one speaker alone takes along what belongs to nobody else', () => {
		const alone = narrowed(party, { ...all, speakerId: 'spk_1' });
		expect(alone.speakers.map(({ id }) => id)).toEqual(['spk_1']);
		expect(alone.conversations).toEqual([
			{ number: 1, name: 'Conversation B', speakerIds: ['spk_1'] },
		]);
		expect(alone.evidence).toEqual([]);
		// Told apart from the one who is not there, as in the files of everybody.
		expect(alone.speakers[0]?.name).toBe('anna b (spk_1)');
	});

	test('a stretch has the words whose middle lies in it, at their own times', () => {
		const range = { startSeconds: 1.2, endSeconds: 4 };
		const { speakers } = narrowed(party, { ...all, range });
		expect(
			speakers.map(({ cues }) => cues.map((cue) => [cue.startSeconds, cue.endSeconds, cue.text])),
		).toEqual([[[1.2, 4, 'two three four']], [[3, 4, 'five']], []]);
		expect(speakers[0]?.cues[0]?.words.map((word) => [word.text, word.startSeconds])).toEqual([
			['two', 1.2],
			['three', 2],
			['four', 3],
		]);
		expect(speakers[0]?.segments).toMatchObject([{ startSeconds: 1.2, endSeconds: 4 }]);
	});

	test('two stretches that meet have every word once', () => {
		fc.assert(
			fc.property(awkwardDocument, fc.double({ min: 0, max: 70, noNaN: true }), (document, at) => {
				const wordsIn = (startSeconds: number, endSeconds: number): string[] =>
					narrowed(document, { ...all, range: { startSeconds, endSeconds } })
						.speakers.flatMap(toldCues)
						.flatMap(({ words }) => words.map(({ text }) => text));
				const whole = narrowed(document, all)
					.speakers.flatMap(toldCues)
					// A cue of no length lies in no stretch that begins or ends there.
					.filter(({ cue }) => cue.endSeconds > cue.startSeconds)
					.flatMap(({ words }) => words.map(({ text }) => text));
				const parts = [...wordsIn(-1, at), ...wordsIn(at, 100)];
				const counted = new Set(whole);
				for (const word of counted) {
					const count = (list: string[]): number => list.filter((one) => one === word).length;
					expect(count(parts)).toBeGreaterThanOrEqual(count(whole));
				}
			}),
		);
	});
});

describe('spokenWords', () => {
	const word = (text: string, startSeconds: number) => ({
		text,
		startSeconds,
		endSeconds: startSeconds + 1,
		confidence: 0.5,
	});
	const cue = { startSeconds: 0, endSeconds: 6, confidence: 0.5 };

	test('are the recognised ones while they spell the text', () => {
		const words = [word('so', 1), word('<unk>', 2), word('did you', 3)];
		expect(spokenWords({ ...cue, text: 'so  did you', words })).toEqual([
			{ text: 'so', startSeconds: 1, endSeconds: 2, confidence: 0.5 },
			{ text: 'did', startSeconds: 3, endSeconds: 3.5, confidence: 0.5 },
			{ text: 'you', startSeconds: 3.5, endSeconds: 4, confidence: 0.5 },
		]);
	});

	test('also in scripts without spaces', () => {
		const words = [word('你', 1), word('好', 2)];
		expect(spokenWords({ ...cue, text: '你好', words }).map(({ text }) => text)).toEqual([
			'你',
			'好',
		]);
	});

	test('share the cue by their lengths when a person changed the text', () => {
		expect(spokenWords({ ...cue, text: 'no nonono', words: [word('so', 1)] })).toEqual([
			{ text: 'no', startSeconds: 0, endSeconds: 1.5, confidence: null },
			{ text: 'nonono', startSeconds: 1.5, endSeconds: 6, confidence: null },
		]);
		expect(spokenWords({ ...cue, text: ' <unk> ', words: [word('so', 1)] })).toEqual([]);
	});
});

test('words of a cue that is too short for them stand together', () => {
	const at = (startMs: number, endMs: number, text: string) => ({ startMs, endMs, text });
	const words = [at(0, 5, 'a'), at(3, 4, 'b'), at(2, 3, 'c'), at(9, 12, 'd')];
	expect(fittedWords(words, { startMs: 1, endMs: 7 })).toEqual([
		at(1, 5, 'a'),
		at(5, 6, 'b'),
		at(6, 7, 'c d'),
	]);
});

describe('names in files', () => {
	test.each([
		['Anna B', 'Anna_B'],
		[';;x', '_x'],
		['', '_'],
		['\n', '_'],
	])('%j is the field %s', (name, field) => {
		expect(fieldName(name)).toBe(field);
	});

	test.each([
		['a/b\\c:d', 'a_b_c_d'],
		['..', '_'],
		['.hidden', '_hidden'],
		['CON', '_CON'],
		['con.txt', '_con.txt'],
		['end. ', 'end'],
		['', '_'],
		['Zoë 李', 'Zoë 李'],
		['evil\u202Egnp', 'evilgnp'],
		['👩‍👩‍👧 दादी', '👩‍👩‍👧 दादी'],
		['100%', '100%'],
		['x'.repeat(251), 'x'.repeat(230)],
		['李'.repeat(83), '李'.repeat(76)],
		[`${'x'.repeat(228)}🎤`, 'x'.repeat(228)],
	])('%j is the file %s', (name, stem) => {
		expect(fileStem(name)).toBe(stem);
	});

	test('are told apart however long they are', () => {
		const name = '李'.repeat(300);
		const { speakers } = madeDocument([{ name }, { name }, { name: `${name}x` }]);
		const spelled = [...namesBySpeaker(speakers, fileStem).values()];
		expect(new Set(spelled).size).toBe(3);
		for (const one of spelled) expect(new TextEncoder().encode(one).length).toBeLessThan(231);
	});

	test('are those of one speaker, whatever people wrote', () => {
		fc.assert(
			fc.property(fc.array(awkwardText, { maxLength: 6 }), (names) => {
				const { speakers } = madeDocument(names.map((name) => ({ name })));
				for (const spell of [fieldName, fileStem]) {
					const spelled = [...namesBySpeaker(speakers, spell).values()];
					expect(new Set(spelled.map((name) => name.toLowerCase())).size).toBe(names.length);
					for (const name of spelled) expect(name).not.toBe('');
				}
			}),
		);
	});
});
