import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { awkwardDocument, madeDocument } from '../../../../tests/fixtures/made-document.ts';
import { narrowed } from './narrow.ts';
import { sessionJson, sessionJsonOf } from './session-json.ts';

const folder = new URL('../../../../static/schema/', import.meta.url);
const path = new URL('confab-session-1.schema.json', folder);
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
	JSON.parse(readFileSync(path, 'utf8')),
);

const faults = (value: unknown): string[] => {
	validate(value);
	return (validate.errors ?? []).map(
		({ instancePath, message }) => `${instancePath} ${message ?? ''}`,
	);
};

const party = madeDocument([
	{ name: 'Anna', cues: [[1, 3, 'one two']], retold: { 0: 'one two three' } },
	{ conversation: null, cues: [[2, 2.5, ' hm <unk> ']] },
]);

test('says all that the document says', () => {
	expect(JSON.parse(sessionJson(party))).toEqual(sessionJsonOf(party));
	const [anna, other] = sessionJsonOf(party).speakers;
	expect(anna).toMatchObject({ id: 'spk_0', name: 'Anna', conversation: 0 });
	expect(anna?.cues[0]).toEqual({
		id: 'spk_0-0',
		startSeconds: 1,
		endSeconds: 3,
		text: 'one two three',
		confidence: 0.9,
		edited: true,
		words: [
			{ text: 'one', startSeconds: 1, endSeconds: 1 + 6 / 11, confidence: null },
			{ text: 'two', startSeconds: 1 + 6 / 11, endSeconds: 1 + 12 / 11, confidence: null },
			{ text: 'three', startSeconds: 1 + 12 / 11, endSeconds: 3, confidence: null },
		],
	});
	expect(other?.cues[0]?.text).toBe(' hm <unk> ');
	expect(other?.segments[0]).toEqual({
		startSeconds: 2,
		endSeconds: 2.5,
		trackId: 'track_00',
		meanProbability: 0.8765,
	});
	expect(sessionJsonOf(party).evidence[0]).toEqual({
		speakerIds: ['spk_0', 'spk_1'],
		logLikelihoodRatio: null,
		overlapFraction: 0.25,
		turnsPerMinute: 4,
		correlation: -0.5,
	});
});

describe('the published schema', () => {
	test('holds for what is written, whatever people wrote', () => {
		expect(faults(JSON.parse(sessionJson(party)))).toEqual([]);
		const all = { speakerId: null, range: null, naming: 'names' } as const;
		fc.assert(
			fc.property(awkwardDocument, (document) => {
				expect(faults(JSON.parse(sessionJson(narrowed(document, all))))).toEqual([]);
			}),
		);
	});

	test.each([
		['another format', (one: Json) => ({ ...one, format: 'other' })],
		['another version', (one: Json) => ({ ...one, version: 2 })],
		['a field that is not known', (one: Json) => ({ ...one, note: '' })],
		['a field that is missing', ({ evidence: _evidence, ...one }: Json) => one],
		['a speaker without an id', (one: Json) => ({ ...one, speakers: [{ name: 'a' }] })],
		['a time before the start', (one: Json) => withWord(one, { startSeconds: -1 })],
		['a confidence above 1', (one: Json) => withWord(one, { confidence: 1.1 })],
		['a word without text', (one: Json) => withWord(one, { text: '' })],
	])('does not hold for %s', (_what, change) => {
		const changed = change(sessionJsonOf(party));
		expect(faults(changed)).not.toEqual([]);
	});
});

// The app is compiled with them, but the compiler overlooks what is wrong within declaration files.
test('the published types stand for themselves', () => {
	const types = fileURLToPath(new URL('confab-session-1.d.ts', folder));
	const options = { strict: true, noEmit: true, types: [], lib: ['lib.es5.d.ts'] };
	const program = ts.createProgram([types], options);
	const file = program.getSourceFile(types);
	const messages = [
		...program.getSyntacticDiagnostics(file),
		...program.getSemanticDiagnostics(file),
	].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
	expect(file?.isDeclarationFile).toBe(true);
	expect(messages).toEqual([]);
});

type Json = ReturnType<typeof sessionJsonOf>;

function withWord(json: Json, change: object): unknown {
	const [speaker, ...others] = json.speakers;
	const [cue] = speaker?.cues ?? [];
	const words = cue?.words.map((word) => ({ ...word, ...change }));
	return { ...json, speakers: [{ ...speaker, cues: [{ ...cue, words }] }, ...others] };
}
