import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { fakeFound } from '../../../tests/fixtures/fake-found-pair.ts';
import type { DerScore, DiarisationScores } from '../domain/diarisation.ts';
import type { SessionResult } from '../domain/result.ts';
import { changeText } from '../editing/change-cue.ts';
import { documentOf } from '../editing/document-of.ts';
import { firstEdition } from '../editing/first-edition.ts';
import { renameSpeaker } from '../editing/names.ts';
import { movePieces } from '../editing/people.ts';
import { buildOutput } from './output.ts';
import { peopleSchema, type PeopleFile } from './people-schema.ts';
import { reportSchema, type SessionReport } from './report-schema.ts';
import { parseVtt } from './webvtt.ts';

function outputOf(result: SessionResult, document = documentOf(result, firstEdition(result))) {
	const texts = new Map(buildOutput(result, document).map(({ name, text }) => [name, text]));
	const read = (name: string): unknown => JSON.parse(texts.get(name) ?? '');
	return {
		names: [...texts.keys()].sort(),
		text: (name: string): string => texts.get(name) ?? '',
		report: (): SessionReport => v.parse(v.strictObject(reportSchema.entries), read('report.json')),
		people: (): PeopleFile => v.parse(v.strictObject(peopleSchema.entries), read('people.json')),
	};
}

describe('the output of a recording', () => {
	const output = outputOf(fakeFound('a talk'));

	test('has who was found and who speaks when beside what a session has', () => {
		expect(output.names).toEqual([
			'a talk.rttm',
			'a talk.vtt',
			'people.json',
			'person_1.vtt',
			'person_2.vtt',
			'report.json',
			'speaker_to_cluster.json',
		]);
		expect(JSON.parse(output.text('speaker_to_cluster.json'))).toEqual({
			person_1: 0,
			person_2: 0,
		});
		expect(parseVtt(output.text('person_2.vtt'), 'person_2.vtt').cues).toMatchObject([
			{ startSeconds: 3.5, endSeconds: 6, rawText: 'and so do I' },
		]);
	});

	test('RTTM has the turns as they were found, with their overlap', () => {
		expect(output.text('a talk.rttm')).toBe(
			'SPEAKER a_talk 1 1.000 3.000 <NA> <NA> person_1 <NA> <NA>\n' +
				'SPEAKER a_talk 1 3.500 2.500 <NA> <NA> person_2 <NA> <NA>\n' +
				'SPEAKER a_talk 1 8.000 1.250 <NA> <NA> person_1 <NA> <NA>\n',
		);
	});

	test('the captions of all name the voices by their ids', () => {
		expect(output.text('a talk.vtt')).toBe(
			'WEBVTT\n\n' +
				'00:00:01.000 --> 00:00:04.000\n<v person_1>I hear you\n\n' +
				'00:00:03.500 --> 00:00:06.000\n<v person_2>and so do I\n\n',
		);
	});

	test('people.json counts seconds, and says how sure it is', () => {
		expect(output.people()).toEqual({
			people: [
				{ id: 'person_1', kind: 'voice', spokenSeconds: 4.25, seenSeconds: 0, confidence: 0.8765 },
				{ id: 'person_2', kind: 'voice', spokenSeconds: 2.5, seenSeconds: 0, confidence: 0.5 },
			],
			count: [2, 3],
		});
	});

	test('people.json counts how long faces are seen, and names the shots', () => {
		const found = fakeFound('a talk');
		const corners = new Float32Array(50 * 4).fill(NaN, 0, 40);
		const faces = [
			{ firstFrame: 0, corners },
			{ firstFrame: 90, corners },
		];
		const shots = [{ startSeconds: 0, endSeconds: 10.04 }];
		const people = found.people.people.map((one, i) => (i === 0 ? { ...one, faces } : one));
		const written = outputOf({ ...found, people: { ...found.people, shots, people } }).people();
		expect(written.people.map(({ seenSeconds }) => seenSeconds)).toEqual([3.2, 0]);
		expect(written.shots).toEqual([[0, 10.04]]);
	});

	test('no voice leaves the machine in it', () => {
		for (const name of output.names) expect(output.text(name)).not.toMatch(/embedding|pieces/);
	});

	test('has all of its files where nobody is heard', () => {
		const silent = outputOf({
			...fakeFound('hum'),
			speakers: [],
			people: { ...fakeFound('hum').people, people: [], pieces: [], count: { least: 0, most: 0 } },
			conversations: { clusters: new Map(), evidence: [], confidence: null },
		});
		expect(silent.people()).toEqual({ people: [], count: [0, 0] });
		expect([silent.text('hum.rttm'), silent.text('hum.vtt')]).toEqual(['', 'WEBVTT\n\n']);
	});

	test('a recording that is called as a person is keeps both files', () => {
		const { names, text } = outputOf(fakeFound('person_1'));
		expect(names).toContain('person_1-everybody.vtt');
		expect(text('person_1.vtt')).not.toContain('<v ');
	});

	test('goes by ids whatever names people are given', () => {
		const result = fakeFound('a talk');
		const edition = renameSpeaker(firstEdition(result), 'person_1', 'Anna Smith');
		const { names, text } = outputOf(result, documentOf(result, edition));
		for (const name of names) expect(text(name)).not.toContain('Anna');
	});

	test('knows nothing of how surely somebody is one person whom a person put together', () => {
		const result = fakeFound('a talk');
		const edition = movePieces(firstEdition(result), result.people.pieces, [2], null);
		const { people, text } = outputOf(result, documentOf(result, edition));
		expect(people().people.map(({ id, confidence }) => [id, confidence])).toEqual([
			['person_1', 0.8765],
			['person_2', 0.5],
			['person_3', null],
		]);
		expect(text('a talk.rttm')).toContain('8.000 1.250 <NA> <NA> person_3');
	});
});

