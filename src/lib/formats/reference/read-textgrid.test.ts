import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { awkwardDocument, madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { narrowed } from '../take-away/narrow.ts';
import { textGrid } from '../take-away/textgrid.ts';
import { toldCues } from '../take-away/told-cues.ts';
import { labelText } from '../webvtt.ts';
import { listFile } from '../listed-file.ts';
import { readLabelFiles } from './label-files.ts';
import { readTextGrid } from './read-textgrid.ts';

const short = (...tiers: readonly string[]) =>
	`File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n10\n<exists>\n${tiers.length}\n${tiers.join('\n')}\n`;
const tier = (name: string, ...intervals: readonly string[]) =>
	`"IntervalTier"\n"${name}"\n0\n10\n${intervals.length}\n${intervals.join('\n')}`;

const said = (text: string) =>
	readTextGrid(text, 'a.TextGrid').speakers.map(({ name, cues }) => [
		name,
		cues.map((cue) => [cue.startSeconds, cue.endSeconds, cue.text]),
	]);
const messages = (text: string) =>
	readTextGrid(text, 'a.TextGrid').problems.map(({ message }) => message);

describe('TextGrid', () => {
	test('the short format, comments, doubled quotes, points and empty intervals', () => {
		const text = short(
			tier('Anna ""A""', '0 1 ""', '1 2.5e0 "say ""hi"" & go" ! 7 "not this"', '2.5 10 " "'),
			'"TextTier"\n"bells"\n0\n10\n1\n4.5\n"ding"',
			tier('Bo', '0 10 "two\nlines"'),
		);
		expect(messages(text)).toEqual([]);
		expect(said(text)).toEqual([
			['Anna "A"', [[1, 2.5, 'say "hi" &amp; go']]],
			['Bo', [[0, 10, 'two lines']]],
		]);
	});

	test('words and phones of an aligner: words are joined, phones passed over', () => {
		const text = short(
			tier('Anna - words', '0 1 "so"', '1 2 "did"', '2 5 ""', '5 6 "you"'),
			tier('Anna - phones', '0 1 "s ow"'),
		);
		expect(said(text)).toEqual([
			[
				'Anna',
				[
					[0, 2, 'so did'],
					[5, 6, 'you'],
				],
			],
		]);
	});

	test('tells where it is broken', () => {
		expect(messages('WEBVTT')).toEqual(['the file ends where "ooTextFile" is expected']);
		expect(messages('"ooTextFile"\n"Pitch"')).toEqual(['line 2: expected a TextGrid, found Pitch']);
		expect(messages(short(tier('A', '2 1 "x"')))).toEqual([
			'line 13: an interval ends at 1 s, before it starts at 2 s',
		]);
		expect(messages(short(tier('A', '0 1e400 "x"')))).toEqual([
			'line 13: expected an end in seconds, found null',
		]);
		expect(messages(short(tier('A', '0 1 "x'))).at(0)).toMatch(/^line 13: a text has no end/);
		expect(messages(short(tier('A').replace(/0\n$/, '3')))).toEqual([
			'the file ends where a start in seconds is expected',
		]);
		expect(messages(short())).toEqual(['has no tier of intervals']);
		expect(messages(short(tier('A').replace(/0\n$/, '1e9')))).toHaveLength(1);
	});

	test('a text of very many quotes is looked through once', () => {
		const many = '"'.repeat(300_001);
		expect(messages(short(tier('A', `0 1 ${many}`)))).toHaveLength(1);
		expect(messages(short(tier('A', `0 1 "${'1'.repeat(300_000)}x"`)))).toEqual([]);
	});

	test('is read in UTF-16, as Praat writes it', async () => {
		const text = short(tier('Zoë', '0 1 "où"'));
		const bytes = Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]);
		const path = 'a.TextGrid';
		const { speakers, problems } = await readLabelFiles(
			[listFile(path, new File([bytes], path))],
			'party',
		);
		expect(problems).toEqual([]);
		expect(speakers.map(({ name, cues }) => [name, cues[0]?.text])).toEqual([['Zoë', 'où']]);
	});

	test('reads back what is written, overlaps and all', () => {
		const party = madeDocument([
			{
				name: 'Anna "A"',
				cues: [
					[1, 3, 'one two'],
					[2, 2.5, 'over myself'],
				],
			},
			{ name: 'Bo', cues: [] },
		]);
		expect(said(textGrid(party))).toEqual([
			[
				'Anna "A"',
				[
					[1, 3, 'one two'],
					[2, 2.5, 'over myself'],
				],
			],
			['Bo', []],
		]);
		fc.assert(
			fc.property(awkwardDocument, (document) => {
				const shown = narrowed(document, { speakerId: null, range: null, naming: 'names' });
				const names = shown.speakers.map(({ name }) => name);
				fc.pre(new Set(names).size === names.length);
				// Names that look like those of further tiers are read as such.
				fc.pre(!names.some((name) => / - (words|phones)$| \(\d+\)$/.test(name)));
				const found = readTextGrid(textGrid(shown), 'a.TextGrid');
				expect(found.problems).toEqual([]);
				for (const speaker of shown.speakers) {
					const cues = found.speakers.find(({ name }) => name === speaker.name)?.cues;
					const read = (cues ?? []).map(({ startSeconds, endSeconds, text }) =>
						[Math.round(startSeconds * 1000), Math.round(endSeconds * 1000), text].join(' '),
					);
					const told = toldCues(speaker).map(({ startMs, endMs, text }) =>
						[startMs, endMs, labelText(text)].join(' '),
					);
					// What is but a tag has no text to read.
					const texts = (lines: readonly string[]) =>
						lines.filter((line) => !line.endsWith(' ')).sort();
					expect(texts(read)).toEqual(texts(told));
				}
			}),
		);
	});
});
