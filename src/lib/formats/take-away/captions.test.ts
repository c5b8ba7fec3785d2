import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WebVTTParser } from 'webvtt-parser';
import entities from 'webvtt-parser/html-entities.json';
import { awkwardDocument, madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { readVttLabels } from '../reference/read-vtt-labels.ts';
import { cueText } from '../webvtt.ts';
import { mergedVtt, speakerVtt, srt } from './captions.ts';
import { narrowed } from './narrow.ts';
import { toldCues, toldInOrder } from './told-cues.ts';

const all = { speakerId: null, range: null, naming: 'names' } as const;

const party = madeDocument([
	{
		name: 'Anna & <Co>',
		cues: [
			[1, 2.5, 'so did you'],
			[8, 9, '<unk>'],
			[4.0404, 5, 'a < b --> c'],
		],
	},
	{
		name: 'Zoë',
		cues: [
			[2, 3, 'i did'],
			[2, 2, 'no'],
		],
	},
]);

/** What the reference parser of the WebVTT community group makes of it, and what it complains of. */
function parsed(text: string) {
	return new WebVTTParser(entities).parse(text, 'captions');
}

/** The parser leaves references in a span's annotation as they are; browsers resolve them. */
const named = (annotation = ''): string =>
	annotation.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

describe('merged WebVTT', () => {
	test('names each voice, in the order of the starts, overlaps and all', () => {
		expect(mergedVtt(party)).toBe(
			[
				'WEBVTT',
				'00:00:01.000 --> 00:00:02.500\n<v Anna &amp; &lt;Co&gt;>so did you',
				'00:00:02.000 --> 00:00:03.000\n<v Zoë>i did',
				'00:00:02.000 --> 00:00:02.001\n<v Zoë>no',
				'00:00:04.040 --> 00:00:05.000\n<v Anna &amp; &lt;Co&gt;>a &lt; b --&gt; c\n\n',
			].join('\n\n'),
		);
	});

	test('the reference parser accepts it and finds the same voices, times and words', () => {
		fc.assert(
			fc.property(awkwardDocument, (document) => {
				const shown = narrowed(document, all);
				const { cues, errors } = parsed(mergedVtt(shown));
				expect(errors).toEqual([]);
				expect(
					cues.map(({ startTime, endTime, tree }) => {
						const [voice] = tree.children;
						const said = voice?.children?.map(({ value }) => value ?? '').join('');
						return [milliseconds(startTime), milliseconds(endTime), named(voice?.value), said];
					}),
				).toEqual(
					toldInOrder(shown).map(({ startMs, endMs, speaker, text }) => [
						startMs,
						endMs,
						speaker.name,
						text,
					]),
				);
			}),
		);
	});

	test('is read back with the same names, times and words', () => {
		fc.assert(
			fc.property(awkwardDocument, (document) => {
				const shown = narrowed(document, all);
				const told = toldInOrder(shown);
				fc.pre(told.length > 0);
				const { speakers, problems } = readVttLabels(mergedVtt(shown), 'a.vtt', 'a');
				expect(problems).toEqual([]);
				for (const speaker of shown.speakers.filter((one) => toldCues(one).length > 0)) {
					const own = speakers.find(({ name }) => name === speaker.name);
					expect(
						own?.cues.map(({ startSeconds, endSeconds, text }) => ({
							startMs: milliseconds(startSeconds),
							endMs: milliseconds(endSeconds),
							text,
						})),
					).toEqual(
						toldCues(speaker).map(({ startMs, endMs, text }) => ({
							...{ startMs, endMs, text: cueText(text) },
						})),
					);
				}
			}),
		);
	});
});

describe('WebVTT of one speaker', () => {
	test('the reference parser accepts it, and it is read back', () => {
		fc.assert(
			fc.property(awkwardDocument, (document) => {
				for (const speaker of document.speakers) {
					const text = speakerVtt(speaker);
					expect(parsed(text).errors).toEqual([]);
					const [found] = readVttLabels(text, 'spk_7.vtt', 'spk_7').speakers;
					expect(found?.name).toBe('spk_7');
					expect(found?.cues.map((cue) => cue.text)).toEqual(
						toldCues(speaker).map((cue) => cueText(cue.text)),
					);
				}
			}),
		);
	});
});

test('SubRip has the names before the words and keeps overlapping cues in order', () => {
	expect(srt(party)).toBe(
		[
			'1\n00:00:01,000 --> 00:00:02,500\nAnna & <Co>: so did you',
			'2\n00:00:02,000 --> 00:00:03,000\nZoë: i did',
			'3\n00:00:02,000 --> 00:00:02,001\nZoë: no',
			'4\n00:00:04,040 --> 00:00:05,000\nAnna & <Co>: a < b --> c\n\n',
		].join('\n\n'),
	);
});

test('a cue of SubRip is always four lines', () => {
	fc.assert(
		fc.property(awkwardDocument, (document) => {
			const shown = narrowed(document, all);
			const lines = srt(shown).split('\n');
			const told = toldInOrder(shown);
			expect(lines).toHaveLength(told.length * 4 + 1);
			for (const [index, cue] of told.entries()) {
				expect(lines[index * 4]).toBe(String(index + 1));
				expect(lines[index * 4 + 1]).toMatch(/^\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}$/);
				expect(lines[index * 4 + 2]).toBe(`${cue.speaker.name}: ${cue.text}`);
				expect(lines[index * 4 + 3]).toBe('');
			}
		}),
	);
});
