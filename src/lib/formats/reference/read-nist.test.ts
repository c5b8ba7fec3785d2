import { describe, expect, test } from 'vitest';
import { readCtm, readRttm, readStm } from './read-nist.ts';

const messages = ({ problems }: { problems: readonly { file: string; message: string }[] }) =>
	problems.map(({ file, message }) => `${file}: ${message}`);

describe('RTTM', () => {
	test('takes who speaks when from SPEAKER lines of nine or ten fields', () => {
		const text = [
			';; a comment',
			'SPKR-INFO party 1 <NA> <NA> <NA> unknown anna <NA>',
			'SPEAKER party 1 1.5 2 <NA> <NA> anna <NA> <NA>',
			'',
			'SPEAKER party 1 .5 1.25 <NA> <NA> bo 0.9',
			'SPEAKER party 1 9 1 <NA> <NA> anna <NA> <NA>',
		].join('\r\n');
		expect(readRttm(text, 'a.rttm', 'party')).toEqual({
			speakers: [],
			speech: [
				{
					name: 'anna',
					file: 'a.rttm',
					turns: [
						{ startSeconds: 1.5, endSeconds: 3.5 },
						{ startSeconds: 9, endSeconds: 10 },
					],
				},
				{ name: 'bo', file: 'a.rttm', turns: [{ startSeconds: 0.5, endSeconds: 1.75 }] },
			],
			conversations: null,
			problems: [],
			repairs: [],
		});
	});

	test('tells every line that is wrong', () => {
		const text = [
			'SPEAKER party 1 1 2 <NA> <NA>',
			'SPEAKER party 1 1e 2 <NA> <NA> anna <NA> <NA>',
			'SPEAKER party 1 1 two <NA> <NA> anna <NA> <NA>',
			'TALKER party 1 1 2 <NA> <NA> anna <NA> <NA>',
		].join('\n');
		expect(messages(readRttm(text, 'a.rttm', 'party'))).toEqual([
			'a.rttm: line 1: expected 8 to 10 fields, found 7',
			'a.rttm: line 2: expected a start in seconds, found "1e"',
			'a.rttm: line 3: expected a length in seconds, found "two"',
			'a.rttm: line 4: expected SPEAKER, found "TALKER"',
		]);
	});

	test('small and negative numbers as programs write them are read, and what is changed is told once', () => {
		const text = [
			'SPEAKER party 0 5e-05 1.5 <NA> <NA> anna <NA>',
			'SPEAKER party 1 -0.010 2 <NA> <NA> anna <NA> <NA>',
			'SPEAKER party 1 -0.020 +3. <NA> <NA> bo <NA> <NA>',
			'SPEAKER party 1 4 0 <NA> <NA> bo <NA> <NA>',
			'SPEAKER party 1 5 -0.010 <NA> <NA> bo <NA> <NA>',
			'SPEAKER party 1 -3 2 <NA> <NA> bo <NA> <NA>',
		].join('\n');
		const found = readRttm(text, 'a.rttm', 'party');
		expect(found.problems).toEqual([]);
		expect(found.speech.map(({ name, turns }) => [name, turns])).toEqual([
			[
				'anna',
				[
					{ startSeconds: 0.00005, endSeconds: 1.50005 },
					{ startSeconds: 0, endSeconds: 1.99 },
				],
			],
			['bo', [{ startSeconds: 0, endSeconds: 2.98 }]],
		]);
		expect(messages({ problems: found.repairs })).toEqual([
			'a.rttm: line 2: begins before the recording: cut at 0 s (and 2 more like it)',
			'a.rttm: line 4: lasts no time: left out (and 2 more like it)',
		]);
	});

	test('a time that is beyond any recording is refused, and so is one that adds up to it', () => {
		const line = (start: string, length: string) =>
			`SPEAKER party 1 ${start} ${length} <NA> <NA> anna <NA> <NA>`;
		const most = '9'.repeat(308);
		expect(messages(readRttm(line(most, most), 'a.rttm', 'party'))).toHaveLength(2);
		expect(messages(readRttm(line('1e9999', '1'), 'a.rttm', 'party'))).toHaveLength(1);
		expect(messages(readRttm(line('1', '1e10'), 'a.rttm', 'party'))).toEqual([
			'a.rttm: line 1: expected a length in seconds, found "1e10"',
		]);
	});

	test('a field of very many digits is looked through once', () => {
		// A pattern with two ways to match each digit takes minutes for this.
		const digits = '1'.repeat(300_000);
		for (const field of [`${digits}x`, `${digits}.${digits}x`, `1e${digits}x`]) {
			const text = `SPEAKER party 1 ${field} 1 <NA> <NA> anna <NA> <NA>`;
			expect(messages(readRttm(text, 'a.rttm', 'party'))).toHaveLength(1);
		}
	});

	test('an empty one is refused', () => {
		expect(messages(readRttm(';; none\n', 'a.rttm', 'party'))).toEqual([
			'a.rttm: has no SPEAKER line',
		]);
	});
});