describe('the report of a recording', () => {
	const errors: DerScore = {
		referenceSeconds: 6,
		missedSeconds: 1,
		falseAlarmSeconds: 0,
		confusedSeconds: 0,
		rate: 1 / 6,
	};
	const diarisation: DiarisationScores = {
		der: { full: errors, fair: { ...errors, rate: 0.05 }, forgiving: { ...errors, rate: null } },
		jer: { jaccard: 0.25, time: 0.2 },
		cpWer: {
			rate: 2 / 3,
			errors: { substitutions: 2, deletions: 0, insertions: 0, referenceWords: 3 },
		},
		speakerCountError: -1,
		mapping: new Map([['person_1', 'Bea']]),
		turnsFrom: 'turns',
		problems: [{ file: 'labels', message: 'says little' }],
	};

	test('has the error rates where there is a reference', () => {
		const report = outputOf({ ...fakeFound('a talk'), diarisation }).report();
		expect(report).toMatchObject({
			scores: null,
			settings: { recogniser: 'whisper-base', people: null },
			der: { full: 0.1667, fair: 0.05, forgiving: null },
			jer: { jaccard: 0.25, time: 0.2 },
			cpwer: 0.6667,
			speakerCountError: -1,
			mapping: { person_1: 'Bea' },
			problems: [{ file: 'labels', message: 'says little' }],
		});
		expect(report.stages).toEqual({ people: 2.5, recognition: 4 });
	});

	test('has null for what the reference does not say', () => {
		const silent: DiarisationScores = {
			...diarisation,
			der: null,
			jer: { jaccard: null, time: null },
			cpWer: null,
			speakerCountError: null,
		};
		expect(outputOf({ ...fakeFound('a talk'), diarisation: silent }).report()).toMatchObject({
			der: { full: null, fair: null, forgiving: null },
			jer: { jaccard: null, time: null },
			cpwer: null,
			speakerCountError: null,
		});
	});

	test('has none of them without a reference, or of what a person changed', () => {
		const result = { ...fakeFound('a talk'), diarisation };
		const edition = changeText(firstEdition(result), '0', 'I heard you');
		const reports = [
			outputOf(fakeFound('a talk')).report(),
			outputOf(result, documentOf(result, edition)).report(),
		];
		expect(reports.map(({ edited }) => edited)).toEqual([false, true]);
		for (const report of reports) {
			for (const field of ['der', 'jer', 'cpwer', 'speakerCountError', 'mapping']) {
				expect(report).not.toHaveProperty(field);
			}
		}
	});
});

describe('the published schema of people.json', () => {
	const path = new URL('../../../static/schema/confab-people-1.schema.json', import.meta.url);
	const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
		JSON.parse(readFileSync(path, 'utf8')),
	);
	const good = outputOf(fakeFound('a talk')).people();

	test('holds for what is written', () => {
		expect([validate(good), validate.errors]).toEqual([true, null]);
		expect(validate({ people: [], count: [0, 0] })).toBe(true);
		expect(validate({ ...good, shots: [[0, 2.5]] })).toBe(true);
	});

	test.each([
		['no count', { people: good.people }],
		['half a count', { ...good, count: [2] }],
		['half a shot', { ...good, shots: [[0]] }],
		['a field that is not known', { ...good, note: '' }],
		['a person without an id', { ...good, people: [{ ...good.people[0], id: '' }] }],
		['another kind', { ...good, people: [{ ...good.people[0], kind: 'ghost' }] }],
		['a confidence above 1', { ...good, people: [{ ...good.people[0], confidence: 1.1 }] }],
	])('does not hold for %s', (_what, wrong) => {
		expect(validate(wrong)).toBe(false);
	});
});
