import { describe, expect, test } from 'vitest';
import { madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { listFile } from '../listed-file.ts';
import { foundFile } from './found-labels.ts';
import { readLabelFiles } from './label-files.ts';
import { isLabelFile } from './label-names.ts';
import { labelsOf, namesIn, speakerOfName } from './match-speakers.ts';

const dropped = (path: string, text: string) => listFile(path, new File([text], path));
const vtt = (text: string): string => `WEBVTT\n\n00:01.000 --> 00:02.000\n${text}\n`;

test('label files are known by their names', () => {
	const known = [
		'spk_0.vtt',
		'a/B.STM',
		'x.ctm',
		'x.rttm',
		'x.eaf',
		'x.TextGrid',
		'labels/speaker_to_cluster.json',
	];
	expect(known.filter((path) => !isLabelFile(path))).toEqual([]);
	const strange = ['metadata.json', 'vtt', 'a.vtt/b', 'session.zip', 'x.srt'];
	expect(strange.filter(isLabelFile)).toEqual([]);
});

describe('readLabelFiles', () => {
	test('reads a folder of labels', async () => {
		const found = await readLabelFiles(
			[
				dropped('labels/spk_0.vtt', vtt('hi')),
				dropped('labels/spk_1.vtt', vtt('ho')),
				dropped('labels/speaker_to_cluster.json', '{"spk_0": 0, "spk_1": 1}'),
			],
			'party',
		);
		expect(found.problems).toEqual([]);
		expect(namesIn(found)).toEqual(['spk_0', 'spk_1']);
		expect(found.conversations).toEqual(
			new Map([
				['spk_0', 0],
				['spk_1', 1],
			]),
		);
	});

	test('takes all or none, and tells everything that is wrong', async () => {
		const found = await readLabelFiles(
			[
				dropped('spk_0.vtt', vtt('hi')),
				dropped('a/spk_0.vtt', vtt('hi')),
				dropped('b.stm', 'party 1 anna 1'),
				dropped('empty.ctm', ''),
				dropped('speaker_to_cluster.json', '{"spk_0": "one"}'),
				dropped('a/speaker_to_cluster.json', '{"spk_0": '),
			],
			'party',
		);
		expect(found.speakers).toEqual([]);
		expect(found.problems.map(({ file, field, message }) => [file, field, message])).toEqual([
			['b.stm', undefined, expect.stringMatching(/^line 1: expected file/)],
			['empty.ctm', undefined, 'is empty (0 bytes)'],
			['speaker_to_cluster.json', 'spk_0', 'expected a number, found "one"'],
			['a/speaker_to_cluster.json', undefined, expect.stringMatching(/^is not JSON/)],
			['a/spk_0.vtt', undefined, 'says what spk_0 says, and so does spk_0.vtt: drop one of them'],
		]);
	});

	test('two maps of conversations contradict each other', async () => {
		const map = '{"spk_0": 0}';
		const found = await readLabelFiles(
			[dropped('speaker_to_cluster.json', map), dropped('a/speaker_to_cluster.json', map)],
			'party',
		);
		expect(found.problems[0]?.message).toBe('is there 2 times: drop one');
	});
});

describe('speakerOfName', () => {
	const { speakers } = madeDocument([
		{ name: 'Anna B' },
		{ name: 'Bo' },
		{ name: 'Bo' },
		{ name: 'spk_0' },
	]);

	test.each([
		['spk_0', 'spk_0'],
		['spk_2', 'spk_2'],
		['Anna B', 'spk_0'],
		['Anna_B', 'spk_0'],
		['Bo', null],
		['Bo (spk_1)', 'spk_1'],
		['Bo_(spk_2)', 'spk_2'],
		['anna b', null],
		['somebody', null],
	])('%s is %s', (name, id) => {
		expect(speakerOfName(name, speakers)).toBe(id);
	});
});

describe('labelsOf', () => {
	const { speakers } = madeDocument([{}, {}]);
	const cue = { startSeconds: 2, endSeconds: 3, text: 'hi' };
	const before = {
		conversations: new Map([['spk_0', 7]]),
		transcripts: new Map([['spk_1', [cue]]]),
	};
	const answers = new Map([
		['a', 'spk_0'],
		['b', null],
	]);

	test('what is left out is not in it, and other parts stay', () => {
		const words = foundFile({
			speakers: [
				{ name: 'a', file: 'a.stm', cues: [cue] },
				{ name: 'b', file: 'a.stm', cues: [cue] },
			],
		});
		expect(labelsOf(words, answers, speakers, before)).toEqual({
			conversations: before.conversations,
			transcripts: new Map([['spk_0', [cue]]]),
		});
		const map = foundFile({
			conversations: new Map([
				['a', 1],
				['b', 2],
			]),
		});
		expect(labelsOf(map, answers, speakers, before)).toEqual({
			conversations: new Map([['spk_0', 1]]),
			transcripts: before.transcripts,
		});
		expect(labelsOf(map, answers, speakers, null).transcripts).toEqual(new Map());
	});

	test('a cue of timed words is cut at the evaluated part, one of text alone is not', () => {
		const word = (text: string, startSeconds: number) => ({
			text,
			startSeconds,
			endSeconds: startSeconds + 0.5,
			confidence: 1,
		});
		// The evaluated part begins at 1 s.
		const words = [word('one', 0.2), word('two', 1.2)];
		const timed = { startSeconds: 0.2, endSeconds: 1.7, text: 'one two', words, confidence: 1 };
		const found = foundFile({
			speakers: [
				{ name: 'a', file: 'a.ctm', cues: [timed] },
				{
					name: 'c',
					file: 'c.stm',
					cues: [{ startSeconds: 0.2, endSeconds: 1.7, text: 'one two' }],
				},
			],
		});
		const both = new Map([
			['a', 'spk_0'],
			['c', 'spk_1'],
		]);
		const { transcripts } = labelsOf(found, both, speakers, null);
		expect(transcripts.get('spk_0')?.map(({ text }) => text)).toEqual(['one', 'two']);
		expect(transcripts.get('spk_0')?.[1]?.startSeconds).toBe(1);
		expect(transcripts.get('spk_1')?.map(({ text }) => text)).toEqual(['one two']);
	});
});
