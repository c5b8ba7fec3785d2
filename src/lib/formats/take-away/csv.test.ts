import fc from 'fast-check';
import { expect, test } from 'vitest';
import { awkwardDocument, madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { cuesCsv, wordsCsv } from './csv.ts';
import { narrowed } from './narrow.ts';
import { toldInOrder } from './told-cues.ts';

const all = { speakerId: null, range: null, naming: 'names' } as const;

const party = madeDocument([
	{ name: 'Anna, "A"', cues: [[4, 6, 'well, then']], retold: { 0: 'well, "then" what' } },
	{ name: 'Bo', conversation: null, cues: [[1, 2, 'so']] },
]);

test('a line a cue', () => {
	expect(cuesCsv(party)).toBe(
		[
			'start_seconds,end_seconds,speaker_id,speaker,conversation,conversation_name,text,confidence,edited',
			'1.000,2.000,spk_1,Bo,,,so,0.9000,false',
			'4.000,6.000,spk_0,"Anna, ""A""",0,Conversation A,"well, ""then"" what",0.9000,true\r\n',
		].join('\r\n'),
	);
});

test('a line a word, with the number of its cue', () => {
	expect(wordsCsv(party).split('\r\n').slice(1)).toEqual([
		'1.000,2.000,spk_1,Bo,,,1,so,0.9000',
		'4.000,4.666,spk_0,"Anna, ""A""",0,Conversation A,2,"well,",',
		'4.666,5.466,spk_0,"Anna, ""A""",0,Conversation A,2,"""then""",',
		'5.466,6.000,spk_0,"Anna, ""A""",0,Conversation A,2,what,',
		'',
	]);
});

/** RFC 4180, section 2, read to the letter. */
function records(text: string): string[][] {
	const field = String.raw`(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)`;
	const rows: string[][] = [[]];
	let at = 0;
	for (const match of text.matchAll(new RegExp(field, 'g'))) {
		expect(match.index).toBe(at);
		at += match[0].length;
		rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
		if (match[3] === '\r\n') rows.push([]);
	}
	expect(at).toBe(text.length);
	return rows.slice(0, -1);
}

test('is read back whole, whatever people wrote', () => {
	fc.assert(
		fc.property(awkwardDocument, (document) => {
			const shown = narrowed(document, all);
			const told = toldInOrder(shown);
			const rows = records(cuesCsv(shown));
			expect(rows).toHaveLength(told.length + 1);
			for (const row of rows) expect(row).toHaveLength(9);
			expect(rows.slice(1).map((row) => [row[3], row[6]])).toEqual(
				told.map(({ speaker, text }) => [speaker.name, text]),
			);
			const words = records(wordsCsv(shown)).slice(1);
			expect(words.map((row) => row[7])).toEqual(
				told.flatMap((cue) => cue.words.map(({ text }) => text)),
			);
		}),
	);
});