describe('STM', () => {
	test('takes utterances, passes over labels and what is not to be scored', () => {
		const text = [
			';; LABEL "O" "Overall" "All"',
			'party 1 anna 1.0 2.5 <o,f0,female> so  did you',
			'party 1 anna 3 4 IGNORE_TIME_SEGMENT_IN_SCORING',
			'party 1 bo 2 3 <O>',
			'party 1 bo 4 5 <O> <b> hello R&B',
		].join('\n');
		const { speakers, problems } = readStm(text, 'a.stm', 'party');
		expect(problems).toEqual([]);
		expect(speakers).toEqual([
			{
				name: 'anna',
				file: 'a.stm',
				cues: [{ startSeconds: 1, endSeconds: 2.5, text: 'so did you' }],
			},
			{
				name: 'bo',
				file: 'a.stm',
				cues: [
					{ startSeconds: 2, endSeconds: 3, text: '' },
					{ startSeconds: 4, endSeconds: 5, text: 'hello R&amp;B' },
				],
			},
		]);
	});

	test('takes the lines of the session from a file of several recordings', () => {
		const text = 'dev_1 1 anna 1 2 a\nmy_party 1 bo 1 2 b\ndev_2 1 cy 1 2 c\n';
		expect(readStm(text, 'a.stm', 'my_party').speakers.map(({ name }) => name)).toEqual(['bo']);
		expect(messages(readStm(text, 'a.stm', 'other'))).toEqual([
			'a.stm: holds 3 recordings (dev_1, my_party, dev_2), none of which is other',
		]);
		// One recording is the one that is meant, whatever it is called.
		expect(readStm('dev_1 1 anna 1 2 a', 'a.stm', 'other').speakers).toHaveLength(1);
	});

	test('tells every line that is wrong', () => {
		const text =
			'party 1 anna 1\nparty 1 anna 2 1 back\nparty 1 anna x 2 a\nparty 1 anna 1 1e9999 b';
		expect(messages(readStm(text, 'a.stm', 'party'))).toEqual([
			'a.stm: line 1: expected file, channel, speaker, start, end and text, found 4 fields',
			'a.stm: line 2: ends at 1 s, before it starts at 2 s',
			'a.stm: line 3: expected a start in seconds, found "x"',
			'a.stm: line 4: expected an end in seconds, found "1e9999"',
		]);
	});
});

describe('alternatives in STM', () => {
	const line = (said: string) => `party 1 anna 1 2 <o,f0,male> ${said}`;

	test.each([
		['do you mind { he had / he would } go', '{ he had / he would }'],
		['{ yes / yeah / @ } fine', '{ yes / yeah / @ }'],
		['{yes / yeah}', '{yes / yeah}'],
		['{laugh} { a / b }', '{ a / b }'],
	])('%s', (said, shown) => {
		expect(messages(readStm(line(said), 'a.stm', 'party'))).toEqual([
			`a.stm: line 1: holds alternatives (${shown}); a reference says one thing`,
		]);
	});

	test.each(['and / or', '{laugh} and / or {laugh}', '{ just braces }', '} / {'])(
		'not in "%s"',
		(said) => {
			const { speakers, problems } = readStm(line(said), 'a.stm', 'party');
			expect(problems).toEqual([]);
			expect(speakers[0]?.cues[0]?.text).toBe(said);
		},
	);

	test('a start before the recording is cut, and told', () => {
		const found = readStm('party 1 anna -0.01 2 hi', 'a.stm', 'party');
		expect(found.speakers[0]?.cues).toEqual([{ startSeconds: 0, endSeconds: 2, text: 'hi' }]);
		expect(found.repairs).toHaveLength(1);
		expect(messages(readStm('party 1 anna -2 -1 hi', 'a.stm', 'party'))).toHaveLength(1);
	});
});

describe('CTM', () => {
	test('keeps words of no length, and of a length below', () => {
		const text = 'party 1 1 0 hi\nparty 1 1.5 -0.01 ho\n';
		const { speakers, problems } = readCtm(text, 'a.ctm', 'party', 'a');
		expect(problems).toEqual([]);
		expect(speakers[0]?.cues.map(({ text: said }) => said)).toEqual(['hi ho']);
	});

	test('makes cues of words without a longer pause, by channel', () => {
		const text = [
			'party bo 5.0 0.5 R&B 0.5',
			'party anna 1.0 0.5 so 0.9',
			'party anna 1.75 0.25 did',
			'party anna 2.6 0.4 you lex',
		].join('\n');
		const { speakers, problems } = readCtm(text, 'a.ctm', 'party', 'a');
		expect(problems).toEqual([]);
		expect(
			speakers.map(({ name, cues }) => [
				name,
				cues.map(({ startSeconds, endSeconds, text: said }) => [startSeconds, endSeconds, said]),
			]),
		).toEqual([
			['bo', [[5, 5.5, 'R&amp;B']]],
			[
				'anna',
				[
					[1, 2, 'so did'],
					[2.6, 3, 'you'],
				],
			],
		]);
	});

	test('the speaker is the eighth field, or the file where there is one channel', () => {
		const named = 'party 1 1 1 hi 0.9 lex anna\nparty 1 3 1 ho 0.9 lex bo\n';
		expect(readCtm(named, 'a.ctm', 'party', 'a').speakers.map(({ name }) => name)).toEqual([
			'anna',
			'bo',
		]);
		const single = readCtm('party A 1 1 hi\n', 'spk_3.ctm', 'party', 'spk_3').speakers;
		expect(single.map(({ name }) => name)).toEqual(['spk_3']);
	});

	test('tells every line that is wrong', () => {
		const text = 'party 1 1 1\nparty 1 * * <ALT_BEGIN>\nparty 1 one 1 hi\n1 2 3 4 5 6 7 8 9\n';
		expect(messages(readCtm(text, 'a.ctm', 'party', 'a'))).toEqual([
			'a.ctm: line 1: expected 5 to 8 fields, found 4',
			'a.ctm: line 2: holds alternatives (<ALT_BEGIN>); a reference says one thing',
			'a.ctm: line 3: expected a start in seconds, found "one"',
			'a.ctm: line 4: expected 5 to 8 fields, found 9',
		]);
	});
});
