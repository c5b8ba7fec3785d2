import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { someTurns, turnsOf } from '../../../../tests/fixtures/speaker-turns.ts';
import { exclusiveTurns } from '../../evaluation/exclusive-turns.ts';
import { readRttm } from '../reference/read-nist.ts';
import { documentUem, exclusiveRttm, turnsRttm } from './nist.ts';
import { rttm, uem } from './turn-files.ts';

describe('RTTM of turns', () => {
	test('ten fields, by onset and then by speaker, three decimals', () => {
		const turns = turnsOf([
			['P2', 12.48, 15.64],
			['P1', 12.48, 13],
			['Anna B', 0.0004, 1.0006],
			['P1', 20, 20.0004],
		]);
		expect(rttm('my talk.v2', turns)).toBe(
			[
				'SPEAKER my_talk_v2 1 0.000 1.001 <NA> <NA> Anna_B <NA> <NA>',
				'SPEAKER my_talk_v2 1 12.480 0.520 <NA> <NA> P1 <NA> <NA>',
				'SPEAKER my_talk_v2 1 12.480 3.160 <NA> <NA> P2 <NA> <NA>',
				'',
			].join('\n'),
		);
		expect(rttm('nobody', new Map())).toBe('');
	});

	test('the evaluated time', () => {
		expect(uem('my talk.v2', { startSeconds: 0, endSeconds: 61.25 })).toBe(
			'my_talk_v2 1 0.000 61.250\n',
		);
	});

	test('for all turns, in whatever fractions: sorted, lasting, ten fields, and exclusive ones without overlap', () => {
		const names = ['Anna B', 'Bo;', 'Cy\tD'];
		const scale = fc.double({ min: 0.0001, max: 10, noNaN: true });
		fc.assert(
			fc.property(someTurns(names), scale, (made, factor) => {
				const turns = new Map(
					[...made].map(([name, ranges]) => [
						name,
						ranges.map(({ startSeconds, endSeconds }) => ({
							startSeconds: startSeconds * factor,
							endSeconds: endSeconds * factor,
						})),
					]),
				);
				for (const [isExclusive, own] of [
					[false, turns],
					[true, exclusiveTurns(turns)],
				] as const) {
					const text = rttm('talk', own);
					const lines = text.split('\n').slice(0, -1);
					expect(text === '' || text.endsWith('\n')).toBe(true);
					let end = 0;
					let before = '';
					for (const line of lines) {
						expect(line).toMatch(/^SPEAKER talk 1 \d+\.\d{3} \d+\.\d{3} <NA> <NA> \S+ <NA> <NA>$/);
						const [, , , start = '', length = '', , , name = ''] = line.split(' ');
						const startMs = Math.round(Number(start) * 1000);
						expect(Number(length)).toBeGreaterThan(0);
						const key = `${String(startMs).padStart(9, '0')} ${name}`;
						expect(key >= before).toBe(true);
						before = key;
						if (isExclusive) expect(startMs).toBeGreaterThanOrEqual(end);
						end = startMs + Math.round(Number(length) * 1000);
					}
					if (text !== '') expect(readRttm(text, 'a.rttm', 'talk').problems).toEqual([]);
				}
			}),
		);
	});
});

test('a document’s turns with and without overlap, and its time', () => {
	const party = madeDocument([
		{ name: 'Anna', cues: [[1, 5, 'one two']] },
		{ name: 'Bo', cues: [[2, 3, 'yes']] },
	]);
	const timesOf = (text: string) =>
		text
			.trim()
			.split('\n')
			.map((line) => line.split(' '))
			.map((fields) => [fields[7], fields[3], fields[4]].join(' '));
	expect(timesOf(turnsRttm(party))).toEqual(['Anna 1.000 4.000', 'Bo 2.000 1.000']);
	expect(timesOf(exclusiveRttm(party))).toEqual([
		'Anna 1.000 1.000',
		'Bo 2.000 1.000',
		'Anna 3.000 2.000',
	]);
	expect(documentUem(party)).toMatch(/^\S+ 1 0\.000 60\.000\n$/);
});
