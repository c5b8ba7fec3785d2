import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { awkwardDocument, madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { readCtm, readRttm, readStm } from '../reference/read-nist.ts';
import { labelText } from '../webvtt.ts';
import { fieldName, namesBySpeaker } from './names.ts';
import { narrowed } from './narrow.ts';
import { ctm, segmentsRttm, stm, turnsRttm } from './nist.ts';
import { toldCues } from './told-cues.ts';

const all = { speakerId: null, range: null, naming: 'names' } as const;
const ms = (seconds: number): number => Math.round(seconds * 1000);

const party = madeDocument(
	[
		{
			name: 'Zoë Z',
			cues: [
				[4.04, 6, 'well then'],
				[1, 3, 'so did you'],
			],
		},
		{
			name: 'Anna',
			cues: [
				[2, 4, 'one two'],
				[3.5, 5, '<b> three'],
				[5, 6, 'four'],
			],
			retold: { 2: 'four five' },
		},
	],
	'the party',
);

test('RTTM of turns: ten fields, one turn where a speaker overlaps or touches', () => {
	expect(turnsRttm(party)).toBe(
		[
			'SPEAKER the_party 1 1.000 2.000 <NA> <NA> Zoë_Z <NA> <NA>',
			'SPEAKER the_party 1 2.000 4.000 <NA> <NA> Anna <NA> <NA>',
			'SPEAKER the_party 1 4.040 1.960 <NA> <NA> Zoë_Z <NA> <NA>\n',
		].join('\n'),
	);
});

test('RTTM of what was found has the run’s segments with their probability', () => {
	const lines = segmentsRttm(party).split('\n');
	expect(lines).toHaveLength(6);
	expect(lines[0]).toBe('SPEAKER the_party 1 1.000 2.000 <NA> <NA> Zoë_Z 0.8765 <NA>');
});

test('CTM: by channel and start, a confidence where a recogniser said the word', () => {
	expect(ctm(party)).toBe(
		[
			'the_party Anna 2.000 1.000 one 0.9000',
			'the_party Anna 3.000 1.000 two 0.9000',
			'the_party Anna 3.500 0.750 <b> 0.9000',
			'the_party Anna 4.250 0.750 three 0.9000',
			'the_party Anna 5.000 0.500 four',
			'the_party Anna 5.500 0.500 five',
			'the_party Zoë_Z 1.000 0.666 so 0.9000',
			'the_party Zoë_Z 1.666 0.667 did 0.9000',
			'the_party Zoë_Z 2.333 0.667 you 0.9000',
			'the_party Zoë_Z 4.040 0.980 well 0.9000',
			'the_party Zoë_Z 5.020 0.980 then 0.9000\n',
		].join('\n'),
	);
});

test('STM: by channel and start, overlaps kept, a label only before what looks like one', () => {
	expect(stm(party)).toBe(
		[
			'the_party Anna Anna 2.000 4.000 one two',
			'the_party Anna Anna 3.500 5.000 <O> <b> three',
			'the_party Anna Anna 5.000 6.000 four five',
			'the_party Zoë_Z Zoë_Z 1.000 3.000 so did you',
			'the_party Zoë_Z Zoë_Z 4.040 6.000 well then\n',
		].join('\n'),
	);
});

describe('read back', () => {
	test('STM has the same names, times and texts', () => {
		fc.assert(
			fc.property(awkwardDocument, (document) => {
				const shown = narrowed(document, all);
				const told = shown.speakers.filter((speaker) => toldCues(speaker).length > 0);
				fc.pre(told.length > 0);
				const found = readStm(stm(shown), 'a.stm', fieldName(shown.sessionName));
				expect(found.problems).toEqual([]);
				const names = namesBySpeaker(shown.speakers, fieldName);
				expect(found.speakers).toHaveLength(told.length);
				for (const speaker of told) {
					const own = found.speakers.find(({ name }) => name === names.get(speaker.id));
					expect(
						own?.cues.map((cue) => [ms(cue.startSeconds), ms(cue.endSeconds), cue.text]),
					).toEqual(toldCues(speaker).map((cue) => [cue.startMs, cue.endMs, labelText(cue.text)]));
				}
			}),
		);
	});

	test('CTM has the same words at the same times', () => {
		fc.assert(
			fc.property(awkwardDocument, (document) => {
				const shown = narrowed(document, all);
				const words = shown.speakers.map((speaker) =>
					toldCues(speaker)
						.flatMap((cue) => cue.words)
						.toSorted((a, b) => a.startMs - b.startMs),
				);
				fc.pre(words.flat().length > 0);
				fc.pre(!words.flat().some(({ text }) => text.startsWith('<ALT')));
				const found = readCtm(ctm(shown), 'a.ctm', fieldName(shown.sessionName), 'a');
				expect(found.problems).toEqual([]);
				const names = namesBySpeaker(shown.speakers, fieldName);
				for (const [index, speaker] of shown.speakers.entries()) {
					const own = words[index] ?? [];
					if (own.length === 0) continue;
					// A file with the one channel 1 or A means its own name.
					const name = names.get(speaker.id) ?? '';
					const cues = found.speakers.find((one) => one.name === name || one.name === 'a')?.cues;
					expect(
						cues
							?.flatMap((cue) => ('words' in cue ? cue.words : []))
							.map((word) => [ms(word.startSeconds), ms(word.endSeconds), word.text]),
					).toEqual(own.map((word) => [word.startMs, word.endMs, labelText(word.text)]));
				}
			}),
		);
	});

	test('RTTM covers the same time, and no turn of a speaker meets another', () => {
		fc.assert(
			fc.property(awkwardDocument, (document) => {
				const shown = narrowed(document, all);
				const told = shown.speakers.filter((speaker) => toldCues(speaker).length > 0);
				fc.pre(told.length > 0);
				const found = readRttm(turnsRttm(shown), 'a.rttm', fieldName(shown.sessionName));
				expect(found.problems).toEqual([]);
				const names = namesBySpeaker(shown.speakers, fieldName);
				for (const speaker of told) {
					const turns =
						found.speech.find(({ name }) => name === names.get(speaker.id))?.turns ?? [];
					for (const { startMs, endMs } of toldCues(speaker)) {
						const around = turns.filter(
							(turn) => ms(turn.startSeconds) <= startMs && ms(turn.endSeconds) >= endMs,
						);
						expect(around).toHaveLength(1);
					}
					for (const [index, turn] of turns.slice(1).entries()) {
						expect(turn.startSeconds).toBeGreaterThan(turns[index]?.endSeconds ?? Infinity);
					}
				}
			}),
		);
	});
});
