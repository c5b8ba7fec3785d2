import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { awkwardDocument, madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { eaf } from '../take-away/eaf.ts';
import { narrowed } from '../take-away/narrow.ts';
import { toldCues } from '../take-away/told-cues.ts';
import { labelText } from '../webvtt.ts';
import { readEaf } from './read-eaf.ts';

const facts = { date: new Date('2026-03-14T09:26:53.589Z'), mediaPath: 'central_video.mp4' };

interface MadeTier {
	readonly attributes: string;
	readonly annotations?: readonly (readonly [from: string, to: string, text: string])[];
}

const file = (
	tiers: readonly MadeTier[],
	header = '<HEADER TIME_UNITS="milliseconds"/>',
) => `<?xml version="1.0"?>
<ANNOTATION_DOCUMENT AUTHOR="" VERSION="2.8">${header}
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="500"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="1750"/>
<TIME_SLOT TIME_SLOT_ID="ts3"/><TIME_SLOT TIME_SLOT_ID="ts4" TIME_VALUE="4000"/></TIME_ORDER>
${tiers
	.map(
		({ attributes, annotations = [] }) =>
			`<TIER ${attributes}>${annotations
				.map(
					([from, to, text], at) =>
						`<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a${at}" TIME_SLOT_REF1="${from}" TIME_SLOT_REF2="${to}"><ANNOTATION_VALUE>${text}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>`,
				)
				.join('')}</TIER>`,
	)
	.join('\n')}
</ANNOTATION_DOCUMENT>`;

const messages = (text: string) => readEaf(text, 'a.eaf').problems.map(({ message }) => message);

describe('EAF', () => {
	test('a speaker for each tier without a parent, by participant or name', () => {
		const { speakers, speech, problems } = readEaf(
			file([
				{
					attributes: 'TIER_ID="K-Spch" PARTICIPANT="Kim" LINGUISTIC_TYPE_REF="utterance"',
					annotations: [
						['ts2', 'ts4', 'so &amp;\n so'],
						['ts1', 'ts2', 'one'],
					],
				},
				{
					attributes: 'TIER_ID="W-Spch" PARTICIPANT="" LINGUISTIC_TYPE_REF="utterance"',
					annotations: [['ts1', 'ts4', '']],
				},
				{
					attributes:
						'TIER_ID="K-Gloss" PARTICIPANT="Kim" PARENT_REF="K-Spch" LINGUISTIC_TYPE_REF="gloss"',
					annotations: [['ts1', 'ts3', 'never read']],
				},
			]),
			'a.eaf',
		);
		expect(problems).toEqual([]);
		expect(speech).toEqual([]);
		expect(speakers).toEqual([
			{
				name: 'Kim',
				file: 'a.eaf',
				cues: [
					{ startSeconds: 0.5, endSeconds: 1.75, text: 'one' },
					{ startSeconds: 1.75, endSeconds: 4, text: 'so &amp; so' },
				],
			},
			{
				name: 'W-Spch',
				file: 'a.eaf',
				cues: [{ startSeconds: 0.5, endSeconds: 4, text: '' }],
			},
		]);
	});

	test('annotations without any text say who speaks when', () => {
		const { speakers, speech } = readEaf(
			file([{ attributes: 'TIER_ID="Kim"', annotations: [['ts1', 'ts2', ' ']] }]),
			'a.eaf',
		);
		expect(speakers).toEqual([]);
		expect(speech).toEqual([
			{ name: 'Kim', file: 'a.eaf', turns: [{ startSeconds: 0.5, endSeconds: 1.75 }] },
		]);
	});

	test('what somebody says and what they do is not mixed', () => {
		const tier = (id: string, type: string) => ({
			attributes: `TIER_ID="${id}" PARTICIPANT="Kim" LINGUISTIC_TYPE_REF="${type}"`,
			annotations: [['ts1', 'ts2', 'x']] as const,
		});
		expect(messages(file([tier('said', 'words'), tier('hands', 'gesture')]))).toEqual([
			'the tiers said and hands are both of Kim and of different types: keep the one with the words',
		]);
		expect(messages(file([tier('said', 'words'), tier('said 2', 'words')]))).toEqual([]);
	});

	test('refuses what has no time, other units, and what is no EAF', () => {
		const bad = {
			attributes: 'TIER_ID="Kim"',
			annotations: [
				['ts1', 'ts3', 'x'],
				['ts4', 'ts1', 'y'],
			] as const,
		};
		expect(messages(file([bad]))).toEqual([
			'the annotation a0 of tier Kim has no start and end in order',
			'the annotation a1 of tier Kim has no start and end in order',
		]);
		expect(
			messages(file([{ attributes: 'TIER_ID="Kim"' }], '<HEADER TIME_UNITS="PAL-frames"/>')),
		).toEqual(['expected times in milliseconds, found PAL-frames']);
		expect(messages(file([]))).toEqual(['has no tier']);
		expect(messages('<html></html>')).toEqual(['expected ANNOTATION_DOCUMENT, found html']);
		expect(messages('WEBVTT')).toEqual(['line 1: expected one element that holds all others']);
	});

	test('reads back what is written, overlaps and all', () => {
		const party = madeDocument([
			{
				name: 'Anna "A" & <B>',
				cues: [
					[1, 3, 'one two'],
					[2, 2.5, 'over myself'],
				],
			},
			{ name: 'Bo', conversation: 1, cues: [] },
		]);
		const { speakers } = readEaf(eaf(party, facts), 'a.eaf');
		expect(speakers.map(({ name, cues }) => [name, cues.map(({ text }) => text)])).toEqual([
			['Anna "A" & <B>', ['one two', 'over myself']],
			['Bo', []],
		]);
		fc.assert(
			fc.property(awkwardDocument, (document) => {
				const shown = narrowed(document, { speakerId: null, range: null, naming: 'names' });
				const names = shown.speakers.map(({ name }) => name.trim());
				fc.pre(new Set(names).size === names.length && !names.includes(''));
				const found = readEaf(eaf(shown, facts), 'a.eaf');
				expect(found.problems).toEqual([]);
				for (const speaker of shown.speakers) {
					const cues = found.speakers.find(({ name }) => name === speaker.name.trim())?.cues;
					const said = (cues ?? []).map(({ startSeconds, endSeconds, text }) =>
						[Math.round(startSeconds * 1000), Math.round(endSeconds * 1000), text].join(' '),
					);
					const told = toldCues(speaker).map(({ startMs, endMs, text }) =>
						[startMs, endMs, labelText(text)].join(' '),
					);
					// What is but a tag has no text to read.
					const texts = (lines: readonly string[]) =>
						lines.filter((line) => !line.endsWith(' ')).sort();
					expect(texts(said)).toEqual(texts(told));
				}
			}),
		);
	});
});
